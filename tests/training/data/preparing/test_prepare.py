"""Preparing whole data sets: processes, kills, full disks, and every bad video named."""

import csv
import hashlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import psutil
import pytest

from dfgui.core.errors import AnalysisError
from tests.support.clips import make_clip
from tests.training.faces import frame, replaced, write_clip, write_pair
from training.data.lookup import read_videos
from training.data.prepared.reading import Prepared
from training.data.prepared.shards import PrepareSettings
from training.data.preparing import prepare as module
from training.data.preparing.prepare import prepare
from training.data.videos import VideoRow, VideoTable

SETTINGS = PrepareSettings(frames=3, size=48, face_size=64)
SHARD = 2 * SETTINGS.video_bytes  # two videos
POSIX = os.name == "posix"
SCRIPT = """
import sys
from pathlib import Path
from training.data.preparing import prepare as module
from training.data.lookup import read_videos
from training.data.preparing.prepare import prepare
from training.data.prepared.shards import PrepareSettings

module.SHARDS = 1

def tell(done, text):
    print(text, flush=True)

if __name__ == "__main__":
    {before}
    prepare(read_videos("folders", sys.argv[1]), Path(sys.argv[2]), \
PrepareSettings(frames=3, size=48, face_size=64), workers=2,
            shard_bytes={shard}, progress=tell)
"""


class Told:
    """What `prepare` said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.done: list[float] = []

    def say(self, text: str, level: str = "info") -> None:
        self.said.append(text)

    def progress(self, done: float, text: str) -> None:
        self.done.append(done)


@pytest.fixture(scope="module", autouse=True)
def _large_shards() -> Iterator[None]:
    """Otherwise a few videos would get a shard each, so that workers can share them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SHARDS", 1)
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six clips, a picture, and five files that cannot be used."""
    root = tmp_path_factory.mktemp("data")
    for number in range(3):
        pictures = [frame(number + step) for step in range(6)]
        write_clip(root / "REAL" / f"{number}.mp4", pictures)
        write_clip(root / "FAKE" / f"{number}.mp4", [replaced(picture) for picture in pictures])
    cv2.imwrite(str(root / "REAL" / "still.png"), frame(2)[:, :, ::-1])
    cv2.imwrite(str(root / "FAKE" / "tiny.png"), np.zeros((4, 3, 3), np.uint8))
    make_clip(root / "FAKE" / "bars.mp4", frames=6, size=(160, 96))
    (root / "FAKE" / "text.mp4").write_bytes(b"no video at all" * 99)
    (root / "REAL" / "empty.mp4").write_bytes(b"")
    (root / "REAL" / "cut.mp4").write_bytes((root / "REAL" / "0.mp4").read_bytes()[:-500])
    return root


@pytest.fixture(scope="module")
def made(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    """All of it, prepared without interruption by two processes."""
    out, told = tmp_path_factory.mktemp("prepared") / "out", Told()
    assert (
        prepare(
            _table(data),
            out,
            SETTINGS,
            workers=2,
            shard_bytes=SHARD,
            say=told.say,
            progress=told.progress,
        )
        == 0
    )
    return out, told


def _table(data: Path) -> VideoTable:
    return read_videos("folders", data)


def _good(data: Path) -> VideoTable:
    """The six clips."""
    return _table(data).where(lambda row: Path(row.file).stem.isdigit())


def _content(out: Path) -> dict[str, str]:
    """Hash of each file of a preparation; of the manifest the lines, in any order."""
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.iterdir()
        if path.name != "manifest.jsonl"
    }
    lines = sorted((out / "manifest.jsonl").read_bytes().splitlines())
    return found | {"manifest.jsonl": hashlib.sha256(b"\n".join(lines)).hexdigest()}


def test_every_video_is_prepared_or_named(made: tuple[Path, Told]) -> None:
    out, told = made
    prepared = Prepared(out)
    assert sorted(video.row.file for video in prepared.videos) == [
        *(f"FAKE/{number}.mp4" for number in range(3)),
        *(f"REAL/{number}.mp4" for number in range(3)),
        "REAL/still.png",
    ]
    why = {one.what: one.why for one in prepared.skipped}
    assert sorted(why) == [
        "FAKE/bars.mp4",
        "FAKE/text.mp4",
        "FAKE/tiny.png",
        "REAL/cut.mp4",
        "REAL/empty.mp4",
    ]
    assert why["FAKE/bars.mp4"] == "no face was found in any of its 3 frames"
    assert why["FAKE/tiny.png"] == "its pictures have 3 x 4 pixels, expected at least 32 x 32"
    assert "cannot be read" in why["FAKE/text.mp4"]
    assert "is empty" in why["REAL/empty.mp4"]
    assert why["REAL/cut.mp4"].startswith("it ")  # FFmpeg's versions differ in what they make of it
    for name, reason in why.items():
        assert f"{name} is left out: {reason}." in told.said
    assert (
        told.said[-1]
        == "7 videos are prepared, 4 REAL and 3 FAKE; 5 were left out, videos.csv says why."
    )
    assert told.done[-1] == 1.0
    assert told.done == sorted(told.done)


def test_frames_and_faces_are_those_of_the_video(made: tuple[Path, Told]) -> None:
    prepared = Prepared(made[0])
    prepared.verify()
    for video, frames, faces in prepared:
        if video.row.file != "REAL/still.png":
            start = int(Path(video.row.file).stem)
            assert prepared.places(video)[:, 0].tolist() == [1, 3, 5]
            assert (frames.shape, faces.shape) == ((3, 48, 48, 3), (3, 64, 64, 3))
            for place, picture in zip((1, 3, 5), frames, strict=True):
                whole = (
                    frame(start + place)
                    if video.row.label == "REAL"
                    else replaced(frame(start + place))
                )
                expected = cv2.resize(whole, (48, 48), interpolation=cv2.INTER_AREA)
                # the next frame is 3 grey levels brighter
                assert cv2.absdiff(picture, expected).mean() < 2


def test_shards_hold_a_bounded_number_of_videos(made: tuple[Path, Told]) -> None:
    lines = [json.loads(line) for line in (made[0] / "manifest.jsonl").read_bytes().splitlines()]
    shards = [line for line in lines if line["type"] == "shard"]
    # 12 files, of which bytes allow two a shard
    assert sorted(line["number"] for line in shards) == list(range(6))
    assert all(len(line["videos"]) + len(line["skipped"]) == 2 for line in shards)


def test_few_videos_are_shared_out() -> None:
    rows = [VideoRow(str(number), "", "REAL", "", "s") for number in range(5)]
    tasks = module._tasks(rows, 2, {0, 2})
    assert [(task.number, [row.file for row in task.rows]) for task in tasks] == [
        (1, ["0", "1"]),
        (3, ["2", "3"]),
        (4, ["4"]),
    ]


def test_the_merged_table_has_size_hash_and_fate_of_each(
    made: tuple[Path, Told], data: Path
) -> None:
    with (made[0] / "videos.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    assert len(rows) == 12
    content = (data / "REAL" / "1.mp4").read_bytes()
    row = rows["REAL/1.mp4"]
    assert (row["label"], row["original"], row["bytes"], row["state"]) == (
        "REAL",
        "1",
        str(len(content)),
        "prepared",
    )
    assert row["sha256"] == hashlib.sha256(content).hexdigest()
    assert (rows["FAKE/bars.mp4"]["state"], rows["FAKE/bars.mp4"]["sha256"]) == ("left out", "")
    assert rows["FAKE/bars.mp4"]["why"] == "no face was found in any of its 3 frames"


def test_a_kill_loses_and_doubles_nothing(
    made: tuple[Path, Told], data: Path, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(before="pass", shard=SHARD))
    command = [sys.executable, str(script), str(data), str(tmp_path / "out")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=_environment()
    ) as process:
        workers = psutil.Process(process.pid)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("4 of 12 videos"):
                children = workers.children()
                process.kill()
                break
    assert process.returncode == (-signal.SIGKILL if POSIX else 1)
    psutil.wait_procs(children, timeout=30)  # nobody listens any more, so they end by themselves
    settled = _settled(tmp_path / "out")
    assert 0 < len(settled) < 12
    # And at the worst moment: a shard in place that the manifest does not know, half a line, a
    # half-written file.
    manifest = tmp_path / "out" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-20])
    (tmp_path / "out" / "shard-00009-faces.npy.123.part").write_bytes(b"half")
    told = Told()
    assert (
        prepare(
            _table(data), tmp_path / "out", SETTINGS, workers=2, shard_bytes=SHARD, say=told.say
        )
        == 0
    )
    assert _content(tmp_path / "out") == _content(made[0])
    assert len(_settled(tmp_path / "out")) == len(set(_settled(tmp_path / "out"))) == 12


def _settled(out: Path) -> list[str]:
    lines = [
        json.loads(line)
        for line in (out / "manifest.jsonl").read_bytes().splitlines()
        if line.endswith(b"}")
    ]
    shards = [line for line in lines if line["type"] == "shard"]
    return [video["row"]["file"] for line in shards for video in line["videos"]] + [
        one["what"] for line in shards for one in line["skipped"]
    ]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}


def test_a_finished_preparation_has_nothing_left_to_do(made: tuple[Path, Told], data: Path) -> None:
    before = _content(made[0])

    def never(*_: object) -> None:
        raise AssertionError("there was nothing to do")

    assert prepare(_table(data), made[0], SETTINGS, progress=never) == 0
    assert _content(made[0]) == before


def test_stopping_keeps_finished_shards_and_more_videos_may_come(
    made: tuple[Path, Told], data: Path, tmp_path: Path
) -> None:
    told, table = Told(), _table(data)
    few = table.where(lambda row: Path(row.file).stem in "012")
    left = prepare(
        few,
        tmp_path / "out",
        SETTINGS,
        workers=1,
        shard_bytes=SHARD,
        say=told.say,
        progress=told.progress,
        stopping=lambda: told.done[-1:] > [0.3],
    )
    assert left == 4  # two of the six are in the first shard
    assert (
        told.said[-1] == f"Stopped with {left} of 6 videos to go. The same command continues there."
    )
    assert len(Prepared(tmp_path / "out")) == 6 - left
    assert prepare(table, tmp_path / "out", SETTINGS, workers=2, shard_bytes=SHARD) == 0
    mine, theirs = Prepared(tmp_path / "out"), Prepared(made[0])
    assert sorted(video.row.file for video in mine.videos) == sorted(
        video.row.file for video in theirs.videos
    )
    assert sorted(one.what for one in mine.skipped) == sorted(one.what for one in theirs.skipped)


@pytest.mark.skipif(not POSIX, reason="needs named pipes and POSIX limits")
class TestWorkers:
    """A worker that reads a named pipe waits until it is ended: the test decides when it dies."""

    def test_a_worker_that_dies_costs_its_video_after_one_retry(
        self, data: Path, tmp_path: Path
    ) -> None:
        table = _with_pipes(_good(data), tmp_path, "REAL/1.mp4", "FAKE/2.mp4")
        told, begun = Told(), list[str]()

        def progress(done: float, text: str) -> None:
            file = text.partition(": ")[2]
            begun.append(file)
            if file == "REAL/1.mp4" and begun.count(file) == 1:
                pipe = tmp_path / "1.mp4"
                pipe.unlink()
                pipe.write_bytes((data / file).read_bytes())
                _kill_workers()
            if file == "FAKE/2.mp4":
                _kill_workers()

        assert (
            prepare(
                table,
                tmp_path / "out",
                SETTINGS,
                workers=1,
                shard_bytes=SHARD,
                say=told.say,
                progress=progress,
            )
            == 0
        )
        prepared = Prepared(tmp_path / "out")
        assert len(prepared) == 5
        assert "REAL/1.mp4" in {video.row.file for video in prepared.videos}
        (lost,) = prepared.skipped
        assert lost.what == "FAKE/2.mp4"
        assert (
            lost.why
            == "the worker process that read it was ended by SIGKILL, 2 times; where memory ran"
            " out, take fewer workers"
        )
        assert (
            "The worker process that read REAL/1.mp4 was ended by SIGKILL; its shard is begun"
            " again." in told.said
        )
        assert (begun.count("REAL/1.mp4"), begun.count("FAKE/2.mp4")) == (2, 2)

    def test_a_worker_that_hangs_is_ended(self, data: Path, tmp_path: Path) -> None:
        table = _with_pipes(_good(data), tmp_path, "FAKE/0.mp4")
        assert prepare(table, tmp_path / "out", SETTINGS, workers=2, silence_s=3) == 0
        prepared = Prepared(tmp_path / "out")
        assert len(prepared) == 5
        assert [one.what for one in prepared.skipped] == ["FAKE/0.mp4"]
        assert "gave no sign of life for 3 s, 2 times" in prepared.skipped[0].why

    def test_what_was_left_out_may_be_tried_again(self, data: Path, tmp_path: Path) -> None:
        (tmp_path / "REAL").mkdir()
        for name in ("FAKE/0.mp4", "FAKE/1.mp4"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes((data / name).read_bytes())
        (tmp_path / "REAL" / "0.mp4").write_bytes(b"broken off")
        (tmp_path / "REAL" / "1.mp4").write_bytes(b"broken off")
        with pytest.raises(
            AnalysisError,
            match=(
                r"out has no REAL video; 2 were left out, videos\.csv says why, the first"
                r" .*REAL/0\.mp4: it cannot"
            ),
        ):
            prepare(_table(tmp_path), tmp_path / "out", SETTINGS, workers=1)
        (tmp_path / "REAL" / "1.mp4").write_bytes((data / "REAL" / "1.mp4").read_bytes())
        assert prepare(_table(tmp_path), tmp_path / "out", SETTINGS, workers=1, again=True) == 0
        prepared = Prepared(tmp_path / "out")
        assert [one.what for one in prepared.skipped] == ["REAL/0.mp4"]
        assert len(prepared) == 3

    def test_a_full_disk_is_named_and_costs_nothing(self, data: Path, tmp_path: Path) -> None:
        script = tmp_path / "script.py"
        # The system refuses files beyond 20 kB; a shard of frames has 3 x 48 x 48 x 3 = 20,736
        # bytes and a header.
        limit = (
            "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000,"
            " resource.RLIM_INFINITY))"
        )
        script.write_text(SCRIPT.format(before=limit, shard=SHARD))
        command = [sys.executable, "-B", str(script), str(data), str(tmp_path / "out")]
        ended = subprocess.run(
            command, capture_output=True, text=True, env=_environment(), check=False
        )
        assert ended.returncode == 1
        assert (
            "-frames.npy cannot be written: File too large. Free some space; the same command"
            " continues." in ended.stderr
        )
        assert not list((tmp_path / "out").glob("*.npy*"))
        assert prepare(_good(data), tmp_path / "out", SETTINGS) == 0
        assert len(Prepared(tmp_path / "out")) == 6

    def test_a_worker_that_cannot_start_is_named(self, data: Path, tmp_path: Path) -> None:
        spawning = multiprocessing.get_context("spawn")
        spawning.set_executable("/bin/false")
        try:
            with pytest.raises(
                AnalysisError, match="A worker process ended with status 1 before it was ready"
            ):
                prepare(_good(data), tmp_path / "out", SETTINGS)
        finally:
            spawning.set_executable(sys.executable)


def _with_pipes(table: VideoTable, folder: Path, *names: str) -> VideoTable:
    """The table, with named pipes in place of some videos.

    As URLs they are opened like any other file, and wait.
    """
    for name in names:
        os.mkfifo(folder / Path(name).name)
    rows = [
        replace(row, path=f"file://{folder / Path(row.file).name}") if row.file in names else row
        for row in table.rows
    ]
    return VideoTable(tuple(rows))


def _kill_workers() -> None:
    for child in psutil.Process().children():
        if "spawn_main" in " ".join(child.cmdline()):
            child.kill()


def test_zips_of_dfdc_are_read_without_unpacking(data: Path, tmp_path: Path) -> None:
    metadata: dict[str, Any] = {
        "real.mp4": {"label": "REAL"},
        "fake.mp4": {"label": "FAKE", "original": "real.mp4"},
    }
    metadata["maybe.mp4"] = {"label": "MAYBE"}
    with zipfile.ZipFile(tmp_path / "dfdc_train_part_00.zip", "w") as archive:
        for name, source in (
            ("real.mp4", "REAL/0.mp4"),
            ("fake.mp4", "FAKE/0.mp4"),
            ("maybe.mp4", "FAKE/1.mp4"),
        ):
            archive.write(data / source, f"dfdc_train_part_0/{name}")
        archive.writestr("dfdc_train_part_0/metadata.json", json.dumps(metadata))
    told = Told()
    out = tmp_path / "out"
    assert prepare(read_videos("dfdc", tmp_path), out, SETTINGS, workers=1, say=told.say) == 0
    prepared = Prepared(out)
    assert [(video.row.file, video.row.part) for video in prepared.videos] == [
        ("dfdc_train_part_0/real.mp4", "0"),
        ("dfdc_train_part_0/fake.mp4", "0"),
    ]
    assert (
        prepared.videos[0].sha256
        == hashlib.sha256((data / "REAL" / "0.mp4").read_bytes()).hexdigest()
    )
    assert prepared.groups() == ["dfdc:real.mp4"] * 2
    assert [one.what for one in prepared.skipped] == ["dfdc_train_part_0/maybe.mp4"]
    assert sum("maybe.mp4 is left out: its label in" in text for text in told.said) == 1
    assert not list(out.glob("incoming*"))


def test_faceforensics_is_read_by_its_layout(tmp_path: Path) -> None:
    write_pair(tmp_path, "001", "002", frames=1)
    write_pair(tmp_path, "469", "481", frames=1)
    rows = {row.file: row for row in read_videos("ffpp", tmp_path).rows}
    fake = rows["manipulated_sequences/Deepfakes/c23/videos/001_002.mp4"]
    assert (fake.label, fake.original, fake.people, fake.method, fake.split) == (
        "FAKE",
        "001",
        ("001", "002"),
        "Deepfakes",
        "train",
    )
    assert rows["original_sequences/youtube/c23/videos/469.mp4"].split == "test"
    assert fake.bytes == Path(fake.path).stat().st_size


def _unchanged(table: VideoTable) -> VideoTable:
    return table


def _relabelled(table: VideoTable) -> VideoTable:
    return VideoTable(tuple(replace(row, label="REAL", split="test") for row in table.rows))


def _doubled(table: VideoTable) -> VideoTable:
    return table + table


@pytest.mark.parametrize(
    ("change", "settings", "says"),
    [
        (
            _unchanged,
            PrepareSettings(frames=3, size=32, face_size=64),
            "was prepared with size 48, not 32; choose another folder",
        ),
        (
            _relabelled,
            SETTINGS,
            r"FAKE/\d\.mp4 was prepared with the label 'FAKE', the table says 'REAL' now",
        ),
        (_doubled, SETTINGS, "12 videos are in the table twice, the first of them FAKE/0.mp4"),
        (_unchanged, PrepareSettings(frames=0), "frames: expected 1 or more, received 0"),
        (_unchanged, PrepareSettings(size=0, faces="none"), "frames or faces must be stored"),
    ],
)
def test_what_does_not_fit_is_refused_at_once(
    made: tuple[Path, Told],
    data: Path,
    change: Callable[[VideoTable], VideoTable],
    settings: PrepareSettings,
    says: str,
) -> None:
    with pytest.raises(AnalysisError, match=says):
        prepare(change(_table(data)), made[0], settings, with_test=True)


def test_a_kind_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError,
        match=(
            "no kind of data set named 'imagenet'; there are: dfdc, crops, ffpp, celebdf, folders,"
            " side_by_side, real_clips, stills"
        ),
    ):
        read_videos("imagenet", tmp_path)


@pytest.fixture(autouse=True)
def _no_processes_stay() -> Iterator[None]:
    yield
    assert not [
        child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())
    ]
