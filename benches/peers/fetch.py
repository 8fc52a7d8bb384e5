"""The peers: unpacked or built into the user's cache, so that the system stays as it is."""

import glob
import os
import subprocess
import tempfile
from pathlib import Path

CACHE = Path(os.environ.get("NETPIVOT_PEERS") or Path.home() / ".cache/netpivot-peers")
TREE = CACHE / "debian"
"""What Debian's packages hold, with all that they depend on and the system lacks."""


class Skipped(Exception):
    """Why a peer cannot be had."""


def said(*command: str, **options) -> str:
    """What a command prints; the last line of its complaint is why it failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    except FileNotFoundError:
        raise Skipped(f"{command[0]} is not there") from None
    if done.returncode != 0:
        raise Skipped(f"{command[0]}: {(done.stderr.strip().splitlines() or ['it failed'])[-1]}")
    return done.stdout


def debian(package: str) -> str:
    """Unpacks a package of the distribution, and gives its version."""
    marker = CACHE / "versions" / package
    if not marker.exists():
        plan = said("apt-get", "-s", "--no-install-recommends", "install", package)
        missing = [line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")]
        with tempfile.TemporaryDirectory() as folder:
            if missing:
                said("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *missing, cwd=folder)
            for archive in Path(folder).glob("*.deb"):
                TREE.mkdir(parents=True, exist_ok=True)
                said("dpkg", "-x", str(archive), str(TREE))
            own = list(Path(folder).glob(f"{package}_*.deb"))
            version = own[0].name.split("_")[1] if own else said("dpkg-query", "-W", "-f", "${Version}", package)
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(version)
    return marker.read_text()


def crate(name: str, *features: str, build: bool) -> str:
    """Builds a program of crates.io, and gives its version."""
    if not (CACHE / "bin" / name).exists():
        if not build:
            raise Skipped("it would have to be built, and --no-build was given")
        said("cargo", "install", "--quiet", "--locked", "--root", str(CACHE), name, *features)
    listed = said("cargo", "install", "--list", "--root", str(CACHE))
    return next(line.split()[1].strip("v:") for line in listed.splitlines() if line.startswith(f"{name} "))


def environment() -> dict[str, str]:
    """Where programs of the cache find themselves. Python may keep its bytecode there, as installed packages have theirs."""
    usr = TREE / "usr"
    folders = [CACHE / "bin", usr / "bin", usr / "sbin", usr / "libexec/netplan"]
    system = [os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/libexec/netplan"]
    return {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "PATH": ":".join([*map(str, folders), *system]),
        "LD_LIBRARY_PATH": ":".join(glob.glob(f"{TREE}/usr/lib/*-linux-gnu") + glob.glob(f"{TREE}/lib/*-linux-gnu")),
        "PYTHONPATH": f"{usr}/lib/python3/dist-packages:{usr}/share/netplan:/usr/share/netplan",
        # netplan hides `migrate` behind it (netplan_cli/cli/commands/migrate.py).
        "ENABLE_TEST_COMMANDS": "1",
    }
