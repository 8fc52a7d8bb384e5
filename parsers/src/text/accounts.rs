//! Users and groups of a host by number: `/etc/passwd` and `/etc/group`. The kernel knows numbers only.

use crate::{Context, FileStatus, MAX_FILE, Tree};
use netpivot_model::link::LinkKind;
use netpivot_model::network::Network;
use netpivot_model::reflect::Said;

const USERS: &str = "/etc/passwd";
const GROUPS: &str = "/etc/group";

/// Gives the owners of tun and tap devices their numbers, where the host's files have them.
///
/// The files are no sources of the network: they may hold hashes of passwords, and no line of them is ever shown.
pub fn number_owners(network: &mut Network, tree: &dyn Tree, cx: &mut Context) {
    let mut files: [Option<String>; 2] = [None, None];
    for link in &mut network.links {
        let LinkKind::Tun(tun) = &mut link.kind.value else { continue };
        for ((said, path), file) in
            [(&mut tun.owner, USERS), (&mut tun.group, GROUPS)].into_iter().zip(&mut files)
        {
            if is_name(said) {
                let text = file.get_or_insert_with(|| read(tree, path, cx));
                number(said, text);
            }
        }
    }
}

fn is_name(said: &Said<String>) -> bool {
    said.as_ref().is_some_and(|at| at.value.parse::<u32>().is_err())
}

fn read(tree: &dyn Tree, path: &str, cx: &mut Context) -> String {
    let Ok(bytes) = tree.read(path, MAX_FILE) else { return String::new() };
    cx.files.push((tree.display(path), FileStatus::Parsed));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `NAME:PASSWORD:NUMBER:…` (passwd(5), group(5)).
fn number(said: &mut Said<String>, text: &str) {
    let Some(at) = said else { return };
    let found = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == at.value).then(|| fields.nth(1))?
    });
    if let Some(number) = found.filter(|number| number.parse::<u32>().is_ok()) {
        number.clone_into(&mut at.value);
    }
}
