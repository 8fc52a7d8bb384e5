# Copyright: the netpivot authors
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Options of `netpivot convert` and `netpivot migrate`; `CONVERSION` in module_utils has their types."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  from:
    description: Format of the files that are read. It is detected where it is not given.
    type: str
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
  unmanaged:
    description: Keep devices unmanaged that NetworkManager does not manage.
    type: bool
    default: false
"""
