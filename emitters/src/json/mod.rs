//! The model itself as JSON, for programs and for keeping: `-f json` reads it back without loss.

use crate::{EmitContext, Emitter, FileSet, OutputFile};
use netpivot_model::format::{FormatInfo, JSON};
use netpivot_model::json;
use netpivot_model::network::Network;

/// The emitter.
pub struct JsonModel;

impl Emitter for JsonModel {
    fn info(&self) -> &'static FormatInfo {
        &JSON
    }

    fn emit(&self, network: &Network, cx: &mut EmitContext) -> FileSet {
        let has_secrets = json::has_secrets(network);
        let file = OutputFile {
            path: json::PATH.to_owned(),
            mode: if has_secrets { 0o600 } else { 0o644 },
            text: json::to_text(network, cx.reveal_secrets),
            has_secrets,
            link_to: None,
            reads_as: None,
        };
        FileSet { files: vec![file] }
    }
}
