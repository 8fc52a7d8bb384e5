//! Certificates and keys: paths, and what NetworkManager makes of relative ones.

use crate::Context;
use crate::ifcfg::vars::Var;
use netpivot_model::codes::kinds as codes;
use netpivot_model::diagnostic::Diagnostic;
use netpivot_model::source::At;

/// Where relative names start from.
const DIRECTORY: &str = "/etc/sysconfig/network-scripts";

/// The path that a key means: `pkcs11:` URIs and absolute paths stand for themselves, a relative name is
/// looked for beside the ifcfg file, without its directories (`get_full_file_path`).
pub(super) fn path(key: &str, var: Var<'_>, cx: &mut Context) -> At<String> {
    let text = var.value;
    if text.starts_with("pkcs11:") || text.starts_with('/') {
        return At::new(text.to_owned(), var.span);
    }
    let full = format!("{DIRECTORY}/{}", text.rsplit('/').next().unwrap_or(text));
    if text.contains('/') {
        cx.report(
            Diagnostic::new(
                &codes::CERTIFICATE,
                format!(
                    "`{key}={text}` is `{full}`: NetworkManager drops the directories of a relative name"
                ),
            )
            .at(var.span)
            .help("write an absolute path"),
        );
    }
    At::new(full, var.span)
}

/// True where the name is that of a PKCS#12 file. NetworkManager looks into the file, which is not at hand here.
pub(super) fn is_pkcs12(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".p12", ".pfx"].iter().any(|end| lower.ends_with(end))
}
