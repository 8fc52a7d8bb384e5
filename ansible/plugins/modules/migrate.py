#!/usr/bin/python
# Copyright: the netpivot authors
# SPDX-License-Identifier: MIT OR Apache-2.0

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: migrate
short_description: Move a host's network configuration to another format, as a transaction
version_added: "0.1.0"
description:
  - Runs C(netpivot migrate) on the host and passes on what it says.
  - Files change, and nothing else. No link goes up or down, no service is started. The role P(netpivot.netpivot.migrate#role) does the rest.
  - Where something would be lost the task fails and nothing is written.
options:
  state:
    description:
      - V(migrated) puts the files of O(to) in place and takes the old ones away.
      - V(confirmed) keeps the new files. It takes a new login, unless O(same_login).
      - V(undone) brings the old files back.
      - V(queried) tells how far the last migration is, and changes nothing.
    type: str
    choices: [migrated, confirmed, undone, queried]
    default: migrated
  to:
    description: Format to move to. Needed with O(state=migrated).
    type: str
  root:
    description: The host's root.
    type: path
    default: /
  confirm_within:
    description: Bring the old files back after so many seconds, unless O(state=confirmed) comes in time.
    type: int
  on_undo:
    description:
      - A command that C(sh) runs on the host when the old files are back by themselves.
      - It stands in the host's process list and in Ansible's output. It must hold no secret.
    type: str
  same_login:
    description: Confirm from the login that migrated. That proves nothing. It is for tests and consoles, where there is no other login.
    type: bool
    default: false
  force:
    description: Undo even where somebody changed the new files. Copies of these are kept.
    type: bool
    default: false
attributes:
  check_mode:
    description: Tells what would change, and changes nothing.
    support: full
  diff_mode:
    description: Shows files as unified diffs, secrets hidden, with O(state=migrated) and O(state=undone).
    support: full
seealso:
  - module: netpivot.netpivot.convert
  - module: netpivot.netpivot.audit
author:
  - The netpivot authors (@netpivot)
extends_documentation_fragment:
  - netpivot.netpivot.program
  - netpivot.netpivot.conversion
"""

EXAMPLES = r"""
- name: Tell what would change
  netpivot.netpivot.migrate:
    to: keyfile
  check_mode: true
  diff: true

- name: Move to keyfiles, and go back after five minutes unless somebody confirms
  netpivot.netpivot.migrate:
    to: keyfile
    confirm_within: 300
    on_undo: nmcli connection reload

- name: Confirm, from a new login
  netpivot.netpivot.migrate:
    state: confirmed

- name: Bring every file back
  netpivot.netpivot.migrate:
    state: undone
"""

RETURN = r"""
result:
  description: The JSON of C(netpivot migrate --json). With O(state=queried), and in check mode of V(confirmed), that of C(--status).
  returned: when netpivot says something
  type: dict
  contains:
    version:
      description: The version of this form.
      type: int
      returned: always
    root:
      description: The host's root.
      type: str
      returned: always
    from:
      description: The format, with its dialect, that the host had.
      type: str
      returned: always
    to:
      description: The format to move to.
      type: str
      returned: always
    status:
      description:
        - C(planned), C(migrated), C(unchanged), C(confirmed), C(undone), or C(recovered) where an interrupted run was taken back.
        - C(refused), C(unreadable) or C(failed) where nothing came of it. C(interrupted) or C(overdue) of what is queried.
        - C(taken-back) where nobody confirmed the migration in time and the host brought the old files back by itself.
      type: str
      returned: always
    exit:
      description: The exit status of netpivot.
      type: int
      returned: always
    changes:
      description: Files with C(path), C(action), C(mode) and, in diff mode, C(diff).
      type: list
      elements: dict
      returned: always
    diagnostics:
      description: Findings with C(code), C(severity), C(message), C(file), C(line) and C(help).
      type: list
      elements: dict
      returned: always
    steps:
      description: What to do on the host, in order, in words.
      type: list
      elements: str
      returned: always
    commands:
      description:
        - The same as commands, with C(argv), C(when) it is their turn (C(up) or C(confirmed)), and C(shell), a line for C(sh).
        - C(only_if), where it is given, is a command that has to succeed for the other to be of use.
      type: list
      elements: dict
      returned: always
    undo_commands:
      description: Commands that bring the network up by the old files, when these are back, in the same form. C(when) is C(undone).
      type: list
      elements: dict
      returned: always
    competing:
      description: Files that configure the same devices and stay.
      type: list
      elements: dict
      returned: always
    backup:
      description: Where the old files are.
      type: str
      returned: always
    confirm:
      description: The time that a confirmation has, C(within) and C(until).
      type: dict
      returned: always
    taken_back:
      description:
        - What the host did by itself where nobody confirmed in time. C(at) is the time, C(kept) are copies of files that somebody had changed.
        - C(on_undo) is the command of O(on_undo) with its C(exit) status, C(error) where it could not be started, and the last lines of its C(output).
      type: dict
      returned: always
    recovered:
      description: Whether an interrupted run was taken back first.
      type: bool
      returned: always
    notes:
      description: What else there is to know.
      type: list
      elements: str
      returned: always
    lost:
      description: Codes of what would be lost and is not allowed.
      type: list
      elements: str
      returned: always
    error:
      description: Why nothing came of it.
      type: str
      returned: always
    help:
      description: What to do about that.
      type: str
      returned: always
rc:
  description: The exit status of netpivot.
  returned: on failure
  type: int
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.netpivot.netpivot.plugins.module_utils import netpivot

CONVERSION = sorted(netpivot.CONVERSION)


def ask(module, line):
    """The answer of `netpivot migrate`, as JSON."""
    line = ["migrate", "--json", "--diagnostics=concise", "--root=" + module.params["root"]] + line
    status, stdout, stderr = netpivot.run(module, line, netpivot.TOLD)
    if not stdout.strip():
        module.fail_json(msg=netpivot.words(stderr), rc=status)
    answer = json.loads(stdout)
    if answer["error"]:
        module.fail_json(msg=netpivot.trouble(answer), rc=status, result=answer)
    return answer


def migrated(module):
    line = netpivot.options(module.params, ["to", "confirm_within", "on_undo"] + CONVERSION)
    line += ["--dry-run"] if module.check_mode else []
    line += ["--diff"] if module._diff else []
    answer = ask(module, line)
    return answer, answer["status"] != "unchanged" or answer["recovered"]


def confirmed(module):
    before = ask(module, ["--status"])
    if module.check_mode:
        return before, before["status"] == "migrated" and before["confirm"] is not None
    answer = ask(module, ["--confirm"] + netpivot.options(module.params, ["same_login"]))
    return answer, answer["status"] == "confirmed" and before["status"] != "confirmed"


def undone(module):
    line = ["--undo"] + netpivot.options(module.params, ["force"])
    line += ["--dry-run"] if module.check_mode else []
    line += ["--diff"] if module._diff else []
    answer = ask(module, line)
    return answer, answer["status"] not in ("unchanged", "taken-back") or answer["recovered"]


def queried(module):
    return ask(module, ["--status"]), False


STATES = dict(migrated=migrated, confirmed=confirmed, undone=undone, queried=queried)


def main():
    module = AnsibleModule(
        argument_spec=dict(
            netpivot.CONVERSION,
            state=dict(type="str", choices=["migrated", "confirmed", "undone", "queried"], default="migrated"),
            to=dict(type="str"),
            root=dict(type="path", default="/"),
            confirm_within=dict(type="int"),
            on_undo=dict(type="str"),
            same_login=dict(type="bool", default=False),
            force=dict(type="bool", default=False),
            executable=netpivot.EXECUTABLE,
        ),
        required_if=[("state", "migrated", ["to"])],
        required_by=dict(on_undo=["confirm_within"]),
        supports_check_mode=True,
    )
    answer, changed = STATES[module.params["state"]](module)
    diffs = [{"prepared": one["diff"]} for one in answer["changes"] if "diff" in one]
    module.exit_json(changed=changed, result=answer, **(dict(diff=diffs) if diffs else {}))


if __name__ == "__main__":
    main()
