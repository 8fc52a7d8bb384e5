"""What ifupdown2's own parser makes of interfaces files: one line of JSON a tree, in the order of the arguments.

Usage: ifupdown2-view.py PROGRAM ROOT..., where PROGRAM is the folder of the program and each ROOT stands for /etc/network,
which is a mount of its own here. Stanzas of one interface are merged by the program's own method, as ifup does
(ifupdownmain.py:_save_iface_squash).
"""

import json
import logging
import os
import shutil
import sys

program, roots = sys.argv[1], sys.argv[2:]
sys.path.insert(0, program)
from ifupdown.iface import ifaceType  # noqa: E402
from ifupdown.networkinterfaces import networkInterfaces  # noqa: E402


class Said(logging.Handler):
    """The program's messages."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def view(root):
    for name in os.listdir("/etc/network"):
        path = os.path.join("/etc/network", name)
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    shutil.copytree(root, "/etc/network", dirs_exist_ok=True)
    said = Said()
    logging.getLogger("ifupdown").handlers = [said]
    interfaces = {}

    def found(new):
        known = interfaces.setdefault(new.name, [])
        for old in known:
            if old.type == new.type:
                old.squash(new)
                return
        known.append(new)

    parser = networkInterfaces()
    parser.subscribe("iface_found", found)
    refused = None
    try:
        parser.load()
    except Exception as error:  # as ifupdown/main.py does
        refused = repr(error)
    return {
        "refused": refused,
        "template": parser._template_engine is not None,
        "said": said.lines,
        "interfaces": [
            {
                "name": one.name,
                "vlan": one.type == ifaceType.BRIDGE_VLAN,
                "auto": one.auto,
                "classes": sorted(one.classes),
                "families": one.addr_family,
                "method": one.addr_method,
                "options": list(one.config.items()),
            }
            for known in interfaces.values()
            for one in known
        ],
    }


for root in roots:
    print(json.dumps(view(root)))
