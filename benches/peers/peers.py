"""What is measured: each peer, the work that it does, and the same by netpivot."""

import ctypes
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import fetch
import hosts
from fetch import Skipped
from hosts import Links

REPOSITORY = Path(__file__).resolve().parents[2]
NETPIVOT = str(Path(os.environ.get("NETPIVOT") or REPOSITORY / "target/release/netpivot").resolve())

NOT_MEASURED = [
    "nmcli connection migrate: it asks a running NetworkManager (`nmcli --offline` knows no `migrate`), one with the ifcfg-rh plugin, \
which Debian does not build",
    "nmstate of PyPI: it is nmstate's older program in Python and needs nispor's library, which neither PyPI nor Debian has",
    "wicked2nm: it is not on crates.io, and nothing else brings it here",
]

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000  # linux/sched.h
INTERFACES = "etc/network/interfaces"


@dataclass(frozen=True)
class Program:
    """A command, started in a new folder that holds the files it is given, each written by one of the functions of `hosts`."""

    command: list[str]
    given: dict[str, Callable[[Links], str]] = field(default_factory=dict)
    # Makes of what it left in its folder something that netpivot reads, and says which.
    made: Callable[[], list[str]] | None = None

    def folder(self, scratch: Path, links: Links) -> Path:
        folder = scratch / "run"
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in self.given.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text(links))
            (folder / name).chmod(0o600)
        folder.mkdir(exist_ok=True)
        return folder


@dataclass(frozen=True)
class Row:
    """The same work by a peer and by netpivot."""

    peer: str
    work: str
    links: Callable[[int], Links]
    theirs: Program
    ours: Program
    fetched: Callable[[], str]
    # What is to be there besides files.
    prepare: Callable[[int], None] = lambda count: None


CLOUD_INIT = ["/usr/bin/python3", "-c", "import sys; from cloudinit.cmd.main import main; sys.exit(main())"]
# ctypes finds libraries by ldconfig's cache, where an unpacked one does not stand.
NETPLAN = [
    "/usr/bin/python3",
    "-c",
    "import ctypes.util as u; u.find_library = lambda name: f'lib{name}.so.0.0'; from netplan import Netplan; Netplan().main()",
]
IFUP = "ifup --no-act --no-scripts --no-mappings --state-dir . --verbose --all --interfaces".split()
IP = "ip -j -d addr; ip -j route show table all; ip -j -4 rule; ip -j -6 rule"


def netpivot(to: str, *options: str, prints: bool = False) -> Program:
    """Reads an interfaces file, and writes files or prints them, as the peer does."""
    words = [NETPIVOT, "convert", "-f", "interfaces", "-t", to, "--root", ".", "--allow", "all", *options]
    writes = [*words, "-o", "made"]

    def written() -> list[str]:
        if prints:
            subprocess.run(writes, capture_output=True, check=True)
        return ["made"]

    return Program(words if prints else writes, {INTERFACES: hosts.interfaces}, written)


def cloud_init(output: str, distribution: str) -> Program:
    words = ["devel", "net-convert", "-k", "eni", "-p", "interfaces", "-O", output, "-D", distribution, "-d", "made"]
    return Program([*CLOUD_INIT, *words], {"interfaces": hosts.interfaces}, lambda: ["made"])


def generated() -> list[str]:
    """What netplan makes of its YAML."""
    Path("etc/netplan/renderer.yaml").write_text("network: {renderer: NetworkManager}\n")
    subprocess.run(["generate", "--root-dir", "."], env=fetch.environment(), capture_output=True, check=True)
    return ["run"]


def commands() -> list[str]:
    """The commands that ifup tells, without what it says beside them."""
    lines = Path("stderr").read_text().splitlines(keepends=True)
    Path("script.sh").write_text("".join(line for line in lines if not line.startswith("ifup: ")))
    return ["script.sh"]


def profiles() -> list[str]:
    """The keyfiles that nmstatectl prints within YAML."""
    script = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"
    with open("stdout") as printed:
        text = subprocess.run(
            ["/usr/bin/python3", "-c", script], stdin=printed, env=fetch.environment(), capture_output=True, check=True
        ).stdout
    return keyfiles(dict(json.loads(text)["NetworkManager"]))


def gathered() -> list[str]:
    """The keyfiles that nmcli printed, each into a file."""
    return keyfiles({str(path): path.read_text() for path in Path().glob("*.nmconnection")})


def keyfiles(texts: dict[str, str]) -> list[str]:
    folder = Path("made/etc/NetworkManager/system-connections")
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    return ["made"]


def namespace(count: int) -> None:
    """Moves this process into a new namespace with that many links: pairs of veth, half of them with an address and a route."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET | CLONE_NEWNS) != 0:
        raise Skipped(f"no namespace can be made: {os.strerror(ctypes.get_errno())}")
    fetch.said("mount", "--make-rprivate", "/")
    fetch.said("mount", "-t", "sysfs", "none", "/sys")
    lines = []
    for n in range(count // 2):
        lines += [
            f"link add v{n}a type veth peer name v{n}b",
            f"addr add {hosts.address(n)}/24 dev v{n}a",
            f"link set v{n}a up",
            f"route add 172.{16 + n // 250}.{n % 250}.0/24 via 10.{n // 250}.{n % 250}.1 dev v{n}a onlink",
        ]
    fetch.said("ip", "-batch", "-", input="\n".join(lines))


def debian(package: str) -> Callable[[], str]:
    return lambda: fetch.debian(package)


def nmstatectl(build: bool) -> Callable[[], str]:
    """Without what talks to the kernel and NetworkManager, which takes long to build."""
    return lambda: fetch.crate("nmstatectl", "--no-default-features", "--features", "gen_conf", build=build)


def rows(build: bool) -> list[Row]:
    eni, yaml = {INTERFACES: hosts.interfaces}, "etc/netplan/host.yaml"
    cloud = debian("cloud-init")
    plan = Program(["generate", "--root-dir", "."], {yaml: hosts.netplan}, lambda: ["run"])
    migrate = Program([*NETPLAN, "migrate", "--root-dir", "."], eni, generated)
    state = Program(["nmstatectl", "-q", "gc", "host.yaml"], {"host.yaml": hosts.nmstate}, profiles)
    nmcli = Program(["sh", "host.sh"], {"host.sh": hosts.nmcli}, gathered)
    keyfile, cards, typical = netpivot("keyfile"), hosts.cards, hosts.typical
    script = netpivot("iproute", "--script", "create", prints=True)
    ifup = Program([*IFUP, INTERFACES], eni, commands)
    ip, capture = Program(["sh", "-c", IP]), Program([NETPIVOT, "capture"])
    return [
        Row("nmstatectl gc", "its YAML → keyfiles", typical, state, netpivot("keyfile", prints=True), nmstatectl(build)),
        Row("netplan generate", "its YAML → keyfiles", typical, plan, keyfile, debian("netplan.io")),
        Row("nmcli --offline", "arguments → keyfiles", typical, nmcli, keyfile, debian("network-manager")),
        Row("cloud-init", "interfaces → keyfiles", cards, cloud_init("network-manager", "debian"), keyfile, cloud),
        Row("cloud-init", "interfaces → ifcfg", cards, cloud_init("sysconfig", "rhel"), netpivot("ifcfg"), cloud),
        Row("netplan migrate", "interfaces → its YAML", cards, migrate, keyfile, debian("netplan.io")),
        Row("ifup --no-act", "interfaces → commands", cards, ifup, script, debian("ifupdown")),
        Row("ip -j", "kernel → JSON", lambda count: [], ip, capture, debian("iproute2"), namespace),
    ]
