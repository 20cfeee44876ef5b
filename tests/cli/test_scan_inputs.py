"""Bad evidence, through the real program.

A refusal is one sentence, the rest works, no file costs another its result.
"""

from __future__ import annotations

import csv
import ctypes
import os
import shutil
import sys
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from dfgui.core.media.signatures import UNKNOWN
from tests.support.clips import copy_packets, cut_bytes, make_clip, make_sound
from tests.support.program import SCORE_RED_170, Y_RED_170, run, scan
from tests.support.recorder_clips import make_dhav

FAKE: dict[str, Any] = {"flat": (Y_RED_170, 128, 128), "colour": (5, 1)}
WHOLE = ("--faces", "whole", "--frames", "3")
REFUSED = {
    "missing.mp4": "no file or folder",
    "empty.mp4": "is empty",
    "random.mp4": "cannot be read as",
    "text.mp4": "cannot be read as",
    "sound.m4a": "no video stream",
    "no_key.mp4": "no key frame",
    "no_media": "holds no video and no still",
    "pipe.mp4": "neither a file nor a folder",
    "locked.mp4": "permission to read",
    "locked": "permission to read",
    "n" * 300: "cannot be read (File name too long)",
    "headless.mp4": "cannot be read as",
}
NON_ASCII = "дані 影片 é 🎞.mp4"
LONG = "l" * 251 + ".mp4"
WORKS = {
    NON_ASCII: None,
    LONG: None,
    "truncated.mp4": "can be decoded",
    "cut.ts": "before the first key frame",
    "no_rate.mkv": "declares no frame rate",
    "vfr.mkv": "frame rate varies",
    "still.mp4": "is a still picture (PNG)",
    "video.jpg": "is a video",
    "one_pixel.png": None,
    "one_pixel.mkv": None,
    "8k.mp4": None,
    "8k.png": None,
    "many.mkv": "300 video streams",
    "ten_bit.mp4": None,
    "444.mp4": None,
    "odd.mkv": None,
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("good") / "good.mp4", frames=30, **FAKE)


@pytest.fixture(scope="module")
def refused(
    good: Path, package: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, dict[str, dict[str, Any]]]:
    """One scan of everything that must be refused, with a good clip first and last."""
    folder = tmp_path_factory.mktemp("refused")
    (folder / "empty.mp4").touch()
    (folder / "random.mp4").write_bytes(np.random.default_rng(1).bytes(50_000))
    (folder / "text.mp4").write_text("This is no video.\n" * 100)
    make_sound(folder / "sound.m4a")
    copy_packets(good, folder / "no_key.mp4", skip=21)
    (folder / "no_media").mkdir()
    (folder / "no_media" / "notes.txt").write_text("nothing to see")
    os.mkfifo(folder / "pipe.mp4")
    shutil.copy(good, folder / "locked.mp4")
    (folder / "locked.mp4").chmod(0)
    (folder / "locked").mkdir(mode=0)
    cut_bytes(good, folder / "headless.mp4", 0.5)
    code, report = scan(
        good,
        *(folder / name for name in REFUSED),
        good,
        model=package,
        options=WHOLE,
        before=_obey_modes,
    )
    paths = [good.name, *REFUSED, good.name]
    assert [Path(result["path"]).name for result in report["results"]] == paths
    return code, dict(zip(("first", *REFUSED, "last"), report["results"], strict=True))


def _obey_modes() -> None:
    """Make the program obey file modes even if root runs it.

    Without these capabilities an owner without permission is refused.
    """
    if sys.platform == "linux" and os.geteuid() == 0:
        # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        drop_from_bounds, override, read_search = 24, 1, 2
        libc = ctypes.CDLL(None)
        for capability in (override, read_search):
            libc.prctl(drop_from_bounds, capability, 0, 0, 0)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence(name: str, refused: tuple[int, dict[str, dict[str, Any]]]) -> None:
    code, results = refused
    result = results[name]
    assert code == 1
    assert (result["status"], result["score"], result["verdict"], result["frames"]) == (
        "failed",
        None,
        None,
        [],
    )
    assert REFUSED[name] in result["reason"]
    assert result["reason"].endswith(".")
    assert "\n" not in result["reason"]


def test_the_others_in_the_batch_go_on(refused: tuple[int, dict[str, dict[str, Any]]]) -> None:
    for name in ("first", "last"):
        assert (refused[1][name]["status"], refused[1][name]["score"]) == ("scored", SCORE_RED_170)


@pytest.fixture(scope="module")
def working(
    package: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, dict[str, dict[str, Any]]]:
    """One scan of everything that must work."""
    folder = tmp_path_factory.mktemp("works")
    for name in (NON_ASCII, LONG):
        make_clip(folder / "clip.mp4", frames=4, **FAKE).rename(folder / name)
    whole = make_clip(
        folder / "whole.mp4", frames=60, container_options={"movflags": "+faststart"}, **FAKE
    )
    cut_bytes(whole, folder / "truncated.mp4", 0.8)
    copy_packets(make_clip(folder / "whole.ts", frames=40, **FAKE), folder / "cut.ts", skip=13)
    data = make_clip(folder / "no_rate.mkv", frames=1, **FAKE).read_bytes()
    # Matroska's DefaultDuration, 4 bytes: a void element of the same length replaces it.
    rate = data.index(b"\x23\xe3\x83\x84")
    (folder / "no_rate.mkv").write_bytes(data[:rate] + b"\xec\x86" + bytes(6) + data[rate + 8 :])
    make_clip(
        folder / "vfr.mkv",
        frames=5,
        pts=[0, 40, 80, 400, 440],
        time_base=Fraction(1, 1000),
        rate=1000,
        **FAKE,
    )
    red = np.full((4320, 7680, 3), 170, np.uint8)
    Image.fromarray(red[:40, :60]).save(folder / "still.mp4", "PNG")
    make_clip(folder / "clip.mp4", frames=4, **FAKE).rename(folder / "video.jpg")
    Image.fromarray(red[:1, :1]).save(folder / "one_pixel.png")
    make_clip(folder / "one_pixel.mkv", codec="ffv1", size=(1, 1), frames=2, **FAKE)
    make_clip(folder / "8k.mp4", size=(7680, 4320), frames=2, **FAKE)
    Image.fromarray(red).save(folder / "8k.png", compress_level=1)
    make_clip(folder / "many.mkv", frames=4, extra_streams=299, **FAKE)
    make_clip(folder / "ten_bit.mp4", pix_fmt="yuv420p10le", **FAKE)
    make_clip(folder / "444.mp4", pix_fmt="yuv444p", **FAKE)
    make_clip(folder / "odd.mkv", codec="ffv1", size=(83, 47), **FAKE)
    code, report = scan(*(folder / name for name in WORKS), model=package, options=WHOLE)
    return code, dict(zip(WORKS, report["results"], strict=True))


@pytest.mark.parametrize("name", WORKS)
def test_works_with_a_warning_where_one_is_due(
    name: str, working: tuple[int, dict[str, dict[str, Any]]]
) -> None:
    code, results = working
    result, words = results[name], WORKS[name]
    assert code == 0
    assert (result["status"], result["reason"], Path(result["path"]).name) == ("scored", None, name)
    # Encoding may change red by half a grey level: that moves the logit by 1/32, the score by .002.
    assert result["score"] == pytest.approx(SCORE_RED_170, abs=0.002)
    assert (
        (result["warnings"] == [])
        if words is None
        else any(words in warning for warning in result["warnings"])
    )


def test_names_that_are_not_unicode(package: Path, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux allows such names")
    clip = make_clip(tmp_path / "clip.mp4", frames=2, **FAKE).rename(
        tmp_path / os.fsdecode(b"bad\xff\xfe.mp4")
    )
    missing = os.fsencode(tmp_path) + b"/gone\xff.mp4"
    code, report = scan(os.fsencode(clip), missing, model=package, options=WHOLE)
    assert code == 1
    assert [(Path(result["path"]).name, result["status"]) for result in report["results"]] == [
        ("bad??.mp4", "scored"),
        ("gone?.mp4", "failed"),
    ]
    assert "gone?.mp4; check its name." in report["results"][1]["reason"]


def test_a_name_cannot_steer_the_terminal(package: Path, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows does not allow such names")
    clip = make_clip(tmp_path / "clip.mp4", frames=2, **FAKE).rename(
        tmp_path / "\x1b[2J[red]a\n.mp4"
    )
    done = run(
        "scan",
        clip,
        tmp_path / "\x1b[2Jgone.mp4",
        "--model",
        package,
        *WHOLE,
        environment={"COLUMNS": "400"},
    )
    assert done.returncode == 1
    assert b"?[2J[red]a?.mp4" in done.stdout
    assert b"?[2Jgone.mp4; check its name." in done.stdout
    assert b"\x1b" not in done.stdout + done.stderr


def test_a_model_folder_whose_name_is_not_unicode(
    good: Path, package: Path, tmp_path: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux allows such names")
    model = shutil.copytree(package, tmp_path / os.fsdecode(b"net\xff"))
    code, report = scan(good, model=model, options=WHOLE)
    assert (code, report["results"][0]["score"]) == (0, SCORE_RED_170)


def test_a_file_that_changes_while_it_is_read(good: Path, package: Path, tmp_path: Path) -> None:
    # Long enough that the scan is reading frames while another thread appends to the file.
    path = copy_packets(good, tmp_path / "growing.mp4", times=20)
    done = threading.Event()

    def grow() -> None:
        while not done.wait(0.02):
            with path.open("ab") as file:
                file.write(b"more")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        code, report = scan(path, good, model=package, options=("--frames", "200"))
    finally:
        done.set()
        writer.join()
    changed, other = report["results"]
    assert code == 1
    assert changed["status"] == "failed"
    assert "changed while it was read" in changed["reason"]
    assert other["status"] == "not_scored"


def test_a_folder_stands_for_every_media_file_in_it(
    good: Path, package: Path, tmp_path: Path
) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    shutil.copy(good, tmp_path / "deep" / "er" / "b.mp4")
    shutil.copy(good, tmp_path / "a.MP4")
    (tmp_path / "notes.txt").write_text("no evidence")
    (tmp_path / "broken.mp4").write_text("no video")
    (tmp_path / ".trashed.mp4").write_bytes(good.read_bytes())
    code, report = scan(tmp_path, model=package, options=WHOLE)
    assert code == 1
    assert [(Path(result["path"]).name, result["status"]) for result in report["results"]] == [
        (".trashed.mp4", "scored"), ("a.MP4", "scored"), ("broken.mp4", "failed"),
        ("b.mp4", "scored"),
    ]  # fmt: skip
    assert report["left_out"] == [{"path": str(tmp_path / "notes.txt"), "reason": UNKNOWN}]
    assert len(list(tmp_path.rglob("*"))) == 7  # nothing was written


def test_a_folder_as_a_recorder_and_a_phone_leave_it(
    good: Path, package: Path, tmp_path: Path
) -> None:
    folder, json, table = tmp_path / "evidence", tmp_path / "out.json", tmp_path / "out.csv"
    folder.mkdir()
    shutil.copy(good, folder / "clip")
    make_dhav(folder / "ch01.dav")
    Image.new("RGB", (60, 40), (170, 170, 170)).save(folder / "shot.bmp")
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    done = run(
        "scan", folder, "--model", package, *WHOLE, "--json", json, "--csv", table,
        environment={"COLUMNS": "400"},
    )  # fmt: skip
    assert done.returncode == 0  # what is no media is no input that failed
    report = msgspec.json.decode(json.read_bytes())
    assert [
        (Path(result["path"]).name, result["status"], result["frames_total"])
        for result in report["results"]
    ] == [("ch01.dav", "scored", 20), ("clip", "scored", 30), ("shot.bmp", "scored", 1)]
    left_out = str(folder / "Thumbs.db")
    assert report["left_out"] == [{"path": left_out, "reason": UNKNOWN}]
    with table.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["status"] for line in lines] == ["scored"] * 3 + ["left_out"]
    assert {key: value for key, value in lines[3].items() if value} == {
        "path": left_out,
        "status": "left_out",
        "reason": UNKNOWN,
    }
    (shown,) = (line for line in done.stdout.decode().splitlines() if "Thumbs.db" in line)
    assert "left out" in shown
    assert UNKNOWN in shown
