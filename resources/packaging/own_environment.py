"""Keeps a frozen program's libraries out of the programs that it starts; runs first.

A browser, for example, must load the system's libraries and not this program's.
"""

import os
import sys

if sys.platform.startswith("linux"):
    # PyInstaller's loader has set it, and the dynamic linker has read it, before this runs.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is None:
        os.environ.pop("LD_LIBRARY_PATH", None)
    else:
        os.environ["LD_LIBRARY_PATH"] = before
