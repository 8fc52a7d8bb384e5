# Copyright: the netpivot authors
# SPDX-License-Identifier: MIT OR Apache-2.0
"""What all modules have in common."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  executable:
    description: The program, by name or path.
    type: str
    default: netpivot
attributes:
  platform:
    description: Hosts that netpivot runs on.
    support: full
    platforms: linux
"""
