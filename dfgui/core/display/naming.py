"""Sentences about a file for places that name it anyway: the reason first, and no path."""

from __future__ import annotations

from pathlib import PurePath

from dfgui.core.sentences import Sentence

THIS_FILE = Sentence("This file")


def without_path(text: str) -> str:
    """A sentence with "This file", or at least only the file's name, in place of its path.

    A text that is no sentence, or holds no path, stays as it is.
    """
    if not isinstance(text, Sentence) or "path" not in text.values:
        return text
    path = PurePath(str(text.values["path"]))
    # What is a folder, or is looked for, is no file; only its name says what is meant.
    is_file = text.source.startswith("{path} ") and "folder" not in text.source
    return Sentence(text.source, **{**text.values, "path": THIS_FILE if is_file else path.name})
