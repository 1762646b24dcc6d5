"""The door that any Python can read: it checks the version, and hands over to ops/building.py."""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs an older one must be told
    sys.exit("Quayside needs Python 3.11 or newer. Type: make PYTHON=python3.11 run")

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT  # was ops/, whose modules are not to be found by their bare names
os.chdir(ROOT)

from ops.building import command_line  # noqa: E402 - not readable by an older Python

sys.exit(command_line())
