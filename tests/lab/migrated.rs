//! Hosts that are migrated in place, in a virtual machine: NetworkManager brings them up from the files that `migrate` left, to
//! the state that `ifup -a` makes of the same network, and an audit of the files against the kernel finds nothing; after `--undo`
//! the tree is what it was.

use crate::fixture::{Fixture, fixtures};
use crate::{host, hosts, state};
use libtest_mimic::{Failed, Trial};
use netpivot_emitters::OutputFile;
use std::sync::Arc;

/// What stands in the configuration folders below `$1`: modes, owners, times of files, targets of links, bytes.
const LIST: &str = "list() { (\n\
      cd $1; folders='etc/NetworkManager etc/network etc/sysconfig'\n\
      find $folders \\( -type f -printf '%p %m %U %G %T@\\n' -o -printf '%p %m %U %G %l\\n' \\) 2>/dev/null | sort\n\
      find $folders -type f -exec sha256sum {} + 2>/dev/null | sort\n\
    ); }\n";

/// The hosts, of those that the lab sets up.
const HOSTS: [&str; 5] =
    ["bond-of-names", "dual-stack", "policy-routing", "static-bridge", "vlan-aware-bridge"];

/// The formats that hosts come from.
const FROM: [&str; 2] = ["ifcfg", "interfaces"];

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let missing = || (!hosts::lab().is_some_and(|lab| lab.is_file())).then(|| "../shared/lab/vm".to_owned());
    let hosts = fixtures().into_iter().filter(|fixture| HOSTS.contains(&fixture.name.as_str()));
    let cases = hosts.flat_map(|host| {
        let host = Arc::new(host);
        let from =
            FROM.into_iter().filter(|from| host.trees().iter().any(|tree| tree == from)).collect::<Vec<_>>();
        from.into_iter().map(move |from| {
            let host = Arc::clone(&host);
            host::case(format!("migrated::{}/{from}", host.name), missing(), move || migrated(&host, from))
        })
    });
    cases.collect()
}

fn migrated(host: &Fixture, from: &str) -> Result<(), Failed> {
    let folder = host::repository().join("fixtures").join(&host.name).join(from);
    let files: Vec<OutputFile> = host::files(&folder)
        .into_iter()
        .map(|(path, bytes)| OutputFile {
            path: format!("/{path}"),
            mode: 0o644,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            has_secrets: false,
            link_to: None,
            reads_as: None,
        })
        .collect();
    let netpivot = env!("CARGO_BIN_EXE_netpivot");
    let script = format!(
        "rm -rf /etc/NetworkManager/system-connections /etc/network /etc/sysconfig /etc/libvirt\n\
         cp -r tree/. /\n{LIST}list / > state/before\n\
         {netpivot} migrate -f {from} -t keyfile --allow all --diagnostics concise || echo migrate: $?\n\
         {}list / > state/migrated\n\
         {netpivot} audit --fail-on note > state/audit 2>&1; echo \"=> $?\" >> state/audit\n\
         {netpivot} migrate --undo || echo undo: $?\n\
         list / > state/after\n",
        hosts::NETWORK_MANAGER
    );
    let packages = hosts::KEYFILES.packages;
    let (dir, said) = hosts::boot(&files, packages, host.scenario.lab.unwrap_or(0), &script)?;
    let read = |name: &str| std::fs::read_to_string(dir.path().join("state").join(name)).unwrap_or_default();
    let (before, between, after) = (read("before"), read("migrated"), read("after"));
    if before.is_empty() || before == between || before != after {
        return Err(format!("before:\n{before}\nmigrated:\n{between}\nafter undo:\n{after}\n{said}").into());
    }
    let audit = read("audit");
    if !audit.contains(": no drift") || !audit.ends_with("=> 0\n") {
        return Err(format!("an audit finds\n{audit}\n{said}").into());
    }
    let by_migration = state::read(&dir.path().join("state")).map_err(|e| format!("{e}\n{said}"))?;
    let (by_ifup, said_by_ifup) = hosts::set_up(host, from, &hosts::IFUPDOWN)?;
    let only = |who: &str, lines: Vec<&String>| -> Vec<String> {
        let lines = lines
            .into_iter()
            .filter(|line| !hosts::means_same(host, from, [&hosts::KEYFILES, &hosts::IFUPDOWN], line));
        lines.map(|line| format!("only {who}: {line}")).collect()
    };
    let mut wrong = only("ifup", by_ifup.difference(&by_migration).collect());
    wrong.extend(only("migrated", by_migration.difference(&by_ifup).collect()));
    if wrong.is_empty() && !by_ifup.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n--- ifup\n{said_by_ifup}\n--- migrated\n{said}", wrong.join("\n")).into())
}
