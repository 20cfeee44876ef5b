"""The .ts files hold every source of the code, and German says all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import translations
from tests.translations import Message, fault_of, is_numbered, merged, sources_of

FILES = sorted(translations.FOLDER.glob("*.ts"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_complete(path: Path) -> None:
    assert translations.faults(path) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_written_as_the_command_writes_it(path: Path) -> None:
    assert translations.update(path) == path.read_text(encoding="utf-8")


def test_sources_are_found_in_code() -> None:
    code = """
self.tr("one")
_translate("Dialog", "two {}").format(1)
raise AnalysisError("three {path}" if a else "four {path}", path=path)
Sentence("{only}: {values}", only=1, values=2)
Sentence(name)
other("five")
"""
    assert sorted(sources_of(code)) == ["four {path}", "one", "three {path}", "two {}"]


def test_a_source_made_at_run_time_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1: expected a text, received an f-string"):
        list(sources_of('tr(f"{a} files")'))


def test_what_vanished_is_marked_and_can_be_removed() -> None:
    old = {"a": Message("a", ("A",), ""), "b": Message("b", ("B",), ""), "c": Message("c")}
    new = merged(old, ["a", "d"])
    assert new == {
        "a": old["a"], "b": Message("b", ("B",), "vanished"), "d": Message("d"),
    }  # fmt: skip
    assert merged(new, ["a", "b"])["b"].state == "unfinished"
    assert list(merged(new, ["a"], clean=True)) == ["a"]


@pytest.mark.parametrize(
    ("source", "forms", "fault"),
    [
        ("a {x:.1f}", ("b {x:.1f}",), ""),
        ("a {x:.1f}", ("b {x}",), "other places"),
        ("{} of {}", ("{1} von {0}",), ""),
        ("{} of {}", ("{} von",), "other places"),
        ("{n} a|{n} as", ("ein b", "{n} b"), ""),
        ("{n} a|{n} as", ("{n} b", ""), "empty"),
        ("&Open", ("Öffnen",), "a key"),
        (" a", ("b",), "other spaces"),
        ("a", (), "empty"),
    ],
)
def test_a_wrong_translation_is_found(source: str, forms: tuple[str, ...], fault: str) -> None:
    assert fault_of(Message(source, forms, "")).startswith(fault)
    assert bool(fault_of(Message(source, forms, ""))) == bool(fault)
    assert is_numbered(source) == ("|" in source)
