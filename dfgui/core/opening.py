"""How a process opens the files that a request names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

open_file: Callable[[Path, int], int] = os.open
"""Path and flags to descriptor, as `os.open`. A worker that may open nothing puts another here."""
