"""`dfgui selftest`: a golden frame through every stage, compared with recorded values.

It also prints the facts that a support request needs.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
import psutil
import typer

import dfgui
from dfgui.cli import console
from dfgui.cli.corpus import run_corpus
from dfgui.cli.protections import protections
from dfgui.core.analysis_results import FileResult, Inspection, InspectSettings, ScanSettings
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings
from dfgui.core.network.package import ModelPackage, load_package
from dfgui.core.network.score import NotScored
from dfgui.core.plain import json_of
from dfgui.logs import log_folder
from dfgui.resources import DEFAULT_MODEL, FACE_CHECK, resource
from dfgui.worker.messages import Failed, Inspect, Inspected, Scan, Scanned
from dfgui.worker.pool import Pool

CLIP = "portrait-altered.mp4"
FRAME = 40
LIBRARIES = (
    "av",
    "numpy",
    "opencv-python-headless",
    "openvino",
    "pillow",
    "pillow-heif",
    "PySide6",
)


class Golden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each stage gave when the values were recorded."""

    model: str
    clip_sha256: str
    frame_mean: tuple[float, float, float]
    frame_type: str
    frame_pts_s: float
    face: Box
    ela_mean: float
    face_score: float
    largest_drop: float
    file_score: float
    frames_with_face: int
    face_check: str
    patterns: int
    pattern_presence: float


def selftest(
    record: Annotated[
        Path | None,
        typer.Option(hidden=True, help="Write new golden values here, for a new bundled network."),
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(
            help="Read the files of this folder instead, and compare with its truth.json."
        ),
    ] = None,
) -> None:
    """Run a golden frame through every stage and print what a support request needs."""
    if corpus is not None:
        raise typer.Exit(int(not _corpus_agrees(corpus)))
    raise typer.Exit(int(not run_selftest(resource("models", DEFAULT_MODEL), record=record)))


def run_selftest(model: Path, *, record: Path | None = None) -> bool:
    """Print the facts and the comparison; True if every stage agrees.

    Args:
        model: folder of the bundled package.
        record: write what this machine computes here instead of comparing.
    """
    console.show_rows(_facts())
    try:
        guards = list(protections())
        seen = _computed(load_package(model))
    except (AnalysisError, RuntimeError) as error:
        console.show(f"FAILED: {error}")
        return False
    if record is not None:
        record.write_bytes(msgspec.json.format(json_of(seen), indent=2) + b"\n")
        return True
    golden = msgspec.json.decode(resource("selftest.json").read_bytes(), type=Golden)
    checks = [*guards, *_checks(seen, golden)]
    console.show_table(
        ("stage", "expected", "here", ""),
        [(*words, "ok" if agrees else "FAILED") for *words, agrees in checks],
    )
    passed = all(agrees for *_, agrees in checks)
    console.show(
        "Every stage agrees."
        if passed
        else f"Not every stage agrees. The log is in {log_folder()}."
    )
    return passed


def _corpus_agrees(folder: Path) -> bool:
    try:
        return run_corpus(folder)
    except AnalysisError as error:
        console.show(f"FAILED: {error}")
        return False


def _facts() -> list[tuple[str, str]]:
    system = f"Python {platform.python_version()}, {platform.platform()}"
    memory = psutil.virtual_memory().total >> 20
    return [
        ("dfgui", f"{dfgui.__version__}, {system}"),
        (
            "processor",
            f"{platform.machine()}, {os.cpu_count()} threads, {memory} MB of memory",
        ),
        ("libraries", ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)),
        ("log", str(log_folder())),
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a frozen program may come without it
        return "?"


def _computed(package: ModelPackage) -> Golden:
    """Run every stage in a worker, as in an analysis.

    Raises RuntimeError with a sentence if a stage fails.
    """
    clip = os.fsencode(resource("demo", CLIP))
    requests = (
        Scan(1, clip, ScanSettings()),
        Inspect(2, clip, InspectSettings(frame=FRAME, ela=ElaSettings())),
    )
    answers: dict[int, Scanned | Inspected] = {}
    with Pool(str(package.folder)) as pool:
        for message in pool.run(requests):
            if isinstance(message, Failed):
                raise RuntimeError(message.sentence)
            if isinstance(message, Scanned | Inspected):
                answers[message.id] = message
    scanned, inspected = answers[1].result, answers[2].result
    if (
        not isinstance(scanned, FileResult)
        or not isinstance(inspected, Inspection)
        or inspected.map is None
        or inspected.ela is None
    ):
        raise RuntimeError("the workers gave answers that make no sense")
    answer = scanned.answer
    if isinstance(answer, NotScored):
        raise RuntimeError(str(answer.reason))
    left_out = [box for frame in scanned.frames for box in frame.excluded]
    means = inspected.original.numpy().mean(axis=(0, 1))
    return Golden(
        model=package.sha256,
        clip_sha256=inspected.sha256,
        frame_mean=(
            round(float(means[0]), 2),
            round(float(means[1]), 2),
            round(float(means[2]), 2),
        ),
        frame_type=inspected.type,
        frame_pts_s=inspected.pts_s or 0.0,
        face=inspected.box,
        ela_mean=round(float(inspected.ela.levels.numpy().mean()), 4),
        face_score=inspected.score,
        largest_drop=round(float(np.nanmax(inspected.map.values.numpy())), 4),
        file_score=answer.score,
        frames_with_face=sum(bool(frame.faces) for frame in scanned.frames),
        face_check=load_face_check(resource("models", FACE_CHECK)).sha256,
        patterns=len(left_out),
        pattern_presence=left_out[0].presence if left_out else 0.0,
    )


def _checks(seen: Golden, golden: Golden) -> Iterator[tuple[str, str, str, bool]]:
    """Yield (stage, expected, here, agrees) for each comparison.

    Processors and library versions round differently; the margins allow for that and no more.
    """
    yield (
        "evidence: SHA-256",
        golden.clip_sha256[:16],
        seen.clip_sha256[:16],
        seen.clip_sha256 == golden.clip_sha256,
    )
    yield (
        "decode: type and time",
        *_pair((golden.frame_type, golden.frame_pts_s), (seen.frame_type, seen.frame_pts_s)),
    )
    yield (
        "decode: mean colour",
        str(golden.frame_mean),
        str(seen.frame_mean),
        bool(np.allclose(seen.frame_mean, golden.frame_mean, atol=1)),
    )
    yield (
        "faces: box",
        str(tuple(golden.face)),
        str(tuple(seen.face)),
        seen.face.overlap(golden.face) >= 0.9,
    )
    yield "faces: frames with one", *_pair(golden.frames_with_face, seen.frames_with_face)
    yield "check of faces: package", *_pair(golden.face_check[:16], seen.face_check[:16])
    yield "check of faces: boxes left out", *_pair(golden.patterns, seen.patterns)
    yield (
        "check of faces: presence of the first",
        *_close(golden.pattern_presence, seen.pattern_presence, 0.5),
    )
    yield "error levels: mean", *_close(golden.ela_mean, seen.ela_mean, 0.1)
    yield "network: package", *_pair(golden.model[:16], seen.model[:16])
    yield "network: score of the face", *_close(golden.face_score, seen.face_score, 0.005)
    yield "network: score of the file", *_close(golden.file_score, seen.file_score, 0.005)
    yield "occlusion: largest drop", *_close(golden.largest_drop, seen.largest_drop, 0.03)


def _pair(expected: object, here: object) -> tuple[str, str, bool]:
    return str(expected), str(here), expected == here


def _close(expected: float, here: float, margin: float) -> tuple[str, str, bool]:
    return f"{expected:.4f}", f"{here:.4f}", abs(expected - here) <= margin
