"""A model package is what its card says, or is refused by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import Bounds, load_package
from dfgui.core.network.package_v1 import CardV1, TrainingV1
from dfgui.resources import resource
from tests.support.packages import make_package, read_card, write_card


def test_a_good_package(package: Path) -> None:
    loaded = load_package(package)
    assert (loaded.folder, loaded.card.name, loaded.card.input_size) == (package, "red-mean", 32)
    hashes = [
        hashlib.sha256((package / name).read_bytes()).hexdigest()
        for name in ("model.xml", "model.bin")
    ]
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
        _with("dfgui.card/3", "schema"),
        _with("dfgui.card/1", "schema"),
        _with("../other", "name"),
        _with("BGR", "colour_order"),
        _with([0, 1], "value_range"),
        _with("score", "output"),
        _with(0, "input_size"),
        _with(32.5, "input_size"),
        _with(-1.0, "calibration", "face", "slope"),
        _with(-0.1, "calibration", "face", "log10_lr_high"),
        _with(0.5, "calibration", "face", "log10_lr_low"),
        _with({"log10_lr_low": -1.0}, "calibration", "file"),
        _with([{"of": "person"}], "validation"),
        _with("abc", "training", "init_weights", "sha256"),
        _with(0, "crop", "haar_factor"),
        _with("abc", "files", "model.bin"),
        _with("0" * 64, "files", "other.bin"),
        _without("files", "model.bin"),
        _with(1, "surprise"),
        _with([{"name": "AUC"}], "metrics"),
    ],
)
def test_a_wrong_field_is_refused_by_name(
    change: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
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


def _as_version_1(card: dict[str, Any]) -> dict[str, Any]:
    """The card in the first version of the format."""
    card["schema"] = "dfgui.card/1"
    card["training"]["backbone_init"] = card["training"].pop("init_weights")["words"]
    card["training"] = _only(card["training"], TrainingV1)
    del card["calibration"]["file"]
    for one in card["calibration"].values():
        one["log10_lr_bound"] = one.pop("log10_lr_high")
        del one["log10_lr_low"]
    return _only(card, CardV1)


def _only(fields: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in kind.__struct_fields__}


def test_a_card_of_the_first_version_says_the_same(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a", log10_lr_bound=1.5)
    now = load_package(folder)
    write_card(folder, _as_version_1(read_card(folder)))
    assert load_package(folder) == now
    calibration = now.card.calibration.track
    assert (calibration.log10_lr_low, calibration.log10_lr_high, now.card.training.seen) == (
        -1.5,
        1.5,
        None,
    )


def test_the_first_version_is_checked_as_strictly(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a")
    for change in (
        _with(1, "surprise"),
        _with(0, "calibration", "track", "log10_lr_bound"),
        _without("training", "backbone_init"),
    ):
        card = _as_version_1(read_card(make_package(folder)))
        change(card)
        write_card(folder, card)
        with pytest.raises(AnalysisError, match="card of the model package net-a is not valid"):
            load_package(folder)


def test_a_network_is_read_from_a_card_of_the_first_version() -> None:
    folder = resource("experiments") / "dfdc-only"
    assert (
        json.loads((folder / "card.json").read_text(encoding="utf-8"))["schema"] == "dfgui.card/1"
    )
    card = load_package(folder).card
    # As its card.json states: 10 real and 22 fake clips, and one bound, log10 10.
    assert (card.calibration.track.log10_lr_low, card.calibration.track.log10_lr_high) == (
        -1.0,
        1.0,
    )
    assert (card.calibration.track.real, card.calibration.track.fake, card.schema) == (
        10,
        22,
        "dfgui.card/2",
    )


def test_bounds_of_a_file_are_those_of_tracks_unless_the_card_says_more(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a", log10_lr_bound=1.5)
    plain = load_package(folder).card.calibration
    assert plain.bounds_of_file(still=False) == Bounds(-1.5, 1.5)
    card = read_card(folder)
    # 0: nothing is supported on that side
    card["calibration"]["file"] = {"log10_lr_low": 0, "log10_lr_high": 0.44}
    write_card(folder, card)
    found = load_package(folder).card.calibration
    assert found.bounds_of_file(still=False) == Bounds(0.0, 0.44)
    assert found.bounds_of_file(still=True) == Bounds(-1.5, 1.5)


def test_a_card_of_the_second_version_without_the_later_fields_is_read(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a")
    card = read_card(folder)
    del card["validation"], card["calibration"]["file"]
    write_card(folder, card)
    assert load_package(folder).card.validation == ()


def test_what_a_package_was_calibrated_on_is_hashed_if_it_is_there(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net-a")
    before = load_package(folder).sha256
    (folder / "calibration.csv").write_bytes(b"row\n")
    card = read_card(folder)
    card["files"]["calibration.csv"] = hashlib.sha256(b"row\n").hexdigest()
    write_card(folder, card)
    assert load_package(folder).sha256 == before  # of the network alone
    (folder / "calibration.csv").write_bytes(b"row\n0\n")
    with pytest.raises(AnalysisError, match=r"net-a was changed: calibration\.csv differs"):
        load_package(folder)
