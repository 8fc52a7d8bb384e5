//! WireGuard: wg(8) takes keys and peers from a file. ifupdown-ng's executor `wireguard` makes the link and hands the file over;
//! for the others commands do both.

use super::kind::first;
use super::{Job, Sheet, codes};
use crate::OutputFile;
use crate::text::shell::quote;
use netpivot_model::dialect::INTERFACES;
use netpivot_model::link::LinkId;
use netpivot_model::vocabulary::wireguard::file;
use netpivot_model::wireguard::Wireguard;

impl Job<'_> {
    /// By the executor.
    pub(super) fn wireguard(&mut self, id: LinkId, name: &str, wireguard: &Wireguard, sheet: &mut Sheet) {
        first(sheet).option("use", "wireguard");
        let text = crate::wireguard::file(id, wireguard, &codes::SETTING, self.cx);
        // Of a file that was not given nothing is known: an empty one would take its place.
        if self.network.dialect_of(id).format == INTERFACES && *wireguard == Wireguard::default() {
            return;
        }
        self.keys(file(name), text.unwrap_or_else(|| "[Interface]\n".to_owned()));
    }

    /// The command that hands the file over to a link that is there, where there is something to set; `space`: a namespace that
    /// the link is in.
    pub(super) fn wireguard_by_command(
        &mut self,
        id: LinkId,
        name: &str,
        wireguard: &Wireguard,
        space: Option<&str>,
    ) -> Option<String> {
        let text = crate::wireguard::file(id, wireguard, &codes::SETTING, self.cx)?;
        let path = space.map_or_else(|| file(name), |space| file(&format!("{space}.{name}")));
        self.keys(path.clone(), text);
        self.needs("wireguard-tools");
        Some(format!("wg setconf {} {}", quote(name), quote(&path)))
    }

    fn keys(&mut self, path: String, text: String) {
        let (mode, has_secrets) = (0o600, true);
        self.link_files.push(OutputFile { path, mode, text, has_secrets, link_to: None, reads_as: None });
    }
}
