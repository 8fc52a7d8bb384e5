//! What the benchmarks share.

/// The sizes that are measured: those named on the command line (`cargo bench --bench growth -- 10 100`), or the usual ones.
pub fn sizes(usual: &[usize]) -> Vec<usize> {
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    if asked.is_empty() { usual.to_vec() } else { asked }
}
