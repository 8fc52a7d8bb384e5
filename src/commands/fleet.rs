//! Work on one host or many: in parts, each part on all cores and told in the order of the command line while the next is worked
//! on, so that 10,000 hosts need no more memory than two parts. A bad host is told and does not stop the rest.

use crate::failure::Failure;
use crate::input::Host;
use crate::render::Progress;
use rayon::prelude::*;
use std::sync::mpsc;

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
    if let [host] = hosts {
        return tell(host, work(host));
    }
    let progress = Progress::stderr(hosts.len());
    std::thread::scope(|scope| {
        let (done, told) = mpsc::sync_channel(0);
        scope.spawn(|| {
            let done = done;
            for part in hosts.chunks(PART) {
                let results: Vec<T> = part.par_iter().map(&work).inspect(|_| progress.step()).collect();
                // Nobody listens any more where telling failed.
                if done.send((part, results)).is_err() {
                    return;
                }
            }
        });
        let told = told;
        told.iter().try_for_each(|(part, results)| {
            let _quiet = progress.quiet();
            part.iter().zip(results).try_for_each(|(host, result)| tell(host, result))
        })
    })
}
