//! Work on one host or many: in parts, each part on all cores and told in the order of the command line before the next
//! begins, so that 10,000 hosts need no more memory than a part. A bad host is told and does not stop the rest.

use crate::failure::Failure;
use crate::input::Host;
use crate::render::Progress;
use rayon::prelude::*;

/// How many hosts are worked on before their results are told.
const PART: usize = 256;

/// Does `work` for each host, and tells what came of it in order.
///
/// # Errors
/// It cannot be told.
pub(super) fn each<T: Send>(
    hosts: &[Host],
    work: impl Fn(&Host) -> T + Sync,
    mut tell: impl FnMut(&Host, T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let several = hosts.len() > 1;
    let progress = Progress::stderr(if several { hosts.len() } else { 0 });
    for part in hosts.chunks(PART) {
        let done: Vec<T> = if several {
            part.par_iter().map(&work).inspect(|_| progress.step()).collect()
        } else {
            part.iter().map(&work).collect()
        };
        progress.clear();
        part.iter().zip(done).try_for_each(|(host, done)| tell(host, done))?;
    }
    progress.finish();
    Ok(())
}
