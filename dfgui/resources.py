"""Where the files of `resources/` lie: in the source tree, in an installed wheel, in a frozen program."""

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Find a bundled file or folder.

    Args:
        parts: path components below `resources/`, for example `"models", "xception-face"`.

    Returns:
        Its absolute path. Whether it exists is not checked.
    """
    return _root().joinpath(*parts)


def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's loader
    if frozen is not None:
        return Path(frozen, "resources")
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"
