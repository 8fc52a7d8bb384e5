#!/usr/bin/python
# Copyright: the netpivot authors
# SPDX-License-Identifier: MIT OR Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: audit
short_description: Tell where the running kernel is not what the network configuration makes of it
version_added: "0.1.0"
description:
  - Runs C(netpivot audit) and passes on its JSON. Nothing is changed.
options:
  config:
    description: Host roots, folders or archives to audit. The host itself where none is given.
    type: list
    elements: path
  root:
    description: The host's root, V(/) where it is not given.
    type: path
  from:
    description: Format of the configuration. All that are found where it is not given.
    type: str
  against:
    description:
      - The kernel's state, as a capture, what C(ip -j) printed, or V(live:). Of several hosts a folder.
      - Where it is not given, the running kernel for the root V(/), else what the host's own tree holds.
    type: str
  for:
    description:
      - Tell what would break on that release, each with its cure. It looks at files alone; with O(against) the kernel is compared, too.
    type: str
    choices: [rhel10, debian13, sles16]
  fail_on:
    description: Fail where a finding has this severity or a graver one. Without it drift is told and does not fail.
    type: str
    choices: [error, warning, note]
  baseline:
    description: A file with the findings of an earlier run, which are left out.
    type: path
  ignore:
    description: A file that names what is left out.
    type: path
attributes:
  check_mode:
    description: It changes nothing anyway.
    support: full
  diff_mode:
    description: It changes nothing.
    support: none
seealso:
  - module: netpivot.netpivot.migrate
author:
  - The netpivot authors (@netpivot)
extends_documentation_fragment:
  - netpivot.netpivot.program
"""

EXAMPLES = r"""
- name: Compare the host's configuration with its kernel
  netpivot.netpivot.audit:
  register: audit

- name: Stop where a link does not work as configured
  netpivot.netpivot.audit:
    fail_on: error

- name: Stop before an upgrade that would cut the host off
  netpivot.netpivot.audit:
    for: rhel10
    fail_on: error

- name: Audit support archives, on the controller
  netpivot.netpivot.audit:
    config:
      - sosreport-web1.tar.gz
      - sosreport-web2.tar.gz
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
drift:
  description: Whether there is a finding of the severity of O(fail_on) or above, V(warning) where it is not given.
  returned: success
  type: bool
hosts:
  description: The JSON of C(netpivot audit --output-format json), an item a host.
  returned: when netpivot says something
  type: list
  elements: dict
  contains:
    version:
      description: The version of this form.
      type: int
      returned: always
    host:
      description: The name of the host's folder. V(root) for V(/).
      type: str
      returned: always
    status:
      description: C(ok), C(drift), C(incomplete) where a part of its configuration could not be read, or C(unreadable).
      type: str
      returned: always
    owners:
      description: Which configuration owns which link.
      type: list
      elements: dict
      returned: always
    findings:
      description: What is otherwise than configured, with C(code), C(severity), C(link), C(what), C(promised), C(actual) and C(source).
      type: list
      elements: dict
      returned: always
    not_reported:
      description: Differences that nobody made, each with the rule that says so.
      type: list
      elements: dict
      returned: always
    error:
      description: Why the host could not be read.
      type: str
      returned: when it could not
rc:
  description: The exit status of netpivot.
  returned: on failure
  type: int
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.netpivot.netpivot.plugins.module_utils import netpivot

# The gravest comes last.
SEVERITIES = ["note", "warning", "error"]


def main():
    module = AnsibleModule(
        argument_spec={
            "config": dict(type="list", elements="path"),
            "root": dict(type="path"),
            "from": dict(type="str"),
            "against": dict(type="str"),
            "for": dict(type="str", choices=["rhel10", "debian13", "sles16"]),
            "fail_on": dict(type="str", choices=["error", "warning", "note"]),
            "baseline": dict(type="path"),
            "ignore": dict(type="path"),
            "executable": netpivot.EXECUTABLE,
        },
        mutually_exclusive=[("config", "root")],
        supports_check_mode=True,
    )
    params = module.params
    line = ["audit", "--output-format=json"]
    line += netpivot.options(params, ["root", "from", "against", "for", "fail_on", "baseline", "ignore"])
    status, stdout, stderr = netpivot.run(
        module, line + ["--"] + (params["config"] or []), (netpivot.DONE, netpivot.DIFFERS, netpivot.UNREADABLE)
    )
    hosts = [json.loads(text) for text in stdout.splitlines()]
    found = [(host["host"], one) for host in hosts for one in host["findings"]]
    told = SEVERITIES[SEVERITIES.index(params["fail_on"] or "note"):]
    whats = ["{0}: {1} ({2})".format(host, one["what"], one["code"]) for host, one in found if one["severity"] in told]
    if status == netpivot.UNREADABLE:
        module.fail_json(msg="\n".join([netpivot.words(stderr)] + whats), rc=status, hosts=hosts)
    if status == netpivot.DIFFERS and params["fail_on"]:
        module.fail_json(msg="\n".join(whats), rc=status, hosts=hosts)
    module.exit_json(changed=False, drift=status == netpivot.DIFFERS, hosts=hosts)


if __name__ == "__main__":
    main()
