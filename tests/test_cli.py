"""The command line's contract, through the real program.

It covers commands, JSON to the letter, exit statuses, and what is written where.
"""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import dfgui
from dfgui.cli import app
from dfgui.core.media.media_files import sample_indices
from dfgui.resources import resource
from tests.clips import make_clip
from tests.packages import make_package, read_card, write_card
from tests.program import (
    PROGRAM,
    SCORE_RED_85,
    SCORE_RED_170,
    Y_RED_85,
    Y_RED_170,
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
]


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: fake.mkv (red 170), real.mkv (red 85), still.png (red 170)."""
    folder = tmp_path_factory.mktemp("evidence")
    for name, luma in (("fake.mkv", Y_RED_170), ("real.mkv", Y_RED_85)):
        make_clip(folder / name, codec="ffv1", flat=(luma, 128, 128), colour=(5, 1), frames=10)
    Image.fromarray(np.full((40, 60, 3), 170, np.uint8)).save(folder / "still.png")
    return folder


@pytest.fixture(scope="module")
def report(clips: Path, package: Path) -> dict[str, Any]:
    code, report = scan(
        clips, clips / "nothing.mp4", model=package, options=(*WHOLE, "--frames", "4")
    )
    assert code == 1
    return report


def test_keys_and_their_order(report: dict[str, Any]) -> None:
    assert list(report) == ["schema", "tool", "results"]
    assert list(report["tool"]) == ["version", "engine", "precision", "model", "settings"]
    assert list(report["tool"]["model"]) == ["name", "sha256", "input_size"]
    assert [list(result) for result in report["results"]] == [RESULT] * 4
    assert [list(result["timing_s"]) for result in report["results"]] == [
        ["decode", "faces", "network", "total"]
    ] * 4
    result = report["results"][0]
    assert list(result["tracks"][0]) == ["id", "score", "log10_lr", "frames"]
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
    }
    assert tool["settings"] == {"frames": 4, "faces": "whole"}


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
        {"id": 1, "score": SCORE_RED_170, "log10_lr": fake["log10_lr"], "frames": 4}
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


def test_a_failed_input_has_every_key_and_no_number(report: dict[str, Any], clips: Path) -> None:
    failed = report["results"][3]
    reason = f"There is no file or folder {clips / 'nothing.mp4'}; check its name."
    assert failed.pop("timing_s") == {"decode": 0.0, "faces": 0.0, "network": 0.0, "total": 0.0}
    assert failed == {
        "path": str(clips / "nothing.mp4"), "sha256": None, "status": "failed", "reason": reason,
        "score": None, "log10_lr": None, "verdict": None, "support": None, "tracks": [],
        "excluded_tracks": [], "frames_total": None, "frames": [], "warnings": [],
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


def test_nothing_is_written_beside_the_evidence(clips: Path, package: Path, tmp_path: Path) -> None:
    def state() -> list[tuple[str, int, int, bytes]]:
        return [
            (
                str(path),
                path.stat().st_mtime_ns,
                path.stat().st_size,
                path.read_bytes() if path.is_file() else b"",
            )
            for path in (clips, *sorted(clips.iterdir()))
        ]

    before = state()
    scan(clips, model=package)
    run("export", clips / "fake.mkv", *WHOLE, "--out", tmp_path, "--model", package)
    run("occlude", clips / "still.png", *WHOLE, "--out", tmp_path, "--model", package)
    assert state() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scan",), "Missing argument"),
        (("scan", "x.mp4", "--frames", "0"), "--frames"),
        (("scan", "x.mp4", "--frames", "9" * 30), "--frames"),
        (("scan", "x.mp4", "--faces", "cat"), "--faces"),
        (("scan", "x.mp4", "--workers", "0"), "--workers"),
        (("scan", "x.mp4", "--model", "no-such-model"), "no-such-model"),
        (("occlude", "x.mp4"), "--out"),
        (("occlude", "x.mp4", "--out", "o", "--frame", "1", "--time", "2"), "not both"),
        (("occlude", "x.mp4", "--out", "o", "--patch", "10", "--stride", "11"), "stride"),
        (("occlude", "x.mp4", "--out", "o", "--region", "1,2,3"), "X,Y,W,H"),
        (("occlude", "x.mp4", "--out", "o", "--region", "1,2,0,3"), "at least 1"),
        (("export", "x.mp4", "--out", "o", "--frame", "-1"), "--frame"),
        (("models", "chek"), "chek"),
        (("scam",), "scam"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], words: str, package: Path) -> None:
    model = (
        ()
        if "--model" in arguments or arguments[0] not in ("scan", "occlude", "export")
        else ("--model", str(package))
    )
    done = CliRunner(env=WIDE).invoke(app, [*arguments, *model])
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["", "scan", "occlude", "export", "models", "selftest"])
def test_help(command: str) -> None:
    done = CliRunner(env=WIDE).invoke(app, [*command.split(), "--help"], prog_name="dfgui")
    assert done.exit_code == 0
    assert f"Usage: dfgui {command}" in done.stdout


def test_wrong_usage_ends_the_program_with_2() -> None:
    assert run("scan").returncode == 2


def test_version() -> None:
    assert run("--version").stdout == f"dfgui {dfgui.__version__}\n".encode()


@pytest.mark.parametrize("fault", ["changed byte", "no card", "wrong field"])
def test_a_refused_package_is_named_and_ends_with_2(
    fault: str, clips: Path, package: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "suspect-net"
    broken.mkdir()
    for file in package.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    if fault == "changed byte":
        data = bytearray((broken / "model.bin").read_bytes())
        data[0] ^= 1
        (broken / "model.bin").write_bytes(data)
    elif fault == "no card":
        (broken / "card.json").unlink()
    else:
        write_card(broken, read_card(broken) | {"input_size": "wide"})
    done = run("scan", clips, "--model", broken, "--json", "-")
    assert done.returncode == 2
    assert b"suspect-net" in done.stderr
    assert done.stdout == b""


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


@pytest.mark.parametrize("place", ["file/out.json", "folder"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    place: str, clips: Path, package: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for option in ("--json", "--csv"):
        done = run("scan", clips, "--model", package, option, tmp_path / place, environment=WIDE)
        assert done.returncode == 2
        assert str(tmp_path / place) in done.stderr.decode()


def test_evidence_is_never_written_over(package: Path, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", codec="ffv1", frames=2)
    before = path.read_bytes()
    done = run(
        "scan", path, "--model", package, "--json", tmp_path / "." / "clip.mkv", environment=WIDE
    )
    assert done.returncode == 2
    assert b"will not be written over" in done.stderr
    assert path.read_bytes() == before


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


def test_a_reader_that_goes_away_gets_no_trace(clips: Path, package: Path, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [*PROGRAM, "scan", clips, *WHOLE, "--model", package, "--csv", tmp_path / "out.csv"]
    for more in ([], ["--json", "-"]):
        done = subprocess.run(
            [*command, *more], stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60
        )
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
        assert b"Exception" not in done.stderr
        assert (tmp_path / "out.csv").read_text().count("\n") == 4
        (tmp_path / "out.csv").unlink()
    os.close(writing)


def test_a_terminal_that_knows_ascii_only(package: Path, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "відео.mkv", codec="ffv1", frames=2, flat=(Y_RED_170, 128, 128))
    done = run(
        "scan",
        path,
        *WHOLE,
        "--model",
        package,
        environment={"PYTHONIOENCODING": "ascii", "COLUMNS": "400"},
    )
    assert done.returncode == 0
    assert b"?????.mkv" in done.stdout


def test_export_writes_pictures_arrays_and_settings(
    clips: Path, package: Path, tmp_path: Path
) -> None:
    done = run("export", PORTRAIT, "--frame", "40", "--out", tmp_path / "out", "--model", package)
    assert done.returncode == 0
    written = [Path(line) for line in done.stdout.decode().split()]
    assert sorted(written) == sorted((tmp_path / "out").iterdir())
    kinds = {path.name.split("-", 4)[4]: path for path in written}
    assert set(kinds) == {
        "original.png", "face.png", "ela.png", "ela.npy", "heat-map.png", "heat-map-16.png",
        "heat-map.npy", "settings.json",
    }  # fmt: skip
    facts = msgspec.json.decode(kinds["settings.json"].read_bytes())
    assert (facts["schema"], facts["index"], facts["settings"]["frame"]) == (
        "dfgui.inspection/1",
        40,
        40,
    )
    assert facts["sha256"] == hashlib.sha256(PORTRAIT.read_bytes()).hexdigest()
    with Image.open(kinds["original.png"]) as original, Image.open(kinds["face.png"]) as face:
        assert original.size == np.load(kinds["ela.npy"]).shape[::-1]
        assert face.size == (32, 32)
    assert np.load(kinds["heat-map.npy"]).shape == (32, 32)


def test_another_analysis_of_the_frame_overwrites_nothing_and_the_folder_that_is_analysed_stays_as_it_is(  # noqa: E501
    clips: Path, package: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for mode in ("drop", "printed"):
        assert (
            run(
                "occlude",
                clips / "still.png",
                *WHOLE,
                "--mode",
                mode,
                "--out",
                out,
                "--model",
                package,
            ).returncode
            == 0
        )
    assert len(list(out.iterdir())) == 10
    refused = run(
        "occlude",
        clips,
        *WHOLE,
        "--out",
        clips / "maps",
        "--model",
        package,
        environment={"COLUMNS": "400"},
    )
    assert refused.returncode == 2
    assert b"lies in the folder that is analysed" in refused.stderr
    assert not (clips / "maps").exists()


def test_occlude_by_hand(package: Path, tmp_path: Path) -> None:
    square = tmp_path / "square.png"
    Image.fromarray(np.full((64, 64, 3), 170, np.uint8)).save(square)
    done = run(
        "occlude", square, *WHOLE, "--region", "0,0,32,64", "--patch", "16", "--stride", "16",
        "--out", tmp_path / "out", "--model", package,
    )  # fmt: skip
    assert done.returncode == 0
    kinds = {Path(line).name.split("-", 4)[4]: Path(line) for line in done.stdout.decode().split()}
    facts = msgspec.json.decode(kinds["settings.json"].read_bytes())
    # Half of the picture hidden in black leaves a mean of 85, a quarter leaves 127.5:
    # logits (85 - 128) / 16 and (127.5 - 128) / 16.
    assert facts["map"]["base"] == pytest.approx(0.932453, abs=1e-6)
    assert facts["map"]["region_drop"] == pytest.approx(0.932453 - 0.063715, abs=2e-6)
    assert np.load(kinds["heat-map.npy"]) == pytest.approx(
        np.full((32, 32), 0.932453 - 0.492188), abs=2e-6
    )
    # On a picture of one colour every order is as good as any other.
    assert facts["map"]["faithfulness"]["gain"] == pytest.approx(0, abs=1e-9)


def test_a_frame_that_is_not_there(clips: Path, package: Path, tmp_path: Path) -> None:
    done = run(
        "occlude",
        clips / "fake.mkv",
        *WHOLE,
        "--frame",
        "10",
        "--out",
        tmp_path / "out",
        "--model",
        package,
    )
    assert done.returncode == 1
    assert (
        done.stderr.decode().strip()
        == f"{clips / 'fake.mkv'}: There is no frame 10; this file has 10 frames, numbered from 0"
        " to 9."
    )
    assert not (tmp_path / "out").exists()


def test_very_long_names_are_shortened_in_what_is_written(package: Path, tmp_path: Path) -> None:
    path = tmp_path / ("像" * 80 + ".png")
    Image.fromarray(np.full((40, 60, 3), 170, np.uint8)).save(path)
    done = run("export", path, *WHOLE, "--out", tmp_path / "out", "--model", package)
    assert done.returncode == 0
    # Each character is three bytes long.
    assert {name.partition("-")[0] for name in os.listdir(tmp_path / "out")} == {"像" * 33}


@pytest.mark.skipif(
    not resource("models", "xception-face", "card.json").is_file(),
    reason="no bundled model package",
)
def test_models() -> None:
    for arguments in (("models",), ("models", "check")):
        done = run(*arguments)
        assert done.returncode == 0
        assert b"xception-face" in done.stdout
        assert b"face-check" in done.stdout
        assert b"cannot be chosen with --model" in done.stdout
        assert (b"verified" in done.stdout) is (arguments[1:] == ("check",))


def test_a_folder_that_cannot_be_made_is_a_sentence(
    clips: Path, package: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = run(
        "export",
        clips / "still.png",
        *WHOLE,
        "--out",
        tmp_path / "file" / "out",
        "--model",
        package,
    )
    assert done.returncode == 2
    assert b"cannot be written (Not a directory)" in done.stderr
    assert done.stdout == b""


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_progress_goes_to_the_terminal_and_not_into_the_json(clips: Path, package: Path) -> None:
    import pty

    ours, terminal = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        # The end of a pseudo-terminal is an error on Linux.
        with suppress(OSError):
            while piece := os.read(ours, 4096):
                shown.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    command = [*PROGRAM, "scan", clips, *WHOLE, "--model", package, "--json", "-"]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "200"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=terminal, env=environment, check=False, timeout=60
    )
    os.close(terminal)
    reader.join()
    os.close(ours)
    assert len(msgspec.json.decode(done.stdout)["results"]) == 3
    assert b"analysing" in b"".join(shown)
    assert b"0/3" in b"".join(shown)


def test_the_check_of_faces_is_no_network_to_choose(clips: Path) -> None:
    done = CliRunner(env=WIDE).invoke(app, ["scan", str(clips), "--model", "face-check"])
    assert done.exit_code == 2
    assert (
        "face-check is the check that tells faces from patterns, not a network that scores faces"
        in done.stderr
    )


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
