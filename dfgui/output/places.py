"""Where files are written: is the place good, and the name; old files are replaced whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file

STEM_BYTES = 100  # of the evidence's name: file systems allow names of 255 bytes


def check_place(path: Path) -> None:
    """Check before a long analysis that `path` can be written.

    A folder that does not exist yet is not made.

    Raises:
        AnalysisError: the place cannot be written to.
    """
    try:
        if path.is_dir():
            raise AnalysisError(
                "{path} is a folder; give the name of a file.",
                path=path,
            )
        if not _is_special(path):
            there = next(folder for folder in path.absolute().parents if folder.exists())
            with tempfile.TemporaryFile(dir=there):
                pass
    except OSError as error:
        raise _unwritable(path, error) from error


def write_safely(path: Path, data: bytes) -> None:
    """Write to a temporary file, then replace the old one.

    Raises:
        AnalysisError: the place cannot be written to.
    """
    try:
        if _is_special(path):
            path.write_bytes(data)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except OSError as error:
        raise _unwritable(path, error) from error


def file_name(name: str) -> str:
    """The name, reduced to what every file system and terminal accepts."""
    plain = "".join(
        character if character.isprintable() and character not in '<>:"/\\|?*' else "_"
        for character in name
    )
    return plain.encode()[:STEM_BYTES].decode(errors="ignore")


def _is_special(path: Path) -> bool:
    """Whether the path is a device or a pipe, which must be written to and not replaced."""
    return path.exists() and not path.is_file()


def _unwritable(path: Path, error: OSError) -> AnalysisError:
    return AnalysisError(
        "{path} cannot be written ({strerror}); choose another place.",
        path=path,
        strerror=error.strerror,
    )
