"""Compare how the sample media of androidx/media's tests are read with ffprobe.

Run as `python tests/androidx_media.py FOLDER`; FOLDER is a checkout of the repository or its folder
of media, which is not part of this project (Apache-2.0). Needs ffprobe. Compared are the number of
frames, their times and the size of the upright picture. Each difference has a reason in
`tests/androidx_reasons.py`; the exit status is 1 if one has none.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script

from dfgui.core.media.facts import MediaFacts
from dfgui.worker.messages import Failed, Open, Opened
from dfgui.worker.process import Worker, WorkerGoneError
from tests.androidx_reasons import reason

MEDIA = Path("libraries/test_data/src/test/assets/media")
NAMES = "3gp avi avif bmp flv heic jpeg jpg m4s m4v mkv mov mp4 png ps ts webm webp"
SUFFIXES = frozenset(f".{name}" for name in NAMES.split())
WITHIN_S = 0.001
"""Matroska's clock has milliseconds, and the programs round it differently."""
LONGEST_S = 1800


@dataclass(frozen=True)
class Probed:
    """What ffprobe decodes of the main stream."""

    frames: int
    times_s: tuple[float, ...]
    size: tuple[int, int]


def probe(path: Path) -> Probed | None:
    """What ffprobe finds; None if it finds no picture."""
    done = subprocess.run(
        ["ffprobe", "-v", "quiet", "-of", "json", "-select_streams", "v", "-show_streams",
         "-show_frames", str(path)],
        capture_output=True, check=False, timeout=LONGEST_S,
    )  # fmt: skip
    found = json.loads(done.stdout or "{}")
    frames = found.get("frames", [])
    streams = [one for one in found.get("streams", []) if _is_film(one)]
    if not streams:
        return None
    declared = [one for one in streams if one["disposition"]["default"]]
    main = declared[0] if declared else max(streams, key=_pixels)
    own = [frame for frame in frames if frame["stream_index"] == main["index"]]
    if not own:
        return None
    stamps = [frame.get("best_effort_timestamp_time") for frame in own]
    times = tuple(sorted(float(stamp) for stamp in stamps if stamp is not None))
    return Probed(len(own), times, _upright(main, own[0]))


def _is_film(stream: dict[str, Any]) -> bool:
    return stream["codec_type"] == "video" and not stream["disposition"]["attached_pic"]


def _pixels(stream: dict[str, Any]) -> int:
    return int(stream.get("width", 0)) * int(stream.get("height", 0))


def _upright(stream: dict[str, Any], frame: dict[str, Any]) -> tuple[int, int]:
    """The size with square pixels and turned upright, as the program shows it."""
    width, height = int(frame["width"]), int(frame["height"])
    across, _, down = frame.get("sample_aspect_ratio", "1:1").partition(":")
    shape = Fraction(int(across), int(down)) if int(across) and int(down) else Fraction(1)
    if shape > 1:
        width = round(width * shape)
    elif shape < 1:
        height = round(height / shape)
    data = [*stream.get("side_data_list", []), *frame.get("side_data_list", [])]
    turn = next((int(one["rotation"]) for one in data if "rotation" in one), 0)
    return (height, width) if turn % 180 else (width, height)


def differences(path: Path, worker: Worker, number: int) -> Iterator[str]:
    """How what is read differs from what ffprobe finds, a sentence each."""
    probed = probe(path)
    answer = worker.ask(Open(number, os.fsencode(path)), lambda part: None)
    if isinstance(answer, Failed):
        if probed is not None:
            yield f"refused: {answer.sentence.replace(str(path), path.name)}"
        return
    assert isinstance(answer, Opened)
    if probed is None:
        yield f"read: {answer.facts.count} frames, where ffprobe finds none"
    else:
        yield from _compared(answer.facts, probed)


def _compared(facts: MediaFacts, probed: Probed) -> Iterator[str]:
    if facts.count != probed.frames:
        yield f"frames: {facts.count}, ffprobe {probed.frames}"
    elif facts.kind == "video" and len(facts.times_s) != len(probed.times_s):
        yield f"times: {len(facts.times_s)}, ffprobe {len(probed.times_s)}"
    elif facts.kind == "video" and facts.times_s:
        pairs = zip(facts.times_s, probed.times_s, strict=True)
        apart = max(abs(own - other) for own, other in pairs)
        if apart > WITHIN_S:
            yield f"times: apart by up to {apart:.3f} s"
    if (facts.width, facts.height) != probed.size:
        yield f"size: {facts.width} x {facts.height}, ffprobe {probed.size[0]} x {probed.size[1]}"


def compare(folder: Path) -> Counter[str]:
    """Print each difference with its reason; count files, differences and those without one."""
    media = folder / MEDIA if (folder / MEDIA).is_dir() else folder
    counted: Counter[str] = Counter()
    worker: Worker | None = None
    for path in sorted(media.rglob("*")):
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        name = path.relative_to(media).as_posix()
        counted["files"] += 1
        if worker is None:
            worker = Worker(threads=os.cpu_count() or 1)
            worker.prepare("")
        try:
            found = list(differences(path, worker, counted["files"]))
        except WorkerGoneError as gone:
            found, worker = [f"refused: {gone}"], None
        for difference in found:
            why = reason(name, difference)
            counted["differences"] += 1
            counted["without a reason"] += why is None
            print(f"{name}: {difference} -- {why or 'NO REASON'}", flush=True)
    if worker is not None:
        worker.close()
    return counted


def main() -> None:
    """Compare the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/androidx_media.py FOLDER")
    counted = compare(Path(sys.argv[1]))
    for what in ("files", "differences", "without a reason"):
        print(f"{counted[what]} {what}")
    sys.exit(int(counted["without a reason"] > 0 or counted["files"] == 0))


if __name__ == "__main__":
    main()
