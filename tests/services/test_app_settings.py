"""Settings come back as saved; a bad file never stops the program from starting or ending.

A bad file is one that cannot be read or written.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec
import pytest

from dfgui.core.media.facts import ElaSettings
from dfgui.services.app_settings import AppSettings, load_settings, save_settings, settings_path


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "platformdirs.user_config_dir", lambda *_args, **_options: str(tmp_path / "config")
    )


def test_without_a_file_there_are_the_defaults() -> None:
    assert load_settings() == AppSettings()
    assert not settings_path().exists()


def test_every_setting_comes_back() -> None:
    chosen = AppSettings(
        theme="dark", views=("noise", "face_only", "original"), linked=False,
        ela=ElaSettings(70, 5.5), ela_channel="blue", noise_scale=3.0, face_margin=0.25, patch=8,
        stride=4, fill="blur", mode="printed", by="regions", opacity=0.1, frames=64,
        model="/models/mine", volume=0.0, recent=("/a/\u00e4\u4e2d.mp4", "/b.mp4"),
        training_data="/data", layout="AAAA", language="de", hidden=("list",),
        evidence_folder="/cases/7", export_folder="/out",
    )  # fmt: skip
    assert all(
        getattr(chosen, name) != getattr(AppSettings(), name)
        for name in AppSettings.__struct_fields__
    )
    save_settings(chosen)
    assert load_settings() == chosen
    assert [path.name for path in settings_path().parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "change",
    [
        {"theme": "pink"},
        {"language": 7},
        {"views": ["original", "original"]},
        {"views": ["original", "original", "secret"]},
        {"ela": 90},
        {"ela": {"quality": 0, "scale": 0}},
        {"ela_channel": "infrared"},
        {"opacity": 1.5},
        {"patch": 0},
        {"by": "ears"},
        {"volume": "loud"},
        {"recent": [1]},
        {"frames": 0},
    ],
)
def test_a_value_out_of_range_gives_its_default_alone(change: dict[str, object]) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(json.dumps({"linked": False, "model": "mine"} | change))
    assert load_settings() == AppSettings(linked=False, model="mine")


def test_a_wrong_value_in_a_group_gives_its_default_alone() -> None:
    settings_path().parent.mkdir(parents=True)
    group = {"quality": 70, "scale": "wide", "unheard_of": 1}
    settings_path().write_text(json.dumps({"ela": group, "linked": False}))
    assert load_settings() == AppSettings(ela=ElaSettings(quality=70), linked=False)


def test_a_setting_of_a_group_is_read_and_changed_by_its_name() -> None:
    settings = AppSettings(fill="blur").with_value("ela.scale", 5.0).with_value("patch", 8)
    assert settings == AppSettings(fill="blur", ela=ElaSettings(scale=5.0), patch=8)
    assert (settings.value("ela.scale"), settings.value("patch")) == (5.0, 8)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"theme": "\xff"}'])
def test_a_damaged_file_gives_the_defaults(data: bytes) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_bytes(data)
    assert load_settings() == AppSettings()


def test_a_file_of_another_version_keeps_what_both_know() -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text(json.dumps({"theme": "light", "unheard_of": [1, 2]}))
    assert load_settings() == AppSettings(theme="light")


def test_a_folder_in_the_way_is_no_obstacle(caplog: pytest.LogCaptureFixture) -> None:
    settings_path().mkdir(parents=True)
    assert load_settings() == AppSettings()
    save_settings(AppSettings(theme="dark"))
    assert "the settings cannot be written" in caplog.text


def test_recent_files_are_the_last_twelve_each_once() -> None:
    settings = AppSettings()
    for number in (*range(15), 13, 3):
        settings = settings.with_recent(f"/{number}.mp4")
    assert settings.recent == tuple(
        f"/{number}.mp4" for number in (3, 13, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4)
    )


def test_a_name_that_is_not_unicode_is_not_remembered_and_the_rest_is() -> None:
    settings = (
        AppSettings(theme="dark").with_recent("/a.mp4").with_recent(os.fsdecode(b"/caf\xe9.mp4"))
    )
    save_settings(settings)
    assert load_settings() == msgspec.structs.replace(
        AppSettings(), theme="dark", recent=("/a.mp4",)
    )
