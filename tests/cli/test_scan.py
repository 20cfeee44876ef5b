"""`dfgui scan` through the real program: JSON to the letter, CSV, table, exit status."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest

import dfgui
from dfgui.core.media.media_files import sample_indices
from dfgui.resources import resource
from tests.support.packages import make_package
from tests.support.program import (
    SCORE_RED_85,
    SCORE_RED_170,
    run,
    scan,
    without_timing,
)

PORTRAIT = resource("demo", "portrait.mp4")
WHOLE = ("--faces", "whole")
WIDE = {"COLUMNS": "400"}
RESULT = [
    "path",
    "sha256",
    "status",
    "reason",
    "score",
    "log10_lr",
    "verdict",
    "support",
    "tracks",
    "excluded_tracks",
    "frames_total",
    "frames",
    "warnings",
    "timing_s",
    "stream",
    "hashes",
]
CSV = [
    "path",
    "sha256",
    "status",
    "verdict",
    "support",
    "score",
    "log10_lr",
    "tracks",
    "frames",
    "frames_with_face",
    "reason",
    "warnings",
    "excluded_tracks",
    "md5",
    "sha1",
]


@pytest.fixture(scope="module")
def report(clips: Path, package: Path) -> dict[str, Any]:
    code, report = scan(
        clips, clips / "nothing.mp4", model=package, options=(*WHOLE, "--frames", "4")
    )
    assert code == 1
    return report


def test_keys_and_their_order(report: dict[str, Any]) -> None:
    assert list(report) == ["schema", "tool", "results", "left_out"]
    assert list(report["tool"]) == ["version", "engine", "precision", "model", "settings"]
    assert list(report["tool"]["model"]) == ["name", "sha256", "input_size", "version"]
    assert [list(result) for result in report["results"]] == [RESULT] * 4
    assert [list(result["timing_s"]) for result in report["results"]] == [
        ["decode", "faces", "network", "total"]
    ] * 4
    result = report["results"][0]
    assert list(result["tracks"][0]) == ["id", "score", "log10_lr", "frames", "cut"]
    assert list(result["frames"][0]) == ["index", "pts_s", "type", "faces", "excluded"]
    assert list(result["frames"][0]["faces"][0]) == ["track", "box", "score"]


def test_the_tool_is_named(report: dict[str, Any], package: Path) -> None:
    hashes = "".join(
        hashlib.sha256((package / name).read_bytes()).hexdigest()
        for name in ("model.xml", "model.bin")
    )
    tool = report["tool"]
    assert (report["schema"], tool["version"], tool["precision"]) == (
        "dfgui.scan/2",
        dfgui.__version__,
        "f32",
    )
    assert tool["engine"].startswith("OpenVINO 20")
    assert tool["model"] == {
        "name": "red-mean",
        "sha256": hashlib.sha256(hashes.encode()).hexdigest(),
        "input_size": 32,
        "version": "1",
    }
    assert tool["settings"] == {"frames": 4, "faces": "whole", "stream": None}


def test_a_clip_is_scored_as_calculated_by_hand(report: dict[str, Any], clips: Path) -> None:
    fake, real, still, _ = report["results"]
    assert [result["path"] for result in report["results"]] == [
        str(clips / name) for name in ("fake.mkv", "real.mkv", "still.png", "nothing.mp4")
    ]
    assert fake["sha256"] == hashlib.sha256((clips / "fake.mkv").read_bytes()).hexdigest()
    # log10 of the likelihood ratio: (170 - 128) / 16 / ln 10 and (85 - 128) / 16 / ln 10
    for result, score, log10_lr, verdict in (
        (fake, SCORE_RED_170, 1.14002, "supports_fake"),
        (real, SCORE_RED_85, -1.16717, "supports_real"),
        (still, SCORE_RED_170, 1.14002, "supports_fake"),
    ):
        assert (result["status"], result["reason"], result["score"]) == ("scored", None, score)
        assert result["log10_lr"] == pytest.approx(log10_lr, abs=1e-5)
        assert (result["verdict"], result["support"]) == (verdict, "moderate")
    assert fake["tracks"] == [
        {
            "id": 1,
            "score": SCORE_RED_170,
            "log10_lr": fake["log10_lr"],
            "frames": 4,
            "cut": None,
        }
    ]
    face = {"track": 1, "box": [0, 0, 80, 48], "score": SCORE_RED_170}
    # Centres of four spans of ten frames at 25 frames/s; FFV1 has key frames only.
    assert fake["frames"] == [
        {"index": i, "pts_s": i / 25, "type": "I", "faces": [face], "excluded": []}
        for i in (1, 3, 6, 8)
    ]
    assert still["frames"] == [
        {
            "index": 0,
            "pts_s": None,
            "type": "?",
            "faces": [face | {"box": [0, 0, 60, 40]}],
            "excluded": [],
        }
    ]
    assert (fake["excluded_tracks"], fake["frames_total"], still["frames_total"]) == ([], 10, 1)
    assert (fake["stream"], still["stream"]) == (0, 0)


def test_a_failed_input_has_every_key_and_no_number(report: dict[str, Any], clips: Path) -> None:
    failed = report["results"][3]
    reason = f"There is no file or folder {clips / 'nothing.mp4'}; check its name."
    assert failed.pop("timing_s") == {"decode": 0.0, "faces": 0.0, "network": 0.0, "total": 0.0}
    assert failed == {
        "path": str(clips / "nothing.mp4"), "sha256": None, "status": "failed", "reason": reason,
        "score": None, "log10_lr": None, "verdict": None, "support": None, "tracks": [],
        "excluded_tracks": [], "frames_total": None, "frames": [], "warnings": [], "stream": None,
        "hashes": {},
    }  # fmt: skip


def test_no_face_is_not_scored_and_faces_are_found(clips: Path, package: Path) -> None:
    code, report = scan(clips / "fake.mkv", PORTRAIT, model=package, options=("--frames", "3"))
    without, portrait = report["results"]
    assert code == 0
    assert (without["status"], without["reason"]) == (
        "not_scored",
        "No face was found in the frames that were looked at.",
    )
    assert [without[key] for key in ("score", "log10_lr", "verdict", "support", "tracks")] == [
        None,
        None,
        None,
        None,
        [],
    ]
    assert [frame["faces"] for frame in without["frames"]] == [[], [], []]
    assert portrait["status"] == "scored"
    assert [frame["index"] for frame in portrait["frames"]] == sample_indices(100, 3)
    assert [len(frame["faces"]) for frame in portrait["frames"]] == [1, 1, 1]
    assert report["tool"]["settings"]["faces"] == "haar"


def test_same_input_same_json_with_any_number_of_workers(clips: Path, package: Path) -> None:
    _, once = scan(clips, PORTRAIT, model=package, options=("--frames", "4"))
    _, again = scan(clips, PORTRAIT, model=package, options=("--frames", "4", "--workers", "3"))
    assert without_timing(once) == without_timing(again)


def test_other_digests_are_written(clips: Path, package: Path, tmp_path: Path) -> None:
    table, data = tmp_path / "out.csv", (clips / "fake.mkv").read_bytes()
    expected = {"md5": hashlib.md5(data).hexdigest(), "sha1": hashlib.sha1(data).hexdigest()}
    options = (*WHOLE, "--frames", "1", "--hashes", "SHA1, md5", "--csv", str(table))
    code, report = scan(clips / "fake.mkv", model=package, options=options)
    assert (code, report["results"][0]["hashes"]) == (0, expected)
    with table.open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert {name: line[name] for name in expected} == expected
    refused = run("scan", clips / "fake.mkv", "--hashes", "md5,crc32", "--model", package)
    assert refused.returncode == 2
    assert b"'crc32' is not one of md5, sha1" in refused.stderr


def test_files_are_written_and_the_table_shown(clips: Path, package: Path, tmp_path: Path) -> None:
    json, table = tmp_path / "new" / "out.json", tmp_path / "out.csv"
    done = run(
        "scan",
        clips,
        tmp_path / "no.mp4",
        *WHOLE,
        "--frames",
        "2",
        "--model",
        package,
        "--json",
        json,
        "--csv",
        table,
        environment=WIDE,
    )
    assert done.returncode == 1
    assert b"moderate support: fake" in done.stdout
    assert b"failed" in done.stdout
    assert [each["status"] for each in msgspec.json.decode(json.read_bytes())["results"]] == [
        "scored"
    ] * 3 + ["failed"]
    with table.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == CSV
    assert lines[1]["path"] == str(clips / "real.mkv")
    assert [
        lines[1][key] for key in ("status", "verdict", "support", "score", "tracks", "frames")
    ] == ["scored", "supports_real", "moderate", "0.063715", "1", "2"]
    assert (lines[3]["status"], lines[3]["score"]) == ("failed", "")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["new", "out.csv", "out.json"]


def test_a_network_that_does_not_fit_its_card_costs_every_file_a_sentence(
    clips: Path, package: Path, tmp_path: Path
) -> None:
    code, report = scan(
        clips / "fake.mkv", model=make_package(tmp_path / "misfit", fixed_side=48), options=WHOLE
    )
    assert code == 1
    reason = (
        "The network of the model package misfit does not take pictures of 32 x 32 as its card"
        " says; choose another package."
    )
    assert [result["reason"] for result in report["results"]] == [reason]


def test_results_are_shown_where_the_file_cannot_be_written_in_the_end(
    clips: Path, package: Path
) -> None:
    # The device /dev/full is always full.
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = run("scan", clips / "fake.mkv", *WHOLE, "--model", package, "--json", "/dev/full")
    assert done.returncode == 1
    assert b"/dev/full cannot be written (No space left on device)" in done.stderr
    assert b"moderate support: fake" in done.stdout
    assert not Path("/dev/full").is_file()


def test_what_was_left_out_is_in_every_output(package: Path, tmp_path: Path) -> None:
    json, table = tmp_path / "out.json", tmp_path / "out.csv"
    done = run(
        "scan",
        PORTRAIT,
        "--frames",
        "32",
        "--model",
        package,
        "--json",
        json,
        "--csv",
        table,
        environment=WIDE,
    )
    assert b"3 tracks were left out because they hold no face." in done.stdout
    with table.open(newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["tracks"], line["excluded_tracks"], line["frames_with_face"]) == ("1", "3", "32")
    (result,) = msgspec.json.decode(json.read_bytes())["results"]
    # By eye: the flag, the wall next to the shuttle, the flag.
    assert [(track["id"], track["frames"]) for track in result["excluded_tracks"]] == [
        (2, 4),
        (3, 14),
        (4, 6),
    ]
    wall = next(box for frame in result["frames"] for box in frame["excluded"] if box["track"] == 3)
    assert list(wall) == ["track", "box", "presence"]
    assert wall["presence"] < 0
