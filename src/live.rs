//! The running kernel as input, where this build can ask it.

use crate::failure::Failure;
use netpivot_parsers::netlink::snapshot::NamespaceState;

#[cfg(all(feature = "live", target_os = "linux"))]
pub use netpivot_parsers::netlink::live::Which;

/// Which network namespaces are taken.
#[cfg(not(all(feature = "live", target_os = "linux")))]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The one that the program runs in.
    Own,
    /// One by its name below /run/netns.
    Named(String),
    /// The program's own and all that have names.
    All,
}

/// What stands before the name of a namespace.
const PREFIX: &str = "live:";
/// What stands behind it for the program's own namespace and all that have names.
const ALL: &str = "all-netns";

/// True for an INPUT that means the running kernel.
#[must_use]
pub fn is_live(input: &str) -> bool {
    input.starts_with(PREFIX)
}

/// What people call such an INPUT before a colon: `live`, `live:netns=NAME`.
#[must_use]
pub fn label(input: &str) -> &str {
    input.strip_suffix(':').unwrap_or(input)
}

/// The namespace that an INPUT means: `live:`, `live:netns=NAME`, `live:all-netns`.
///
/// # Errors
/// It is spelt otherwise.
pub fn which(input: &str) -> Result<Which, Failure> {
    let rest = input.strip_prefix(PREFIX).unwrap_or(input);
    match (rest, rest.strip_prefix("netns=")) {
        ("", _) => Ok(Which::Own),
        (ALL, _) => Ok(Which::All),
        (_, Some(name)) if !name.is_empty() => Ok(Which::Named(name.to_owned())),
        (_, Some(_) | None) => Err(Failure::usage(format!("`{input}` is no input"))
            .help("write `live:` for the running kernel, `live:netns=NAME` for a network namespace, or `live:all-netns`")),
    }
}

/// Takes the state of the running kernel.
///
/// # Errors
/// There is no such namespace, or its links may not be listed.
#[cfg(all(feature = "live", target_os = "linux"))]
pub fn capture(which: &Which) -> Result<Vec<NamespaceState>, Failure> {
    netpivot_parsers::netlink::live::capture(which)
        .map_err(|error| Failure::input(error.to_string()).help(error.help()))
}

/// This build cannot ask the kernel.
///
/// # Errors
/// Always.
#[cfg(not(all(feature = "live", target_os = "linux")))]
pub fn capture(_: &Which) -> Result<Vec<NamespaceState>, Failure> {
    Err(Failure::input("this build of netpivot cannot ask a running kernel")
        .help("build it for Linux with the feature `live`, or read the output of `ip -j` or a capture"))
}

/// Takes the name servers of each state's namespace; what cannot be read is told in the state.
pub fn add_name_servers(states: &mut [NamespaceState]) {
    for state in states {
        match resolver(&state.name) {
            Ok((found, left)) => {
                state.unseen.extend(left.iter().map(|line| format!("`{line}` of {}", found.file)));
                state.resolver = Some(found);
            }
            Err(error) => state.unseen.push(format!("the name servers of resolv.conf(5): {error}")),
        }
    }
}

#[cfg(all(feature = "live", target_os = "linux"))]
use netpivot_parsers::netlink::live::resolver;

/// This build cannot ask the system.
#[cfg(not(all(feature = "live", target_os = "linux")))]
fn resolver(_: &str) -> std::io::Result<(netpivot_parsers::netlink::snapshot::Resolver, Vec<String>)> {
    Err(std::io::ErrorKind::Unsupported.into())
}
