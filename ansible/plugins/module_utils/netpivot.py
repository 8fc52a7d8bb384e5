# Copyright: the netpivot authors
# SPDX-License-Identifier: MIT OR Apache-2.0
"""What the modules share: running netpivot, and failing with its own words."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

# Exit statuses, as README.md of netpivot has them.
DONE = 0
DIFFERS = 1
USAGE = 2
UNREADABLE = 3
REFUSED = 4
NOT_WRITTEN = 5
FAULT = 70

# Exit statuses of runs that end with JSON.
TOLD = (DONE, DIFFERS, USAGE, UNREADABLE, REFUSED, NOT_WRITTEN, FAULT)

EXECUTABLE = dict(type="str", default="netpivot")

# Options that `convert` and `migrate` have in common.
CONVERSION = {
    "from": dict(type="str"),
    "allow": dict(type="list", elements="str", default=[]),
    "map": dict(type="list", elements="str", default=[]),
    "with_link_files": dict(type="bool", default=False),
    "with_dispatcher": dict(type="bool", default=False),
    "unmanaged": dict(type="bool", default=False),
}


def options(params, names):
    """The module's parameters as options of the command line: `confirm_within=300` is `--confirm-within=300`."""
    line = []
    for name in names:
        value = params[name]
        option = "--" + name.replace("_", "-")
        if value is True:
            line.append(option)
        elif value is not None and value is not False:
            values = value if isinstance(value, list) else [value]
            line.extend("{0}={1}".format(option, one) for one in values)
    return line


def run(module, line, fine):
    """Runs netpivot. An exit status that is not among `fine` fails the task with what netpivot said."""
    executable = module.get_bin_path(module.params["executable"], required=True)
    status, stdout, stderr = module.run_command([executable] + line)
    if status not in fine:
        module.fail_json(msg=words(stderr) or "netpivot ended with status {0}".format(status), rc=status)
    return status, stdout, stderr


def words(stderr):
    """What netpivot said from its first error on; diagnostics come before."""
    lines = stderr.strip().splitlines()
    errors = [at for at, text in enumerate(lines) if text.startswith("error: ")]
    return "\n".join(lines[errors[0]:] if errors else lines)


def trouble(answer):
    """Why nothing came of a host, from its JSON: what netpivot says, or what would be lost."""
    if answer["lost"]:
        losses = [one for one in answer["diagnostics"] if one["code"] in answer["lost"]]
        named = ["{0}: {1} ({2})".format(one["file"], one["message"], one["code"]) for one in losses]
        return "\n".join(["refused, since something would be lost; nothing was changed; `allow` accepts a loss by its code"] + named)
    return answer["error"] + ("\nhelp: " + answer["help"] if answer["help"] else "")
