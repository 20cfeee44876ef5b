"""Letters of menu entries, worked out by hand."""

from __future__ import annotations

import pytest

from dfgui.ui.widgets.mnemonics import with_letters


@pytest.mark.parametrize(
    ("texts", "marked"),
    [
        (["Undo", "Redo"], ["&Undo", "&Redo"]),
        (["Save", "Save as"], ["&Save", "Save &as"]),  # the first letter of another word
        (["Copy", "Cut", "C"], ["&Copy", "C&ut", "C"]),  # no letter is left for the last
        (["1:1", "2:1"], ["&1:1", "&2:1"]),
        (["E&xit", "Explain"], ["E&xit", "&Explain"]),
        (["Frage & Antwort".replace("&", "&&"), "Frage"], ["&Frage && Antwort", "F&rage"]),
        (["Öffnen", "öfter"], ["&Öffnen", "ö&fter"]),
    ],
)
def test_letters(texts: list[str], marked: list[str]) -> None:
    assert with_letters(texts) == marked
