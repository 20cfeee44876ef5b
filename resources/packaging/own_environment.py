"""Runs first in a frozen program: what it starts, a browser say, must not load this program's libraries in place of the system's own."""

import os
import sys

if sys.platform.startswith("linux"):
    # PyInstaller's loader has set it, and the dynamic linker has read it, before this runs.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before
