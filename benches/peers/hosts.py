"""The networks that are converted, in the words of each program. All of them say the same."""

import json
import shlex
from dataclasses import dataclass

GATEWAY, DNS, DOMAIN = "10.0.0.1", "192.0.2.53", "example.com"


@dataclass(frozen=True)
class Link:
    """A link: `ports` are a bond's or a bridge's, or what a VLAN stands on."""

    kind: str
    name: str
    ports: tuple[str, ...] = ()
    address: str = ""

    @property
    def first(self) -> bool:
        """The host's first address has the gateway and name servers beside it."""
        return self.address == "10.0.0.10"


Links = list[Link]


def address(n: int) -> str:
    return f"10.{n // 250}.{n % 250}.10"


def cards(count: int) -> Links:
    """Cards with an address each."""
    return [Link("ethernet", f"eth{n}", address=address(n)) for n in range(count)]


def typical(count: int) -> Links:
    """Two cards in a bond, a VLAN on it, a bridge over that with an address; of such fives as many as make up the count."""
    links = []
    for n in range(count // 5):
        pair, bond, vlan = (f"eth{2 * n}", f"eth{2 * n + 1}"), f"bond{n}", f"bond{n}.100"
        links += [Link("ethernet", card) for card in pair]
        links += [Link("bond", bond, pair), Link("vlan", vlan, (bond,)), Link("bridge", f"br{n}", (vlan,), address(n))]
    return links


def controllers(links: Links) -> dict[str, Link]:
    """The bond or bridge of each port."""
    return {port: link for link in links if link.kind in ("bond", "bridge") for port in link.ports}


def settings(links: Links) -> dict[tuple[str, str], object]:
    """What all of the following say: by link and by the setting's name in netpivot's model, in whose units they are."""
    said: dict[tuple[str, str], object] = {}
    ports = controllers(links)
    for link in links:
        values = {"kind": link.kind} | {
            "ethernet": {},
            "bond": {"bond.mode": "802.3ad", "bond.miimon": 100},
            "vlan": {"vlan.parent": "".join(link.ports), "vlan.id": 100},
            "bridge": {"bridge.stp": False, "bridge.forward_delay": 400},
        }[link.kind]
        if controller := ports.get(link.name):
            values |= {"controller": controller.name}
        elif link.address:
            values |= {"ipv4.addresses": [f"{link.address}/24"]}
        else:
            values |= {"ipv4.method": "disabled"}
        values |= {"ipv4.gateway": GATEWAY, "ipv4.dns": [DNS], "ipv4.dns_search": [DOMAIN]} if link.first else {}
        said |= {(link.name, name): value for name, value in values.items()}
    return said


def interfaces(links: Links) -> str:
    """interfaces(5)."""
    lines = ["auto lo", "iface lo inet loopback"]
    for link in links:
        lines += ["", f"auto {link.name}", f"iface {link.name} inet {'static' if link.address else 'manual'}"]
        lines += [f"\taddress {link.address}/24"] if link.address else []
        lines += [f"\tgateway {GATEWAY}", f"\tdns-nameservers {DNS}", f"\tdns-search {DOMAIN}"] if link.first else []
        ports = " ".join(link.ports)
        lines += {
            "ethernet": [],
            "bond": [f"\tbond-slaves {ports}", "\tbond-mode 802.3ad", "\tbond-miimon 100"],
            "vlan": [f"\tvlan-raw-device {ports}"],
            "bridge": [f"\tbridge-ports {ports}", "\tbridge-stp off", "\tbridge-fd 4"],
        }[link.kind]
    return "\n".join(lines) + "\n"


def netplan(links: Links) -> str:
    """netplan's YAML, of which JSON is a part."""
    kinds: dict[str, dict] = {}
    for link in links:
        said = {
            "ethernet": {},
            "bond": {"interfaces": link.ports, "parameters": {"mode": "802.3ad", "mii-monitor-interval": 100}},
            "vlan": {"id": 100, "link": link.ports and link.ports[0]},
            "bridge": {"interfaces": link.ports, "parameters": {"stp": False, "forward-delay": 4}},
        }[link.kind]
        said |= {"addresses": [f"{link.address}/24"]} if link.address else {}
        if link.first:
            said |= {
                "routes": [{"to": "default", "via": GATEWAY}],
                "nameservers": {"addresses": [DNS], "search": [DOMAIN]},
            }
        kinds.setdefault(f"{link.kind}s", {})[link.name] = said
    return json.dumps({"network": {"version": 2, "renderer": "NetworkManager", **kinds}}, indent=2)


def nmstate(links: Links) -> str:
    """nmstate's YAML, of which JSON is a part."""
    interfaces, first = [], next(link for link in links if link.first)
    for link in links:
        said = {
            "ethernet": {},
            "bond": {
                "link-aggregation": {"mode": "802.3ad", "options": {"miimon": 100}, "port": link.ports},
            },
            "vlan": {"vlan": {"id": 100, "base-iface": link.ports and link.ports[0]}},
            "bridge": {
                "bridge": {
                    "options": {"stp": {"enabled": False, "forward-delay": 4}},
                    "port": [{"name": port} for port in link.ports],
                },
            },
        }[link.kind]
        kind = "linux-bridge" if link.kind == "bridge" else link.kind
        ip = {"enabled": bool(link.address)}
        ip |= {"address": [{"ip": link.address, "prefix-length": 24}]} if link.address else {}
        interfaces.append({"name": link.name, "type": kind, "state": "up", "ipv4": ip, **said})
    route = {"destination": "0.0.0.0/0", "next-hop-address": GATEWAY, "next-hop-interface": first.name}
    resolver = {"config": {"server": [DNS], "search": [DOMAIN]}}
    return json.dumps({"interfaces": interfaces, "routes": {"config": [route]}, "dns-resolver": resolver}, indent=2)


def nmcli(links: Links) -> str:
    """A shell script of one `nmcli --offline` a profile, each into its file."""
    ports = controllers(links)
    lines = ["set -eu", "umask 077"]
    for link in links:
        words = ["type", link.kind, "con-name", link.name, "ifname", link.name]
        words += {
            "ethernet": [],
            "bond": ["bond.options", "mode=802.3ad,miimon=100"],
            "vlan": ["dev", "".join(link.ports), "id", "100"],
            "bridge": ["bridge.stp", "no", "bridge.forward-delay", "4"],
        }[link.kind]
        # `master` would do the same, and put a warning on standard output, before the keyfile.
        if controller := ports.get(link.name):
            words += ["connection.master", controller.name, "connection.slave-type", controller.kind]
        elif link.address:
            words += ["ipv4.method", "manual", "ipv4.addresses", f"{link.address}/24"]
        else:
            words += ["ipv4.method", "disabled"]
        words += ["ipv4.gateway", GATEWAY, "ipv4.dns", DNS, "ipv4.dns-search", DOMAIN] if link.first else []
        lines.append(f"nmcli --offline connection add {shlex.join(words)} > {link.name}.nmconnection")
    return "\n".join(lines) + "\n"
