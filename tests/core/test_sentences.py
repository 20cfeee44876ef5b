"""A sentence is its English text, and any language can say it."""

from __future__ import annotations

import pickle
from pathlib import Path

import msgspec
import pytest

from dfgui.core.catalogue import Catalogue, catalogue_of, languages, read_texts
from dfgui.core.errors import AnalysisError
from dfgui.core.plain import json_of
from dfgui.core.sentences import Sentence, as_sentence, decoded, in_language, listed, unpacked

FRAMES = "{n} frame|{n} frames"
GERMAN = Catalogue(
    {
        "There is no file {path}; check its name.": "Die Datei {path} gibt es nicht.",
        FRAMES: "{n} Bild|{n} Bilder",
        "{frames} looked at": "{frames} untersucht",
        "{n:,} files": "{n:,} Dateien",
        ",": "\u202f",
    }
)
SAMPLE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="xx" sourcelanguage="en">
<context><name>dfgui</name>
<message><source>Yes &amp; no</source><translation>Ja &amp; nein</translation></message>
<message numerus="yes"><source>{n} frame|{n} frames</source>
<translation><numerusform>{n} Bild</numerusform><numerusform>{n} Bilder</numerusform></translation>
</message>
<message><source>new</source><translation type="unfinished"></translation></message>
<message><source>old</source><translation type="vanished">alt</translation></message>
</context></TS>
"""


class _Holder(msgspec.Struct, frozen=True):
    reason: Sentence | None
    warnings: tuple[Sentence, ...] = ()


def test_is_its_english_text() -> None:
    sentence = Sentence("There is no file {path}; check its name.", path=Path("a.mp4"))
    assert sentence == "There is no file a.mp4; check its name."
    assert type(str(sentence)) is str


def test_formats_numbers_and_takes_braces_as_they_are_without_values() -> None:
    assert Sentence("{a:.2f} {b:,}", a=0.126, b=12345) == "0.13 12,345"
    assert Sentence("{a") == "{a"


def test_forms_go_with_the_number() -> None:
    assert [Sentence(FRAMES, n=n) for n in (0, 1, 2)] == ["0 frames", "1 frame", "2 frames"]
    slavic = Catalogue({FRAMES: "one|few|many"})
    assert [in_language(Sentence(FRAMES, n=n), slavic) for n in (1, 3, 5, 12, 22)] == [
        "one", "few", "many", "many", "few",
    ]  # fmt: skip
    alone = Catalogue({FRAMES: "{n} pictures"})
    assert in_language(Sentence(FRAMES, n=1), alone) == "1 pictures"


def test_is_worded_with_what_it_holds() -> None:
    sentence = Sentence("{frames} looked at", frames=Sentence(FRAMES, n=2))
    assert sentence == "2 frames looked at"
    assert in_language(sentence, GERMAN) == "2 Bilder untersucht"
    assert in_language(listed([sentence, Sentence("x")]), GERMAN) == "2 Bilder untersucht, x"
    assert in_language(Sentence("{n:,} files", n=5000), GERMAN) == "5\u202f000 Dateien"


def test_a_text_from_evidence_is_never_translated() -> None:
    telling = Catalogue({"fake": "Fälschung"})
    assert in_language(Sentence("{name}", name="fake"), telling) == "fake"
    assert in_language(as_sentence("fake"), telling) == "fake"
    assert in_language("fake", telling) == "Fälschung"


def test_an_error_keeps_its_sentence() -> None:
    error = AnalysisError("There is no file {path}; check its name.", path="a")
    assert str(error) == "There is no file a; check its name."
    assert in_language(error.sentence, GERMAN) == "Die Datei a gibt es nicht."
    assert AnalysisError(error.sentence).sentence is error.sentence


def test_json_is_english_and_a_message_keeps_the_values() -> None:
    inner = Sentence(FRAMES, n=2)
    holder = _Holder(Sentence("{frames} looked at", frames=inner), (Sentence("plain"),))
    assert json_of(holder) == b'{"reason":"2 frames looked at","warnings":["plain"]}'
    data = msgspec.msgpack.encode(holder, enc_hook=Sentence.packed)
    back = msgspec.msgpack.decode(data, type=_Holder, dec_hook=decoded)
    assert back == holder
    assert back.reason is not None
    assert in_language(back.reason, GERMAN) == "2 Bilder untersucht"


def test_a_name_that_is_not_unicode_can_be_sent() -> None:
    sentence = Sentence("{path} is empty.", path="\udcff")
    assert sentence == "? is empty."
    assert unpacked(sentence.packed()) == sentence


def test_survives_pickling() -> None:
    back = pickle.loads(pickle.dumps(AnalysisError("{path} is empty.", path="a")))
    assert back.sentence.values == {"path": "a"}


@pytest.mark.parametrize(
    "packed",
    [3, [], ["{a}"], ["{a}", {"b": 1}], ["{a:.2f}", {"a": "x"}], [1, {}], ["{a}", {"a": [1]}]],
)
def test_refuses_what_is_no_sentence(packed: object) -> None:
    with pytest.raises(ValueError, match=r"expected|format"):
        unpacked(packed)


def test_a_source_cannot_reach_into_objects_or_fill_the_memory() -> None:
    for source in ("{a.__class__}", "{a[0]}", "{a:999999999999}", "{a!r}"):
        assert unpacked([source, {"a": "x"}]) == source


def test_reads_finished_translations(tmp_path: Path) -> None:
    path = tmp_path / "dfgui_xx.ts"
    path.write_text(SAMPLE, encoding="utf-8")
    assert read_texts(path) == {"Yes & no": "Ja & nein", FRAMES: "{n} Bild|{n} Bilder"}
    assert languages(tmp_path) == ("en", "xx")
    assert catalogue_of("xx", tmp_path)("Yes & no") == "Ja & nein"
    assert catalogue_of("en", tmp_path)("Yes & no") == "Yes & no"
    assert catalogue_of("../xx", tmp_path)("Yes & no") == "Yes & no"
