"""A model package is what its card says, or is refused by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dfgui.core.card import load_package
from dfgui.core.errors import AnalysisError
from tests.packages import make_package, read_card, write_card


def test_a_good_package(package: Path) -> None:
    loaded = load_package(package)
    assert (loaded.folder, loaded.card.name, loaded.card.input_size) == (package, "red-mean", 32)
    hashes = [hashlib.sha256((package / name).read_bytes()).hexdigest() for name in ("model.xml", "model.bin")]
    assert loaded.sha256 == hashlib.sha256("".join(hashes).encode()).hexdigest()


@pytest.mark.parametrize("file", ["model.xml", "model.bin"])
def test_a_changed_byte_is_refused_by_name(file: str, tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a")
    data = bytearray((folder / file).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / file).write_bytes(data)
    with pytest.raises(AnalysisError, match=rf"net-a was changed: {file} differs"):
        load_package(folder)


@pytest.mark.parametrize("file", ["model.xml", "model.bin", "card.json"])
def test_a_missing_file_is_refused_by_name(file: str, tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a")
    (folder / file).unlink()
    with pytest.raises(AnalysisError, match=rf"net-a has no readable {file}"):
        load_package(folder)


def _without(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(card: dict[str, Any]) -> None:
        for key in keys[:-1]:
            card = card[key]
        del card[keys[-1]]

    return change


def _with(value: Any, *keys: str) -> Callable[[dict[str, Any]], None]:
    def change(card: dict[str, Any]) -> None:
        for key in keys[:-1]:
            card = card[key]
        card[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _without("name"),
        _without("calibration", "track"),
        _without("domain", "track_frames"),
        _without("terms"),
        _with("dfgui.card/2", "schema"),
        _with("../other", "name"),
        _with("BGR", "colour_order"),
        _with([0, 1], "value_range"),
        _with("score", "output"),
        _with(0, "input_size"),
        _with(32.5, "input_size"),
        _with(-1.0, "calibration", "face", "slope"),
        _with(0, "calibration", "face", "log10_lr_bound"),
        _with(0, "crop", "haar_factor"),
        _with("abc", "files", "model.bin"),
        _with("0" * 64, "files", "other.bin"),
        _without("files", "model.bin"),
        _with(1, "surprise"),
        _with([{"name": "AUC"}], "metrics"),
    ],
)
def test_a_wrong_field_is_refused_by_name(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a")
    card = read_card(folder)
    change(card)
    write_card(folder, card)
    with pytest.raises(AnalysisError, match="card of the model package net-a"):
        load_package(folder)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"schema": "\xff"}'])
def test_a_card_that_is_no_card(data: bytes, tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a")
    (folder / "card.json").write_bytes(data)
    with pytest.raises(AnalysisError, match="card of the model package net-a is not valid"):
        load_package(folder)
