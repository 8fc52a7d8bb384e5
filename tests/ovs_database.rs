//! Open vSwitch's own database as the judge of scripts: what the commands of a source leave in it, what is written for them leaves
//! there, too. `ip` does nothing here, and nothing waits for ovs-vswitchd, so that neither root nor a kernel module is needed.

use crate::conversion::{self, Outcome};
use crate::host;
use libtest_mimic::{Failed, Trial};
use netpivot::pipeline::Request;
use netpivot_emitters::iproute::Mode;
use netpivot_parsers::tree::MemoryTree;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const SERVER: &str = "/usr/sbin/ovsdb-server";
const TOOL: &str = "/usr/bin/ovsdb-tool";
const CLIENT: &str = "/usr/bin/ovsdb-client";
/// These two are of openvswitch-switch, which `.ci/run` unpacks: installed, it changes what the judge ifupdown2 knows.
const VSCTL: &str = "usr/bin/ovs-vsctl";
const SCHEMA: &str = "usr/share/openvswitch/vswitch.ovsschema";
const UNPACKED: &str = ".cache/netpivot-judges/openvswitch";

/// Where a file of openvswitch-switch is.
fn of_switch(path: &str) -> PathBuf {
    let installed = Path::new("/").join(path);
    match std::env::var_os("HOME") {
        Some(home) if !installed.exists() => Path::new(&home).join(UNPACKED).join(path),
        Some(_) | None => installed,
    }
}

/// Every kind of row, and strings that need both kinds of quotes.
const ALL: &str = r#"
ip link add v0 type veth peer name v1
ip link add d1 type dummy
ip link add d2 type dummy
ovs-vsctl add-br br0 -- set bridge br0 fail_mode=secure stp_enable=true datapath_type=netdev other-config:hwaddr=52:54:00:00:00:01
ovs-vsctl add-br br1 -- set port br1 tag=3 -- set bridge br1 rstp_enable=true mcast_snooping_enable=true
ovs-vsctl add-port br0 v0 tag=5 vlan_mode=native-untagged -- set interface v0 'external_ids:iface-id="it'\''s $HOME `x`; \"q\" \\ = , [1]"'
ovs-vsctl add-port br0 mgmt0 trunks=10,20,30-32 -- set interface mgmt0 type=internal mtu_request=1400 'mac="52:54:00:00:00:02"' ofport_request=7
ovs-vsctl set port mgmt0 'external_ids:"a: b=c"=""' 'other_config:priority-tags=true'
ovs-vsctl add-bond br0 bond0 d1 d2 bond_mode=balance-slb lacp=active bond_updelay=100 other_config:lacp-time=fast
ovs-vsctl add-port br0 p01 -- set interface p01 type=patch options:peer=p10
ovs-vsctl add-port br1 p10 -- set interface p10 type=patch options:peer=p01
ovs-vsctl add-port br1 vx0 -- set interface vx0 type=vxlan options:remote_ip=2001:db8::1 options:key=flow
ovs-vsctl add-port br1 dpdk0 -- set interface dpdk0 type=dpdk options:dpdk-devargs=0000:01:00.0 options:n_rxq=2
"#;

/// The same host otherwise: columns that are new, others and gone, ports that moved, a bond with another card, a bridge less.
const OTHER: &str = r"
ip link add v0 type veth peer name v1
ip link add d1 type dummy
ip link add d2 type dummy
ip link add d3 type dummy
ovs-vsctl add-br br0 -- set bridge br0 mcast_snooping_enable=true other_config:hwaddr=52:54:00:00:00:09
ovs-vsctl add-br br2
ovs-vsctl add-port br2 v0 tag=6
ovs-vsctl add-port br0 mgmt0 tag=7 -- set interface mgmt0 type=internal
ovs-vsctl add-bond br0 bond0 d1 d3 bond_mode=balance-slb
ovs-vsctl add-port br0 p01 -- set interface p01 type=patch options:peer=p20
ovs-vsctl add-port br2 p20 -- set interface p20 type=patch options:peer=p01
ovs-vsctl add-port br2 vx0 -- set interface vx0 type=gre options:remote_ip=203.0.113.9
";

/// One of its ports in a bridge of the kernel's, which takes none that Open vSwitch has, and the other way round.
const BRIDGED: &str = r"
ip link add v0 type veth peer name v1
ip link add br9 type bridge
ip link set v0 master br9
ovs-vsctl add-br br0
";

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let all = [SERVER, TOOL, CLIENT].map(PathBuf::from).into_iter().chain([VSCTL, SCHEMA].map(of_switch));
    let missing = all.into_iter().find(|path| !path.exists()).map(|path| path.display().to_string());
    let missing = || missing.clone();
    vec![
        host::case("ovs_database::same-rows", missing(), same_rows),
        host::case("ovs_database::again-and-away", missing(), again_and_away),
        host::case("ovs_database::plans", missing(), plans),
        Trial::test("ovs_database::no-way-back-into-the-unknown", no_way_back_into_the_unknown),
    ]
}

/// A database of its own, whose server ends with it.
struct Database {
    dir: tempfile::TempDir,
    server: Child,
}

impl Drop for Database {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

fn done(output: Output) -> Result<String, String> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && complaints.is_empty() {
        Ok(text)
    } else {
        Err(format!("{}: {complaints}{text}", output.status))
    }
}

impl Database {
    fn new() -> Result<Self, String> {
        let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
        let (file, socket) = (dir.path().join("conf.db"), dir.path().join("db.sock"));
        let made = Command::new(TOOL).arg("create").args([&file, &of_switch(SCHEMA)]).output();
        done(made.map_err(|e| e.to_string())?)?;
        let server = Command::new(SERVER)
            .arg(format!("--remote=punix:{}", socket.display()))
            .arg(&file)
            .env("OVS_RUNDIR", dir.path())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| e.to_string())?;
        let database = Database { dir, server };
        let begun = Instant::now();
        while !socket.exists() {
            if begun.elapsed() > Duration::from_secs(20) {
                return Err("ovsdb-server does not answer".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        for (program, text) in [
            ("ip", "#!/bin/sh\n".to_owned()),
            ("ovs-vsctl", format!("#!/bin/sh\nexec '{}' --no-wait \"$@\"\n", of_switch(VSCTL).display())),
        ] {
            let path = database.dir.path().join(program);
            std::fs::write(&path, text).map_err(|e| e.to_string())?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))
                .map_err(|e| e.to_string())?;
        }
        database.run("ovs-vsctl init")?;
        Ok(database)
    }

    /// Runs a script; anything on its standard error is a failure.
    fn run(&self, script: &str) -> Result<String, String> {
        let path = format!("{}:/usr/bin:/bin", self.dir.path().display());
        let ran = Command::new("/bin/sh")
            .args(["-euc", script])
            .env("PATH", path)
            .env("OVS_RUNDIR", self.dir.path())
            .output();
        done(ran.map_err(|e| e.to_string())?).map_err(|why| format!("{why}\n{script}"))
    }

    /// All of the database, counters included.
    fn dump(&self) -> Result<String, String> {
        let socket = format!("unix:{}", self.dir.path().join("db.sock").display());
        done(
            Command::new(CLIENT)
                .args(["dump", &socket, "Open_vSwitch"])
                .output()
                .map_err(|e| e.to_string())?,
        )
    }

    /// What is configured, whatever the rows' identifiers are.
    fn rows(&self) -> Result<Vec<String>, String> {
        let columns = [
            (
                "bridge",
                "name,fail_mode,stp_enable,rstp_enable,mcast_snooping_enable,datapath_type,external_ids,other_config",
            ),
            (
                "port",
                "name,tag,trunks,vlan_mode,lacp,bond_mode,bond_updelay,bond_downdelay,external_ids,other_config",
            ),
            ("interface", "name,type,options,mtu_request,mac,ofport_request,external_ids,other_config"),
        ];
        let mut rows = Vec::new();
        for (table, columns) in columns {
            let text =
                self.run(&format!("ovs-vsctl -f csv --no-headings --columns={columns} list {table}"))?;
            rows.extend(text.lines().map(|line| format!("{table} {line}")));
        }
        // Which port is in which bridge, and which interfaces it has.
        let tree = self.run("for b in $(ovs-vsctl list-br); do for p in $(ovs-vsctl list-ports $b); do echo $b $p; done; for i in $(ovs-vsctl list-ifaces $b); do echo $b/$i; done; done")?;
        rows.extend(tree.lines().map(str::to_owned));
        rows.sort();
        Ok(rows)
    }
}

fn tree(script: &str) -> MemoryTree {
    let mut tree = MemoryTree::default();
    tree.add("/netpivot-commands/network.sh", script);
    tree
}

/// What the source's commands are written as; nothing of these may be lost.
fn written(script: &str, mode: Mode) -> Result<String, String> {
    let request = Request { script: mode, ..conversion::request(Some("iproute"), "iproute") };
    text(conversion::run(&tree(script), &request))
}

fn text(done: Outcome) -> Result<String, String> {
    let weighty: Vec<&String> = done
        .diagnostics
        .iter()
        .filter(|found| found.code.id.starts_with(['L', 'W', 'E']))
        .map(|found| &found.message)
        .collect();
    if let Some(why) = done.failure {
        return Err(why);
    }
    if !weighty.is_empty() {
        return Err(format!("{weighty:?}"));
    }
    done.outputs.first().map(|file| file.text.clone()).ok_or_else(|| "no script".to_owned())
}

fn same(what: &str, found: &[String], expected: &[String]) -> Result<(), Failed> {
    if found == expected {
        return Ok(());
    }
    let only = |a: &[String], b: &[String]| {
        a.iter().filter(|row| !b.contains(row)).cloned().collect::<Vec<_>>().join("\n  ")
    };
    Err(format!("{what}: found\n  {}\nexpected\n  {}", only(found, expected), only(expected, found)).into())
}

fn same_rows() -> Result<(), Failed> {
    for source in [ALL, OTHER] {
        let by_hand = Database::new()?;
        by_hand.run(source)?;
        for mode in [Mode::Create, Mode::Ensure, Mode::Batch] {
            let database = Database::new()?;
            database.run(&written(source, mode)?)?;
            same(&format!("{mode:?}"), &database.rows()?, &by_hand.rows()?)?;
        }
    }
    Ok(())
}

fn again_and_away() -> Result<(), Failed> {
    let database = Database::new()?;
    let nothing = database.rows()?;
    let ensure = written(ALL, Mode::Ensure)?;
    database.run(&ensure)?;
    let once = database.dump()?;
    database.run(&ensure)?;
    if database.dump()? != once {
        return Err("a second run changes the database".into());
    }
    database.run("ovs-vsctl set port v0 tag=9 -- del-port vx0 -- set bridge br0 fail_mode=standalone")?;
    let by_hand = Database::new()?;
    by_hand.run(ALL)?;
    database.run(&ensure)?;
    same("mended", &database.rows()?, &by_hand.rows()?)?;
    let teardown = written(ALL, Mode::Teardown)?;
    database.run(&teardown)?;
    same("taken away", &database.rows()?, &nothing)?;
    // Once more there is nothing to take away, and nothing to complain of.
    let away = database
        .run(&teardown.lines().filter(|line| line.starts_with("ovs-vsctl")).collect::<Vec<_>>().join("\n"));
    Ok(away.map(|_| ())?)
}

/// A plan from each host to another, and from one to itself.
fn plans() -> Result<(), Failed> {
    let model = |script| text(conversion::run(&tree(script), &conversion::request(Some("iproute"), "json")));
    for (from, to) in [(ALL, OTHER), (OTHER, ALL), (ALL, ALL), (ALL, BRIDGED), (BRIDGED, ALL)] {
        let (mut target, mut state) = (MemoryTree::default(), MemoryTree::default());
        target.add("/netpivot.json", model(to)?);
        state.add("/netpivot.json", model(from)?);
        let request = Request { prune: true, ..conversion::request(Some("json"), "iproute") };
        let plan = text(conversion::run_from_state(&target, &request, Some(&state)))?;
        if from == to && plan.contains("ovs-vsctl") {
            return Err(format!("there is nothing to do: {plan}").into());
        }
        let first = |text: &str| plan.lines().position(|line| line.starts_with(text));
        let of = (first("ip link set dev v0 nomaster"), first("ovs-vsctl --may-exist add-port br0 v0"));
        if from == BRIDGED && !matches!(of, (Some(away), Some(there)) if away < there) {
            return Err(format!("the bridge of the kernel's lets go first: {plan}").into());
        }
        let (database, by_hand) = (Database::new()?, Database::new()?);
        by_hand.run(to)?;
        database.run(from)?;
        database.run(&plan)?;
        same(&plan, &database.rows()?, &by_hand.rows()?)?;
    }
    Ok(())
}

/// The kernel shows devices of Open vSwitch and not their rows: what takes a plan back leaves the rows of those that were there.
fn no_way_back_into_the_unknown() -> Result<(), Failed> {
    let kernel = r#"[{"ifname":"br0","flags":["UP"],"mtu":1500,"link_type":"ether","linkinfo":{"info_kind":"openvswitch"},
        "addr_info":[{"family":"inet","local":"192.0.2.1","prefixlen":24}]},
        {"ifname":"eth0","master":"ovs-system","flags":["UP"],"mtu":1500,"link_type":"ether","linkinfo":{"info_slave_kind":"openvswitch"}}]"#;
    let script = "ovs-vsctl add-br br0 -- set bridge br0 stp_enable=true\nip link set br0 up\nip addr add 192.0.2.1/24 dev br0\n\
        ip link set eth0 up\novs-vsctl add-port br0 eth0 tag=5\n\
        ovs-vsctl add-port br0 new0 -- set interface new0 type=internal\n";
    let model = conversion::run(&tree(script), &conversion::request(Some("iproute"), "json"));
    let (mut target, mut state) = (MemoryTree::default(), MemoryTree::default());
    target.add("/netpivot.json", model.outputs.first().map(|file| file.text.clone()).unwrap_or_default());
    state.add("/netpivot-state/state.json", kernel);
    let request = Request { confirm_within: Some(60), ..conversion::request(Some("json"), "iproute") };
    let done = conversion::run_from_state(&target, &request, Some(&state));
    let text = done.outputs.first().map(|file| file.text.clone()).ok_or("no script")?;
    let (there, back) = text.split_once("restore()").ok_or_else(|| text.clone())?;
    let sets =
        ["add-port br0 eth0 -- set port eth0 tag=5", "set bridge br0 stp_enable=true", "add-port br0 new0"];
    let leaves = ["del-br", "br0 eth0", "port eth0", "bridge br0", "address del"];
    let is_right = sets.iter().all(|command| there.contains(command))
        && leaves.iter().all(|command| !back.contains(command))
        && back.contains("del-port br0 new0");
    if is_right { Ok(()) } else { Err(text.into()) }
}
