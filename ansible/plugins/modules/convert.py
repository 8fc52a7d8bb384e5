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
  - Runs C(netpivot convert), once for all sources, and passes on its JSON. The converted files go below O(dest). The configuration that is read stays as it is.
  - Of a source where something would be lost nothing is written. The others are converted, and the task fails.
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
  force:
    description: Replace files below O(dest) that differ. Without it nothing is written of the source that has such a file, and the task fails.
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
attributes:
  check_mode:
    description: Tells whether files would change, and writes nothing.
    support: full
  diff_mode:
    description: Shows the files as unified diffs, secrets hidden.
    support: full
seealso:
  - module: netpivot.netpivot.migrate
author:
  - The netpivot authors (@netpivot)
extends_documentation_fragment:
  - netpivot.netpivot.program
  - netpivot.netpivot.conversion
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
hosts:
  description: The JSON of C(netpivot convert --json), an item a source.
  returned: when netpivot says something
  type: list
  elements: dict
  contains:
    version:
      description: The version of this form.
      type: int
      returned: always
    host:
      description: The name of the source's folder, which is below O(dest) where there are several.
      type: str
      returned: always
    from:
      description: The format, with its dialect, that the source has.
      type: str
      returned: always
    to:
      description: The formats of the output.
      type: list
      elements: str
      returned: always
    status:
      description: C(converted), C(unchanged), C(planned) in check mode, C(refused), C(unreadable) or C(failed).
      type: str
      returned: always
    exit:
      description: The exit status that netpivot would have for this source alone.
      type: int
      returned: always
    output:
      description: The folder that its files go into.
      type: str
      returned: always
    changes:
      description: Files of the output that were not there as they are, with C(path), C(action), C(mode) and, in check and diff mode, C(diff).
      type: list
      elements: dict
      returned: always
    unchanged:
      description: Paths of the output that were.
      type: list
      elements: str
      returned: always
    counts:
      description: How many findings there are of each severity.
      type: dict
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
    lost:
      description: Codes of what would be lost and is not allowed.
      type: list
      elements: str
      returned: always
    error:
      description: Why the source was not converted.
      type: str
      returned: always
    help:
      description: What to do about that.
      type: str
      returned: always
summary:
  description: The counts of all sources.
  returned: when netpivot says something
  type: dict
rc:
  description: The exit status of netpivot.
  returned: on failure
  type: int
"""

import json

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
    line = ["convert", "--json", "--refuse-loss", "--to=" + ",".join(params["to"]), "--output=" + params["dest"]]
    line += netpivot.options(params, sorted(netpivot.CONVERSION) + OWN)
    if module.check_mode:
        line.append("--diff")
    else:
        line += netpivot.options(params, ["force"]) + (["--with-diff"] if module._diff else [])

    status, stdout, stderr = netpivot.run(module, line + ["--"] + params["src"], netpivot.TOLD)
    told = [json.loads(text) for text in stdout.splitlines()]
    if not told:
        module.fail_json(msg=netpivot.words(stderr), rc=status)
    hosts, summary = told[:-1], told[-1]["summary"]
    changes = [change for host in hosts if host["status"] in ("converted", "planned") for change in host["changes"]]
    result = dict(changed=bool(changes), hosts=hosts, summary=summary)
    if module._diff:
        result["diff"] = [{"prepared": change["diff"]} for change in changes]
    troubles = ["{0}: {1}".format(host["host"], netpivot.trouble(host)) for host in hosts if host["error"]]
    if troubles:
        module.fail_json(msg="\n".join(troubles), rc=status, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
