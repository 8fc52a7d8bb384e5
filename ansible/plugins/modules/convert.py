#!/usr/bin/python
# Copyright: the netpivot authors
# SPDX-License-Identifier: MIT OR Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: convert
short_description: Convert network configuration into another format, into a folder
version_added: "0.1.0"
description:
  - Runs C(netpivot convert) and passes on its report. The converted files go below O(dest). The configuration that is read stays as it is.
  - Where something would be lost the task fails and nothing is written.
options:
  to:
    description: Format of the output, or several.
    type: list
    elements: str
    required: true
  dest:
    description: The folder to write into, laid out as on the host. With several sources each has a folder of its own below it.
    type: path
    required: true
  src:
    description: Host roots, folders, archives or files.
    type: list
    elements: path
    default: [/]
  from:
    description: Format of the input. It is detected where it is not given.
    type: str
  force:
    description: Replace files below O(dest) that differ. Without it the task fails there, and nothing is written.
    type: bool
    default: false
  allow:
    description: Losses to accept, by code or name, or V(all).
    type: list
    elements: str
    default: []
  map:
    description: Other names and addresses, as C(name:OLD=NEW), C(mac:OLD=NEW) or C(addr:OLD=NEW).
    type: list
    elements: str
    default: []
  with_link_files:
    description: Write C(.link) files that keep interface names given by hardware address.
    type: bool
    default: false
  with_dispatcher:
    description: Write commands that ran when links went up or down as scripts of NetworkManager's dispatcher.
    type: bool
    default: false
  with_dnsmasq:
    description: Write DHCP and name servers of bridges as files of dnsmasq beside an interfaces file.
    type: bool
    default: false
  host_interfaces:
    description: Write host interfaces in libvirt's XML, too.
    type: bool
    default: false
  unmanaged:
    description: Keep devices unmanaged that NetworkManager does not manage.
    type: bool
    default: false
  executable:
    description: The program, by name or path.
    type: str
    default: netpivot
attributes:
  check_mode:
    description: Tells whether files would change, and writes nothing.
    support: full
  diff_mode:
    description: Shows the files as unified diffs, secrets hidden.
    support: full
  platform:
    description: Hosts that netpivot runs on.
    support: full
    platforms: linux
seealso:
  - module: netpivot.netpivot.migrate
author:
  - The netpivot authors (@netpivot)
"""

EXAMPLES = r"""
- name: Convert what the host has, beside it
  netpivot.netpivot.convert:
    to: keyfile
    dest: /root/converted

- name: Convert an unpacked backup, on the controller
  netpivot.netpivot.convert:
    src: "backups/{{ inventory_hostname }}"
    from: ifcfg:initscripts
    to: keyfile
    dest: "converted/{{ inventory_hostname }}"
    allow: [L304]
  delegate_to: localhost
"""

RETURN = r"""
result:
  description: The report of C(netpivot convert --report).
  returned: when netpivot made one
  type: dict
  contains:
    version:
      description: The version of this form.
      type: int
      returned: always
    files:
      description: Files that were read, with C(path) and C(status).
      type: list
      elements: dict
      returned: always
    diagnostics:
      description: Findings with C(code), C(severity), C(message), C(file), C(line) and C(help).
      type: list
      elements: dict
      returned: always
    outputs:
      description: Files of the output, with C(path) and C(mode).
      type: list
      elements: dict
      returned: always
rc:
  description: The exit status of netpivot.
  returned: on failure
  type: int
"""

import json
import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.netpivot.netpivot.plugins.module_utils import netpivot

OWN = ["with_dnsmasq", "host_interfaces"]


def main():
    module = AnsibleModule(
        argument_spec=dict(
            netpivot.CONVERSION,
            to=dict(type="list", elements="str", required=True),
            dest=dict(type="path", required=True),
            src=dict(type="list", elements="path", default=["/"]),
            force=dict(type="bool", default=False),
            with_dnsmasq=dict(type="bool", default=False),
            host_interfaces=dict(type="bool", default=False),
            executable=netpivot.EXECUTABLE,
        ),
        supports_check_mode=True,
    )
    params = module.params
    report = os.path.join(module.tmpdir, "report.json")
    line = ["convert", "--diagnostics=concise", "--to=" + ",".join(params["to"]), "--output=" + params["dest"]]
    line += netpivot.options(params, sorted(netpivot.CONVERSION) + OWN)

    looked, diff, stderr = netpivot.run(
        module,
        line + ["--diff", "--report=" + report, "--"] + params["src"],
        (netpivot.DONE, netpivot.DIFFERS, netpivot.REFUSED),
    )
    with open(report) as file:
        result = json.load(file)
    if looked == netpivot.REFUSED:
        netpivot.refuse(module, result["diagnostics"], result=result)
    changed = looked == netpivot.DIFFERS
    if changed and not module.check_mode:
        netpivot.run(module, line + netpivot.options(params, ["force"]) + ["--"] + params["src"], (netpivot.DONE,))
    module.exit_json(changed=changed, result=result, **(dict(diff=dict(prepared=diff)) if module._diff else {}))


if __name__ == "__main__":
    main()
