"""One example of each version of `scan --json`, written by the program of that version.

Fields are added and never taken away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from dfgui.core.analysis_results import Report
from dfgui.core.sentences import decoded
from dfgui.output.tables import json_bytes

GOLDEN = Path(__file__).parents[1] / "golden"
OLD, NEW = (GOLDEN / f"scan-{version}.json" for version in (1, 2))


def shape(value: Any) -> Any:
    """Keys and kinds of values; for a list, those of all its entries."""
    if isinstance(value, dict):
        return {key: shape(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [shape(entry) for entry in value]
    return type(value).__name__


def lacks(old: Any, new: Any, place: str = "") -> list[str]:
    """Keys of the old shape that the new one does not have."""
    if isinstance(old, dict):
        missing = [f"{place}.{key}" for key in old if key not in new]
        return missing + [
            lack
            for key in old
            if key in new
            for lack in lacks(old[key], new[key], f"{place}.{key}")
        ]
    if isinstance(old, list) and old and new:
        return lacks(old[0], new[0], f"{place}[]")
    return []


def test_the_newest_example_is_what_the_program_writes() -> None:
    report = msgspec.json.decode(NEW.read_bytes(), type=Report, dec_hook=decoded)
    assert json_bytes(report) == NEW.read_bytes()


def test_the_second_version_takes_nothing_away() -> None:
    old, new = (msgspec.json.decode(path.read_bytes()) for path in (OLD, NEW))
    assert (old["schema"], new["schema"]) == ("dfgui.scan/1", "dfgui.scan/2")
    assert lacks(shape(old), shape(new)) == []
    assert lacks({"a": 1, "b": [{"c": 1}]}, {"b": [{"d": 1}]}) == [".a", ".b[].c"]


def test_the_examples_show_what_changed() -> None:
    """The wall next to the shuttle was track 3 of the first version, with the highest score."""
    old, new = (msgspec.json.decode(path.read_bytes())["results"][0] for path in (OLD, NEW))
    assert max(old["tracks"], key=lambda track: track["score"])["id"] == 3
    assert [track["id"] for track in new["tracks"]] == [1]
    assert [
        (track["id"], track["frames"], track["first_frame"]) for track in new["excluded_tracks"]
    ] == [
        (2, 4, 7),
        (3, 14, 17),
        (4, 6, 57),
    ]
    assert new["frames_total"] == 100
    assert new["score"] == pytest.approx(old["score"], abs=1e-6)
