//! The documents about running kernels on a kernel that has all they speak of, in a virtual machine.

use crate::commands::{self, Place};
use crate::{host, hosts};
use libtest_mimic::Trial;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let lab = hosts::lab().filter(|lab| lab.is_file());
    let names = commands::documents().into_iter().filter(|name| commands::is_live(name));
    let cases = names.map(|name| {
        let missing = lab.is_none().then(|| "../shared/lab/vm".to_owned());
        let place = lab.clone().map_or(Place::Namespaces, Place::Machine);
        host::case(format!("documents::{name}"), missing, move || commands::document(&name, &place))
    });
    cases.collect()
}
