"""Sentences that are short of the path where the file is named anyway."""

from __future__ import annotations

import pytest

from dfgui.core.catalogue import catalogue_of
from dfgui.core.display.naming import without_path
from dfgui.core.sentences import Sentence, in_language
from dfgui.resources import resource

CLOSED = Sentence("You do not have permission to read {path}.", path="/cases/7/a.mp4")
EMPTY = Sentence("{path} is empty.", path="/cases/7/a.mp4")
GONE = Sentence("There is no file {path}; check its name.", path="/cases/7/a.mp4")
FOLDER = Sentence("{path} is a folder; give one of its files.", path="/cases/7")


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        (EMPTY, "This file is empty."),
        (CLOSED, "You do not have permission to read a.mp4."),
        (GONE, "There is no file a.mp4; check its name."),
        (FOLDER, "7 is a folder; give one of its files."),
        (Sentence("No face was found."), "No face was found."),
        ("/cases/7/a.mp4", "/cases/7/a.mp4"),
    ],
)
def test_the_reason_comes_first(sentence: str, short: str) -> None:
    assert without_path(sentence) == short


def test_in_german() -> None:
    translate = catalogue_of("de", resource("translations"))
    said = in_language(without_path(EMPTY), translate)
    assert said == "Diese Datei ist leer."
