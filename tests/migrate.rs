//! `migrate` under faults: each call that changes the disk fails, or is the last one, in turn – all of them, not a sample.
//!
//! Whatever happens, after the next run the tree is either what it was, byte by byte with modes, owners, times and attributes,
//! or what it was to become. The calls are counted by the [`Watch`] that all of them pass.

use crate::{commands, host};
use libtest_mimic::{Failed, Trial};
use netpivot::formats::FormatSpec;
use netpivot::migration::{self, Plan, Planned};
use netpivot::pipeline::Request;
use netpivot::transaction;
use netpivot::transaction::commit::{self, Job};
use netpivot::transaction::confirm::Confirm;
use netpivot::transaction::disk::{Call, Disk, Unwatched, Verdict, Watch};
use netpivot::transaction::manifest::Stage;
use netpivot::transaction::store::{self, HOME, Store, Wait};
use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, XattrFlags};
use rustix::io::Errno;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The cases of this module.
pub fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    for scenario in SCENARIOS {
        let name = scenario.name;
        trials.push(Trial::test(format!("migrate::{name}/forward"), move || forward(scenario)));
        trials.push(Trial::test(format!("migrate::{name}/undo"), move || undo(scenario)));
    }
    trials.push(Trial::test("migrate::recovery-of-recovery", || recovery(&SCENARIOS[2])));
    trials.push(Trial::test("migrate::recovery-of-undo", || recovery_of_undo(&SCENARIOS[2])));
    trials.push(Trial::test("migrate::killed-process", || killed(&SCENARIOS[2])));
    trials.push(Trial::test("migrate::order-of-calls", || SCENARIOS.iter().try_for_each(order)));
    trials.push(Trial::test("migrate::proof-that-fails", || SCENARIOS.iter().try_for_each(proof)));
    trials.push(Trial::test("migrate::links", links));
    trials.push(Trial::test("migrate::attributes", attributes));
    trials.push(Trial::test("migrate::refused-writes-nothing", refused));
    trials.push(Trial::test("migrate::name-of-bytes", name_of_bytes));
    trials.push(Trial::test("migrate::nobody-confirms", nobody_confirms));
    trials.push(Trial::test("migrate::taken-back", taken_back));
    trials.push(Trial::test("migrate::taken-back/before-it", taken_back_before));
    trials.push(Trial::test("migrate::taken-back/in-vain", taken_back_in_vain));
    trials.push(Trial::test("migrate::taken-back/faults", || taken_back_faults(&SCENARIOS[2])));
    trials.push(Trial::test("migrate::confirmed", confirmed));
    trials.push(Trial::test("migrate::settled", settled));
    trials.push(Trial::test("migrate::overdue", overdue));
    trials.push(Trial::test("migrate::changed-since", changed_since));
    trials.push(Trial::test("migrate::one-at-a-time", one_at_a_time));
    trials
}

/// A host that is migrated.
struct Scenario {
    name: &'static str,
    from: &'static str,
    build: fn(&Path),
}

static SCENARIOS: &[Scenario] = &[
    Scenario { name: "rhel", from: "ifcfg", build: rhel },
    Scenario { name: "debian", from: "interfaces", build: debian },
    Scenario { name: "replaced", from: "ifcfg", build: replaced },
];

/// A profile with routes, rules and keys, and a file that others read, too.
fn rhel(root: &Path) {
    let scripts = "etc/sysconfig/network-scripts";
    let wired: &[u8] =
        b"DEVICE=eth0\nIPADDR=192.0.2.2\nPREFIX=24\nKEY_MGMT=IEEE8021X\nIEEE_8021X_EAP_METHODS=PEAP\n\
        IEEE_8021X_IDENTITY=me\nIEEE_8021X_INNER_AUTH_METHODS=MSCHAPV2\n";
    put(root, "etc/sysconfig/network", b"NETWORKING=yes\n", 0o644);
    put(root, &format!("{scripts}/ifcfg-eth0"), wired, 0o644);
    put(root, &format!("{scripts}/keys-eth0"), b"IEEE_8021X_PASSWORD=secret\n", 0o600);
    put(root, &format!("{scripts}/route-eth0"), b"10.0.0.0/8 via 192.0.2.1\n", 0o644);
    put(root, &format!("{scripts}/rule-eth0"), b"from 192.0.2.2 table 7 priority 100\n", 0o644);
}

/// A file that includes others; the loopback interface stays.
fn debian(root: &Path) {
    put(
        root,
        "etc/network/interfaces",
        b"source /etc/network/interfaces.d/*\nauto lo\niface lo inet loopback\n",
        0o644,
    );
    put(
        root,
        "etc/network/interfaces.d/eth0",
        b"auto eth0\niface eth0 inet static\n  address 192.0.2.2/24\n",
        0o640,
    );
    put(
        root,
        "etc/network/interfaces.d/br0",
        b"auto br0\niface br0 inet dhcp\n  bridge_ports eth1\n  bridge_stp off\n",
        0o644,
    );
}

/// A profile that is there already with another mode, an attribute and an old time, and a source that is a link.
fn replaced(root: &Path) {
    let profile = b"[connection]\nid=System eth0\ntype=ethernet\ninterface-name=eth0\n";
    put(root, "etc/NetworkManager/system-connections/System eth0.nmconnection", profile, 0o640);
    put(root, "etc/sysconfig/real-eth0", b"DEVICE=eth0\nIPADDR=192.0.2.2\nPREFIX=24\nONBOOT=yes\n", 0o644);
    let scripts = root.join("etc/sysconfig/network-scripts");
    std::fs::create_dir_all(&scripts).expect("a folder");
    symlink("../real-eth0", scripts.join("ifcfg-eth0")).expect("a link");
    put(root, "etc/sysconfig/network-scripts/ifcfg-eth1", b"DEVICE=eth1\nBOOTPROTO=dhcp\n", 0o600);
}

fn put(root: &Path, path: &str, bytes: &[u8], mode: u32) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(&path, bytes).expect("a file");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    let old = Timespec { tv_sec: 1_000_000_000, tv_nsec: 123_456_789 };
    let times = Timestamps { last_access: old, last_modification: old };
    rustix::fs::utimensat(CWD, &path, &times, AtFlags::empty()).expect("a time");
    // Not all file systems have these.
    let _ = rustix::fs::setxattr(&path, "user.note", b"kept", XattrFlags::empty());
}

/// Memory, where there is some: a run makes thousands of fsyncs.
fn scratch() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary directory")
}

/// All that stands below `etc` by path, each with the time of a file.
type Tree = BTreeMap<PathBuf, (String, Option<(i64, i64)>)>;

fn tree(root: &Path) -> Tree {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join("etc")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let meta = std::fs::symlink_metadata(&path).expect("it is there");
            let mut text = format!("{:o} {}:{}", meta.mode(), meta.uid(), meta.gid());
            let mut time = None;
            if meta.is_dir() {
                folders.push(path.clone());
            } else if meta.is_symlink() {
                text.push_str(&format!(" -> {}", std::fs::read_link(&path).expect("a link").display()));
            } else {
                let mut note = [0; 16];
                let note = rustix::fs::getxattr(&path, "user.note", &mut note).map(|n| note[..n].to_vec());
                let bytes = std::fs::read(&path).expect("bytes");
                text.push_str(&format!(" {note:?} {}", String::from_utf8_lossy(&bytes)));
                time = Some((meta.mtime(), meta.mtime_nsec()));
            }
            found.insert(path.strip_prefix(root).expect("below").to_owned(), (text, time));
        }
    }
    found
}

// Stores are opened to wait: a process that another test starts holds all locks of this one until its program runs.

/// What a call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// One call fails.
    Once(Errno),
    /// A write is half done, and one call fails.
    Torn,
    /// The process is gone: nothing is done any more.
    Dead,
    /// The same, and the last write is half done.
    DeadTorn,
    /// From there on nothing new fits on the disk.
    Full,
    /// From there on nothing can be changed but what is there already can be read; then somebody gives the rights back.
    ReadOnly,
}

const FAULTS: [Fault; 9] = [
    Fault::Once(Errno::NOSPC),
    Fault::Once(Errno::ROFS),
    Fault::Once(Errno::ACCESS),
    Fault::Once(Errno::IO),
    Fault::Torn,
    Fault::Dead,
    Fault::DeadTorn,
    Fault::Full,
    Fault::ReadOnly,
];

struct At {
    n: usize,
    fault: Fault,
    seen: Cell<usize>,
}

impl At {
    fn new(n: usize, fault: Fault) -> Self {
        At { n, fault, seen: Cell::new(0) }
    }

    fn was_reached(&self) -> bool {
        self.seen.get() > self.n
    }
}

impl Watch for At {
    fn before(&self, call: Call, _: &str) -> Verdict {
        let now = self.seen.get();
        self.seen.set(now + 1);
        if now < self.n {
            return Verdict::Go;
        }
        let is_first = now == self.n;
        let takes_room = matches!(
            call,
            Call::MakeDirectory | Call::Create | Call::Write | Call::Symlink | Call::Attribute
        );
        match self.fault {
            Fault::Once(errno) if is_first => Verdict::Fail(errno),
            Fault::Torn if is_first => Verdict::Torn(Errno::NOSPC),
            Fault::Once(_) | Fault::Torn => Verdict::Go,
            Fault::DeadTorn if is_first => Verdict::Torn(Errno::IO),
            Fault::Dead | Fault::DeadTorn => Verdict::Fail(Errno::IO),
            Fault::Full if takes_room => Verdict::Fail(Errno::NOSPC),
            Fault::Full => Verdict::Go,
            Fault::ReadOnly => Verdict::Fail(Errno::ROFS),
        }
    }
}

/// A scenario with its plan, which is the same in every run.
struct Ready {
    scenario: &'static Scenario,
    plan: Box<Plan>,
    old: Tree,
    new: Tree,
}

fn request(from: &str) -> Request {
    let spec = |name: &str| FormatSpec::of(netpivot::formats::find(name).expect("a format").name);
    Request {
        from: Some(spec(from)),
        to: vec![spec("keyfile")],
        reveal: true,
        allow: vec!["all".into()],
        ..Request::default()
    }
}

fn plan_of(scenario: &Scenario, root: &Path) -> Box<Plan> {
    let disk = Disk::open(root, &Unwatched).expect("a root");
    match migration::plan(root, &disk, &request(scenario.from)) {
        Ok(Planned::Plan(plan)) => plan,
        Ok(Planned::Unchanged(_)) => panic!("{} has nothing to do", scenario.name),
        Err(failure) => panic!("{}: {}", scenario.name, failure.message),
    }
}

fn ready(scenario: &'static Scenario) -> Ready {
    let dir = scratch();
    (scenario.build)(dir.path());
    let old = tree(dir.path());
    let plan = plan_of(scenario, dir.path());
    let done = migrate(&plan, dir.path(), &Unwatched);
    assert!(done.is_ok(), "{}: {:?}", scenario.name, done.err().map(|f| f.message));
    let new = tree(dir.path());
    assert_ne!(old, new);
    Ready { scenario, plan, old, new }
}

fn migrate(plan: &Plan, root: &Path, watch: &dyn Watch) -> Result<(), netpivot::failure::Failure> {
    migrate_proven(plan, root, watch, &|| Ok(()))
}

fn migrate_proven(
    plan: &Plan,
    root: &Path,
    watch: &dyn Watch,
    prove: &dyn Fn() -> Result<(), netpivot::failure::Failure>,
) -> Result<(), netpivot::failure::Failure> {
    let disk = Disk::open(root, watch).map_err(|e| store::failure(&e))?;
    let store = Store::open(&disk, Wait::Yes)?;
    let job =
        Job { from: "a", to: "b", changes: &plan.changes, confirm: None::<Confirm>, arm: &|_| Ok(()), prove };
    commit::run(&store, &job).map(|_| ())
}

fn undo_in(root: &Path, watch: &dyn Watch) -> Result<(), netpivot::failure::Failure> {
    let disk = Disk::open(root, watch).map_err(|e| store::failure(&e))?;
    let store = Store::open(&disk, Wait::Yes)?;
    if transaction::recover(&store)?.is_some() {
        return Ok(());
    }
    match store::last(&disk)? {
        Some(last) => transaction::undo(&store, last, false).map(|_| ()),
        None => Ok(()),
    }
}

fn recover_in(root: &Path, watch: &dyn Watch) -> Result<(), netpivot::failure::Failure> {
    let disk = Disk::open(root, watch).map_err(|e| store::failure(&e))?;
    let store = Store::open(&disk, Wait::Yes)?;
    transaction::recover(&store).map(|_| ())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Old,
    New,
}

impl Ready {
    fn fresh(&self) -> TempDir {
        let dir = scratch();
        (self.scenario.build)(dir.path());
        dir
    }

    /// Which of the two states a tree is in.
    fn state(&self, root: &Path) -> Result<State, String> {
        let now = tree(root);
        if now == self.old {
            return Ok(State::Old);
        }
        // New files are made at other times in each run.
        let texts = |tree: &Tree| -> Vec<(PathBuf, String)> {
            tree.iter().map(|(path, (text, _))| (path.clone(), text.clone())).collect()
        };
        if texts(&now) == texts(&self.new) {
            return Ok(State::New);
        }
        let paths: BTreeSet<&PathBuf> = now.keys().chain(self.new.keys()).chain(self.old.keys()).collect();
        let shown = |of: &Tree, path: &PathBuf| of.get(path).map_or("-".into(), |t| format!("{t:?}"));
        let lines: Vec<String> = paths
            .into_iter()
            .filter(|path| now.get(*path) != self.new.get(*path))
            .map(|path| {
                format!("{}: {} instead of {}", path.display(), shown(&now, path), shown(&self.new, path))
            })
            .collect();
        Err(format!("neither of the two states:\n{}", lines.join("\n")))
    }

    /// Recovers and compares.
    fn after_recovery(&self, root: &Path) -> Result<State, String> {
        recover_in(root, &Unwatched).map_err(|failure| failure.message)?;
        let state = self.state(root)?;
        let disk = Disk::open(root, &Unwatched).map_err(|e| format!("{e:?}"))?;
        let stages = store::last(&disk).map_err(|failure| failure.message)?.map(|last| last.stage);
        match (state, stages) {
            (State::Old, None) | (State::New, Some(Stage::Done)) => Ok(state),
            (state, stage) => Err(format!("the files are {state:?}, the manifest says {stage:?}")),
        }
    }
}

/// Every call of a migration meets every fault.
fn forward(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    let mut points = 0;
    for fault in FAULTS {
        for n in 0.. {
            let root = ready.fresh();
            let watch = At::new(n, fault);
            let result = migrate(&ready.plan, root.path(), &watch);
            if !watch.was_reached() {
                break;
            }
            points += 1;
            let place = format!("{}: call {n} {fault:?}", scenario.name);
            let told = |error: String| format!("{place}: {error}");
            // A disk that only refuses some calls leaves enough to go back at once.
            if matches!(fault, Fault::Once(_) | Fault::Torn | Fault::Full) {
                let is_new = result.is_ok();
                let now = ready_without_stages(&ready, root.path()).map_err(told)?;
                if is_new != (now == State::New) {
                    return Err(format!("{place}: {now:?} although the run said {result:?}").into());
                }
            }
            let state = ready.after_recovery(root.path()).map_err(told)?;
            if result.is_ok() && state == State::Old {
                return Err(format!("{place}: taken back although the run was done").into());
            }
        }
    }
    println!("{}: {points} points of the way forward", scenario.name);
    Ok(())
}

/// The state without what may wait beside the targets, which no program reads.
fn ready_without_stages(ready: &Ready, root: &Path) -> Result<State, String> {
    for path in tree(root).into_keys() {
        let is_staged = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".netpivot-"));
        if is_staged {
            std::fs::remove_file(root.join(path)).map_err(|e| e.to_string())?;
        }
    }
    ready.state(root)
}

/// Every call of an undo meets every fault.
fn undo(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    let mut points = 0;
    for fault in FAULTS {
        for n in 0.. {
            let root = ready.fresh();
            migrate(&ready.plan, root.path(), &Unwatched).map_err(|f| f.message)?;
            let watch = At::new(n, fault);
            let result = undo_in(root.path(), &watch);
            if !watch.was_reached() {
                if ready.after_recovery(root.path())? != State::Old {
                    return Err("an undo without a fault undoes".into());
                }
                break;
            }
            points += 1;
            let place = format!("{}: call {n} {fault:?}", scenario.name);
            if fault == Fault::Full {
                ready_without_stages(&ready, root.path()).map_err(|error| format!("{place}: {error}"))?;
            }
            let state = ready.after_recovery(root.path()).map_err(|error| format!("{place}: {error}"))?;
            if result.is_ok() && state == State::New {
                return Err(format!("{place}: not undone although the run said so").into());
            }
        }
    }
    println!("{}: {points} points of the way back", scenario.name);
    Ok(())
}

/// A migration ends at every call, and its recovery at every call of its own; the next one comes to an end.
fn recovery(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    twice(&ready, &|root, watch| {
        let _ = migrate(&ready.plan, root, watch);
    })
}

/// The same of an undo.
fn recovery_of_undo(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    twice(&ready, &|root, watch| {
        migrate(&ready.plan, root, &Unwatched).expect("nothing fails");
        let _ = undo_in(root, watch);
    })
}

fn twice(ready: &Ready, work: &dyn Fn(&Path, &dyn Watch)) -> Result<(), Failed> {
    let mut points = 0;
    for n in 0.. {
        for m in 0.. {
            let root = ready.fresh();
            let first = At::new(n, Fault::Dead);
            work(root.path(), &first);
            if !first.was_reached() {
                println!("{}: {points} points of recovery", ready.scenario.name);
                return Ok(());
            }
            let second = At::new(m, Fault::DeadTorn);
            let _ = recover_in(root.path(), &second);
            if !second.was_reached() {
                break;
            }
            points += 1;
            ready.after_recovery(root.path()).map_err(|error| format!("calls {n} and {m}: {error}"))?;
        }
    }
    Ok(())
}

/// The environment variable that makes the suite's program a process that migrates a root and kills itself.
const KILL_AT: &str = "NETPIVOT_TEST_KILL_AT";

struct Kill(At);

impl Watch for Kill {
    fn before(&self, call: Call, path: &str) -> Verdict {
        if matches!(self.0.before(call, path), Verdict::Fail(_)) {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
        Verdict::Go
    }
}

/// What a process does that is to be killed: `true` where this is one.
pub fn is_victim() -> bool {
    let Ok(words) = std::env::var(KILL_AT) else { return false };
    let Some((n, root)) = words.split_once(' ') else { return false };
    let root = Path::new(root);
    let plan = plan_of(&SCENARIOS[2], root);
    let watch = Kill(At::new(n.parse().unwrap_or(0), Fault::Dead));
    let _ = migrate(&plan, root, &watch);
    true
}

/// A process is killed by the kernel before each call; the program then finds and clears what it left.
fn killed(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    let netpivot = |root: &Path, what: &str| {
        let mut command = Command::new(commands::PROGRAM);
        command.args(["migrate", what, "--json", "--root"]).arg(root).output()
    };
    for n in 0.. {
        let root = ready.fresh();
        let victim = Command::new(std::env::current_exe()?)
            .env(KILL_AT, format!("{n} {}", root.path().display()))
            .output()?;
        if victim.status.signal() != Some(9) {
            println!("{}: {n} points of death", scenario.name);
            return if n > 20 && victim.status.success() {
                Ok(())
            } else {
                Err(format!("{victim:?}").into())
            };
        }
        let status = String::from_utf8(netpivot(root.path(), "--status")?.stdout)?;
        let is_done = status.contains("\"status\": \"migrated\"");
        if is_done {
            ready_without_stages(&ready, root.path()).map_err(|error| format!("call {n}: {error}"))?;
        }
        let undone = netpivot(root.path(), "--undo")?;
        if !undone.status.success() || ready.state(root.path())? != State::Old {
            return Err(format!("call {n}: {undone:?}").into());
        }
    }
    Ok(())
}

/// Sees all calls.
#[derive(Default)]
struct Recorder(RefCell<Vec<(Call, String)>>);

impl Watch for Recorder {
    fn before(&self, call: Call, path: &str) -> Verdict {
        self.0.borrow_mut().push((call, path.to_owned()));
        Verdict::Go
    }
}

/// What a power failure would forget is not relied on: all copies and staged files are on the disk before the first rename,
/// and all renames before the manifest says that they are done.
fn order(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    let root = ready.fresh();
    let recorder = Recorder::default();
    migrate(&ready.plan, root.path(), &recorder).map_err(|f| f.message)?;
    let calls = recorder.0.into_inner();
    let is_change = |(call, path): &(Call, String)| {
        matches!(call, Call::Rename | Call::Unlink)
            && !path.starts_with(HOME)
            && !path.contains("/.netpivot-")
    };
    let first = calls.iter().position(is_change).ok_or("something changes")?;
    let last = calls.iter().rposition(is_change).ok_or("something changes")?;
    let parent = |path: &str| path.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned());
    let has =
        |range: &[(Call, String)], call: Call, path: &str| range.iter().any(|(c, p)| *c == call && p == path);
    for (n, (call, path)) in calls[..first].iter().enumerate() {
        let rest = &calls[n..first];
        let synced = has(rest, Call::SyncDirectory, &parent(path));
        // The lock holds nothing.
        let is_file = *call == Call::Create && !path.ends_with("/lock");
        if is_file && !(has(rest, Call::Sync, path) && synced) {
            return Err(format!("{}: `{path}` is not on the disk in time", scenario.name).into());
        }
        if *call == Call::Rename && !synced {
            return Err(format!("{}: the name `{path}` is not on the disk in time", scenario.name).into());
        }
    }
    let done = calls.iter().rposition(|(call, path)| *call == Call::Rename && path.starts_with(HOME));
    let done = done.filter(|done| *done > last).ok_or("the manifest says so behind the last change")?;
    for (_, path) in calls[first..=last].iter().filter(|call| is_change(call)) {
        if !has(&calls[last..done], Call::SyncDirectory, &parent(path)) {
            return Err(
                format!("{}: the change of `{path}` is not on the disk in time", scenario.name).into()
            );
        }
    }
    Ok(())
}

/// New files that do not prove good are taken back.
fn proof(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    let root = ready.fresh();
    let bad = || Err(netpivot::failure::Failure::new(netpivot::failure::FailureKind::Write, "no good"));
    let failure = migrate_proven(&ready.plan, root.path(), &Unwatched, &bad).err().ok_or("it fails")?;
    if failure.kind.exit() != 5 || !failure.message.ends_with("everything is as before") {
        return Err(failure.message.into());
    }
    let root_plan = ready.fresh();
    migrate_proven(&ready.plan, root_plan.path(), &Unwatched, &|| {
        ready.plan.prove(root_plan.path(), &request(scenario.from).to[0])
    })
    .map_err(|failure| failure.message)?;
    let spoilt = ready.fresh();
    let spoil = || {
        let profiles = spoilt.path().join("etc/NetworkManager/system-connections");
        let first =
            host::names(&profiles).into_iter().find(|name| !name.starts_with('.')).expect("a profile");
        std::fs::write(profiles.join(first), "[connection]\nid=x\n").expect("a file");
        ready.plan.prove(spoilt.path(), &request(scenario.from).to[0])
    };
    if migrate_proven(&ready.plan, spoilt.path(), &Unwatched, &spoil).is_ok() {
        return Err("a spoilt file is noticed".into());
    }
    match (ready.state(root.path())?, ready.state(spoilt.path())?) {
        (State::Old, State::Old) => Ok(()),
        states => Err(format!("{states:?}").into()),
    }
}

/// A new file has the attributes of the one that it replaces, and its own mode; the old one comes back with its own.
fn attributes() -> Result<(), Failed> {
    let root = scratch();
    replaced(root.path());
    let profile = root.path().join("etc/NetworkManager/system-connections/System eth0.nmconnection");
    let look = || {
        let mut note = [0; 16];
        let note = rustix::fs::getxattr(&profile, "user.note", &mut note).map(|n| note[..n].to_vec());
        (note, std::fs::metadata(&profile).map(|meta| meta.mode() & 0o7777).unwrap_or(0))
    };
    let (note, mode) = look();
    migrate(&plan_of(&SCENARIOS[2], root.path()), root.path(), &Unwatched).map_err(|f| f.message)?;
    let migrated = look();
    undo_in(root.path(), &Unwatched).map_err(|f| f.message)?;
    if note.is_err() {
        eprintln!("skipped: extended attributes (the file system has none)");
    }
    if migrated == (note.clone(), 0o600) && look() == (note, mode) && mode == 0o640 {
        return Ok(());
    }
    Err(format!("{migrated:?}, then {:?}", look()).into())
}

/// A loss and a dry run leave no trace, not even the state folder; neither does an undo of nothing.
fn refused() -> Result<(), Failed> {
    let root = scratch();
    put(
        root.path(),
        "etc/sysconfig/network-scripts/ifcfg-eth0",
        b"DEVICE=eth0\nIPADDR=192.0.2.2\nPREFIX=24\n",
        0o644,
    );
    put(
        root.path(),
        "etc/sysconfig/network-scripts/ifcfg-eth0:1",
        b"DEVICE=eth0:1\nIPADDR=192.0.2.3\n",
        0o644,
    );
    let before = tree(root.path());
    let runs: [(&[&str], i32, &str); 8] = [
        (&["-t", "keyfile"], 4, "refused"),
        (&["-t", "keyfile", "--dry-run"], 4, "refused"),
        (&["-t", "keyfile", "--dry-run", "--allow", "L304"], 1, "planned"),
        (&["-t", "json"], 2, "refused"),
        (&["--undo"], 0, "unchanged"),
        (&["--undo", "--dry-run"], 0, "unchanged"),
        (&["--confirm"], 0, "unchanged"),
        (&["--status"], 0, "unchanged"),
    ];
    for (arguments, expected, word) in runs {
        let (answer, status, errors) = program(root.path(), HERE, arguments)?;
        let names = host::names(root.path());
        let is_told = answer["exit"] == expected && answer["error"].is_string() == (word == "refused");
        if status != expected
            || answer["status"] != word
            || !is_told
            || names != ["etc"]
            || tree(root.path()) != before
        {
            return Err(format!("{arguments:?}: {status} {names:?} {answer} {errors}").into());
        }
    }
    Ok(())
}

/// A file that cannot be taken away, since its name is no text, does not stay in silence.
fn name_of_bytes() -> Result<(), Failed> {
    let root = scratch();
    put(root.path(), "etc/sysconfig/network-scripts/ifcfg-eth0", b"DEVICE=eth0\nIPADDR=192.0.2.2\n", 0o644);
    let scripts = root.path().join("etc/sysconfig/network-scripts");
    std::fs::write(scripts.join(OsStr::from_bytes(b"ifcfg-b\xfcro")), "DEVICE=eth1\nIPADDR=192.0.2.3\n")?;
    let before = tree(root.path());
    for more in [&["--dry-run"][..], &[]] {
        let (answer, status, errors) = program(root.path(), HERE, &[&["-t", "keyfile"], more].concat())?;
        let is_told = errors
            .contains("the name of `/etc/sysconfig/network-scripts/ifcfg-b\u{fffd}ro` is not UTF-8")
            && answer["help"].as_str().is_some_and(|help| help.contains("rename it"));
        if status != 5 || answer["status"] != "refused" || !is_told || tree(root.path()) != before {
            return Err(format!("{more:?}: {status} {answer} {errors}").into());
        }
    }
    std::fs::rename(scripts.join(OsStr::from_bytes(b"ifcfg-b\xfcro")), scripts.join("ifcfg-b\u{fffd}ro"))?;
    let (answer, status, errors) = program(root.path(), HERE, &["-t", "keyfile"])?;
    if status == 0 && host::names(&scripts).is_empty() {
        Ok(())
    } else {
        Err(format!("a name that only looks so: {answer} {errors}").into())
    }
}

/// Nothing outside of the root is touched, whatever links stand in it.
fn links() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[2]);
    let outside = scratch();
    put(outside.path(), "victim", b"untouched", 0o644);
    type Plant = fn(&Path, &Path);
    let plant: [(&str, Plant); 3] = [
        ("the state folder", |root, outside| {
            std::fs::create_dir_all(root.join("var/lib")).expect("a folder");
            symlink(outside, root.join("var/lib/netpivot")).expect("a link");
        }),
        ("the target's folder", |root, outside| {
            std::fs::remove_dir_all(root.join("etc/NetworkManager/system-connections")).expect("a folder");
            symlink(outside, root.join("etc/NetworkManager/system-connections")).expect("a link");
        }),
        ("a staged name", |root, outside| {
            let staged = root.join("etc/NetworkManager/system-connections/.netpivot-0001-0.new");
            symlink(outside.join("victim"), staged).expect("a link");
        }),
    ];
    for (what, plant) in plant {
        let root = ready.fresh();
        plant(root.path(), outside.path());
        let before = tree(root.path());
        let Err(failure) = migrate(&ready.plan, root.path(), &Unwatched) else {
            return Err(format!("{what} is a link, and is followed").into());
        };
        let is_told = failure.kind.exit() == 5 && failure.message.contains('/');
        let names = host::names(outside.path());
        let bytes = std::fs::read(outside.path().join("victim"))?;
        // What was planted under a staged name is cleared with the stage.
        let same = tree(root.path()) == before || what == "a staged name";
        if !is_told || names != ["victim"] || bytes != b"untouched" || !same {
            return Err(format!("{what}: {} {names:?}", failure.message).into());
        }
    }
    // A file with a second name keeps it, and what it says.
    let root = ready.fresh();
    let scripts = root.path().join("etc/sysconfig/network-scripts");
    std::fs::hard_link(scripts.join("ifcfg-eth1"), root.path().join("second")).expect("a name");
    let before = std::fs::read(root.path().join("second"))?;
    migrate(&ready.plan, root.path(), &Unwatched).map_err(|f| f.message)?;
    undo_in(root.path(), &Unwatched).map_err(|f| f.message)?;
    let same =
        std::fs::read(root.path().join("second"))? == before && ready.state(root.path())? == State::Old;
    if same { Ok(()) } else { Err("the second name".into()) }
}

/// The program on a root, in that login, with its answer as JSON and its exit status.
fn program(root: &Path, login: &str, arguments: &[&str]) -> Result<(serde_json::Value, i32, String), Failed> {
    let mut command = Command::new(commands::PROGRAM);
    command.arg("migrate").args(arguments).args(["--json", "--root"]).arg(root).env("SSH_CONNECTION", login);
    let output = command.output()?;
    let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let status = output.status.code().ok_or("it ends by itself")?;
    Ok((answer, status, String::from_utf8_lossy(&output.stderr).into_owned()))
}

const HERE: &str = "192.0.2.9 50022 192.0.2.1 22";
const ANEW: &str = "192.0.2.9 50023 192.0.2.1 22";

/// A process that outlives the program brings the old files back and runs the command.
fn nobody_confirms() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[0]);
    let root = ready.fresh();
    let mark = root.path().join("mark");
    // As those of nmcli(1), it prints; nobody listens any more.
    let command = format!("/bin/echo up && echo back > {}", mark.display());
    let arguments = ["-t", "keyfile", "--confirm-within", "1", "--on-undo", &command];
    let (answer, status, errors) = program(root.path(), HERE, &arguments)?;
    if status != 0 || answer["status"] != "migrated" || answer["confirm"]["within"] != 1 {
        return Err(format!("{status} {answer} {errors}").into());
    }
    for _ in 0..200 {
        if mark.exists() && ready.state(root.path()) == Ok(State::Old) {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err(format!("{:?}, and the command {}", ready.state(root.path()), mark.exists()).into())
}

/// Waits until what was set off took the migration back and ran its command.
fn until_taken_back(root: &Path) -> Result<serde_json::Value, Failed> {
    for _ in 0..200 {
        let (answer, _, _) = program(root, ANEW, &["--status"])?;
        if answer["status"] == "taken-back" && waiting(root)? == 0 {
            return Ok(answer);
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err("nobody takes it back".into())
}

/// What was done with nobody there is told to whoever asks: of the command, too, and of files that somebody had changed.
fn taken_back() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[0]);
    let root = ready.fresh();
    let on_undo = "echo one; echo --password=hunter2 >&2; exit 3";
    program(root.path(), HERE, &["-t", "keyfile", "--confirm-within", "3", "--on-undo", on_undo])?;
    let profile = "etc/NetworkManager/system-connections/System eth0.nmconnection";
    std::fs::write(root.path().join(profile), "[connection]\nid=mine\n")?;
    let told = until_taken_back(root.path())?;
    let it = &told["taken_back"];
    let kept = it["kept"][0].as_str().unwrap_or_default();
    let is_told = told["exit"] == 0
        && told["from"] == "ifcfg:networkmanager"
        && it["at"].as_str() >= told["confirm"]["until"].as_str()
        && it["on_undo"]["command"] == "echo one; echo --password=<hidden> >&2; exit 3"
        && it["on_undo"]["exit"] == 3
        && it["on_undo"]["output"] == serde_json::json!(["one", "--password=<hidden>"])
        && std::fs::read_to_string(kept).is_ok_and(|text| text.ends_with("id=mine\n"))
        && ready.state(root.path()) == Ok(State::Old);
    if !is_told {
        return Err(format!("{told}").into());
    }
    for _ in 0..2 {
        let (late, confirmed, why) = program(root.path(), ANEW, &["--confirm"])?;
        let (answer, undone, _) = program(root.path(), ANEW, &["--undo"])?;
        let is_late = confirmed == 5
            && late["status"] == "refused"
            && why.contains("taken back at")
            && late["error"].as_str().is_some_and(|error| error.contains("taken back at"));
        if !is_late
            || undone != 0
            || answer["status"] != "taken-back"
            || answer["changes"] != serde_json::json!([])
        {
            return Err(format!("{late} {why} {undone} {answer}").into());
        }
    }
    // The next migration is another matter.
    program(root.path(), HERE, &["-t", "keyfile"])?;
    let (answer, _, _) = program(root.path(), ANEW, &["--status"])?;
    let (confirmed, status, _) = program(root.path(), ANEW, &["--confirm"])?;
    if answer["status"] != "migrated" || !answer["taken_back"].is_null() || status != 0 {
        return Err(format!("{answer}").into());
    }
    if confirmed["status"] == "migrated" && confirmed["backup"].is_string() {
        Ok(())
    } else {
        Err(format!("{confirmed}").into())
    }
}

/// Whoever undoes a migration that was taken back by itself does not lose the one before it by that.
fn taken_back_before() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[0]);
    let root = ready.fresh();
    program(root.path(), HERE, &["-t", "keyfile"])?;
    program(root.path(), HERE, &["-t", "interfaces", "--allow", "all", "--confirm-within", "1"])?;
    until_taken_back(root.path())?;
    let runs: [(&[&str], &str, State); 5] = [
        (&["--undo", "--dry-run"], "taken-back", State::New),
        (&["--undo"], "taken-back", State::New),
        (&["--status"], "taken-back", State::New),
        (&["--undo"], "undone", State::Old),
        (&["--status"], "unchanged", State::Old),
    ];
    for (arguments, word, state) in runs {
        let (answer, _, errors) = program(root.path(), ANEW, arguments)?;
        if answer["status"] != word || ready.state(root.path())? != state {
            return Err(format!("{arguments:?}: {answer} {errors}").into());
        }
    }
    Ok(())
}

/// Why the old files are not back is told, too.
fn taken_back_in_vain() -> Result<(), Failed> {
    let root = ready(&SCENARIOS[0]).fresh();
    program(root.path(), HERE, &["-t", "keyfile", "--confirm-within", "3"])?;
    let profile = root.path().join("etc/NetworkManager/system-connections/System eth0.nmconnection");
    std::fs::remove_file(&profile)?;
    std::fs::create_dir(&profile)?;
    for _ in 0..200 {
        let (answer, _, _) = program(root.path(), ANEW, &["--status"])?;
        let why = answer["notes"][0].as_str().unwrap_or_default();
        if answer["status"] == "interrupted" && why.contains("could not: the old files are not all back") {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err("nobody is told why".into())
}

/// What is written down of an undo never stands in its way, whichever call fails or is the last one.
fn taken_back_faults(scenario: &'static Scenario) -> Result<(), Failed> {
    let ready = ready(scenario);
    let mut points = 0;
    for fault in FAULTS {
        for n in 0.. {
            let root = ready.fresh();
            migrate(&ready.plan, root.path(), &Unwatched).map_err(|f| f.message)?;
            let watch = At::new(n, fault);
            let result = take_back_in(root.path(), &watch);
            if !watch.was_reached() {
                break;
            }
            points += 1;
            let place = format!("{}: call {n} {fault:?}", scenario.name);
            if matches!(fault, Fault::Full) {
                ready_without_stages(&ready, root.path()).map_err(|error| format!("{place}: {error}"))?;
            }
            let state = ready.after_recovery(root.path()).map_err(|error| format!("{place}: {error}"))?;
            let disk = Disk::open(root.path(), &Unwatched).map_err(|e| format!("{e:?}"))?;
            let told = transaction::taken_back::last(&disk).map_err(|f| f.message)?;
            if result.is_ok() && (state == State::New || told.is_none()) {
                return Err(format!("{place}: {state:?}, and told is {told:?}").into());
            }
        }
    }
    println!("{}: {points} points of an undo by itself", scenario.name);
    Ok(())
}

fn take_back_in(root: &Path, watch: &dyn Watch) -> Result<(), netpivot::failure::Failure> {
    let disk = Disk::open(root, watch).map_err(|e| store::failure(&e))?;
    let store = Store::open(&disk, Wait::Yes)?;
    let Some(last) = store::last(&disk)? else { return Ok(()) };
    transaction::taken_back::take_back(&store, last).map(|_| ())
}

/// How many processes wait to undo a migration of that root.
fn waiting(root: &Path) -> std::io::Result<usize> {
    let root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let is_one = |words: Vec<u8>| {
        let words = String::from_utf8_lossy(&words).into_owned();
        let mut words = words.split('\0');
        words.any(|word| word == "--unconfirmed") && words.any(|word| Path::new(word) == root)
    };
    let processes = std::fs::read_dir("/proc")?.flatten();
    Ok(processes
        .filter_map(|at| std::fs::read(at.path().join("cmdline")).ok())
        .filter(|it| is_one(it.clone()))
        .count())
}

/// Nobody waits any more, soon and long before the time is over.
fn nobody_waits(root: &Path) -> Result<(), Failed> {
    for _ in 0..150 {
        if waiting(root)? == 0 {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    Err("a process still waits to undo what is settled".into())
}

/// A new login confirms, the old one does not; what was set off ends and changes nothing then.
fn confirmed() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[0]);
    let root = ready.fresh();
    program(root.path(), HERE, &["-t", "keyfile", "--confirm-within", "600"])?;
    let (waits, again, told) = program(root.path(), HERE, &["-t", "interfaces"])?;
    let (same, refused, why) = program(root.path(), HERE, &["--confirm"])?;
    if waiting(root.path())? != 1 || [&waits, &same].iter().any(|answer| answer["status"] != "refused") {
        return Err(format!("{} wait; {waits} {same}", waiting(root.path())?).into());
    }
    let (answer, done, _) = program(root.path(), ANEW, &["--confirm"])?;
    if (again, refused, done) != (5, 2, 0) || answer["status"] != "confirmed" {
        return Err(format!("{again} {told} {refused} {why} {done} {answer}").into());
    }
    nobody_waits(root.path())?;
    let disk = Disk::open(root.path(), &Unwatched).map_err(|e| format!("{e:?}"))?;
    let last = store::last(&disk).map_err(|f| f.message)?.ok_or("a manifest")?;
    let (_, status, _) = program(root.path(), HERE, &["--undo", "--unconfirmed", &last.id])?;
    if status != 0 || ready.state(root.path())? != State::New {
        return Err("a confirmed migration stays".into());
    }
    let (answer, _, _) = program(root.path(), HERE, &["--undo"])?;
    if answer["status"] == "undone" && ready.state(root.path())? == State::Old {
        Ok(())
    } else {
        Err("undo".into())
    }
}

/// An undo ends what was set off; what is of an older migration leaves a later one alone, even an interrupted one.
fn settled() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[0]);
    let root = ready.fresh();
    let last = || -> Result<String, Failed> {
        let disk = Disk::open(root.path(), &Unwatched).map_err(|e| format!("{e:?}"))?;
        Ok(store::last(&disk).map_err(|f| f.message)?.ok_or("a manifest")?.id)
    };
    program(root.path(), HERE, &["-t", "keyfile", "--confirm-within", "600"])?;
    let first = last()?;
    let before = tree(root.path());
    let (answer, status, _) = program(root.path(), HERE, &["--undo", "--dry-run"])?;
    if status != 1 || answer["status"] != "planned" || tree(root.path()) != before {
        return Err(format!("a dry run of an undo: {status} {answer}").into());
    }
    let (undone, _, _) = program(root.path(), HERE, &["--undo"])?;
    if undone["changes"] != answer["changes"] || ready.state(root.path())? != State::Old {
        return Err(format!("the undo is not what was foreseen: {undone} {answer}").into());
    }
    nobody_waits(root.path())?;
    program(root.path(), HERE, &["-t", "keyfile"])?;
    let path = root.path().join("var/lib/netpivot/0001/manifest.json");
    for stage in ["done", "prepared"] {
        let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        manifest["stage"] = stage.into();
        std::fs::write(&path, manifest.to_string())?;
        let before = tree(root.path());
        let (_, status, errors) = program(root.path(), HERE, &["--undo", "--unconfirmed", &first])?;
        if status != 0 || tree(root.path()) != before {
            return Err(format!("{stage}: what is of an older migration acted: {status} {errors}").into());
        }
    }
    let (foreseen, status, _) = program(root.path(), HERE, &["--undo", "--dry-run"])?;
    if status != 1 || foreseen["status"] != "planned" {
        return Err(format!("a dry run of a recovery: {status} {foreseen}").into());
    }
    let (answer, _, _) = program(root.path(), HERE, &["--undo"])?;
    if answer["status"] != "recovered" {
        return Err(format!("{answer}").into());
    }
    unreadable_for_now(&ready)
}

/// What waits outlasts a disk that is away for a while, and ends when the root is gone for good.
fn unreadable_for_now(ready: &Ready) -> Result<(), Failed> {
    let root = ready.fresh();
    let path = root.path().to_owned();
    program(&path, HERE, &["-t", "keyfile", "--confirm-within", "600"])?;
    std::fs::rename(path.join("var"), path.join("away"))?;
    std::thread::sleep(std::time::Duration::from_millis(2500));
    if waiting(&path)? != 1 {
        return Err("it ended with a disk that was away".into());
    }
    let canonical = std::fs::canonicalize(&path)?;
    drop(root);
    nobody_waits(&canonical)
}

/// The host was started anew, and with it went what was to undo the migration: the next run does.
fn overdue() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[0]);
    let root = ready.fresh();
    program(root.path(), HERE, &["-t", "keyfile", "--confirm-within", "20"])?;
    let path = root.path().join("var/lib/netpivot/0001/manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    manifest["confirm"]["until"] = "2001-01-01T00:00:00Z".into();
    std::fs::write(&path, manifest.to_string())?;
    let (told, _, _) = program(root.path(), ANEW, &["--status"])?;
    let (_, late, _) = program(root.path(), ANEW, &["--confirm"])?;
    if told["status"] != "overdue" || late != 5 || ready.state(root.path())? != State::New {
        return Err(format!("{told} {late}").into());
    }
    let (answer, status, errors) = program(root.path(), ANEW, &["-t", "keyfile"])?;
    if status != 0 || answer["recovered"] != true || answer["status"] != "migrated" {
        return Err(format!("{answer} {errors}").into());
    }
    if ready.state(root.path())? == State::New { Ok(()) } else { Err("migrated again".into()) }
}

/// Work of others is not thrown away.
fn changed_since() -> Result<(), Failed> {
    let ready = ready(&SCENARIOS[0]);
    let root = ready.fresh();
    program(root.path(), HERE, &["-t", "keyfile"])?;
    let path = "etc/NetworkManager/system-connections/System eth0.nmconnection";
    std::fs::write(root.path().join(path), "[connection]\nid=mine\n")?;
    let before = tree(root.path());
    let (foreseen, status, _) = program(root.path(), HERE, &["--undo", "--dry-run"])?;
    if status != 5 || foreseen["status"] != "refused" {
        return Err(format!("{status} {foreseen}").into());
    }
    let (_, status, told) = program(root.path(), HERE, &["--undo"])?;
    if status != 5 || !told.contains(path) || tree(root.path()) != before {
        return Err(format!("{status} {told}").into());
    }
    let (answer, status, _) = program(root.path(), HERE, &["--undo", "--force"])?;
    let kept = std::fs::read_to_string(root.path().join("var/lib/netpivot/changed-0001").join(path))?;
    if status != 0 || answer["status"] != "undone" || kept != "[connection]\nid=mine\n" {
        return Err(format!("{status} {answer}").into());
    }
    if ready.state(root.path())? == State::Old { Ok(()) } else { Err("undone".into()) }
}

/// A second run waits for nobody.
fn one_at_a_time() -> Result<(), Failed> {
    let root = scratch();
    rhel(root.path());
    let disk = Disk::open(root.path(), &Unwatched).map_err(|e| format!("{e:?}"))?;
    let _store = Store::open(&disk, Wait::Yes).map_err(|f| f.message)?;
    let (_, status, told) = program(root.path(), HERE, &["-t", "keyfile"])?;
    if status == 5 && told.contains("another netpivot") {
        Ok(())
    } else {
        Err(format!("{status} {told}").into())
    }
}
