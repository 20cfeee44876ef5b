"""What the program writes: JSON, CSV, PNG, NPY. Beside, then replaced, so that no half a file is ever left."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dfgui.core.errors import AnalysisError
from dfgui.core.render import heat_map
from dfgui.core.results import Inspection, InspectSettings, Model, Report

STEM_BYTES = 100  # of the evidence's name: file systems allow names of 255 bytes
CSV_COLUMNS = (
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
)


def json_bytes(report: Report) -> bytes:
    """The report as indented JSON, UTF-8, keys in the order of the contract."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def csv_text(report: Report) -> str:
    """One line a file, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for result in report.results:
        counted = {
            "tracks": len(result.tracks),
            "frames": len(result.frames),
            "frames_with_face": sum(bool(frame.faces) for frame in result.frames),
            "warnings": " ".join(result.warnings),
        }
        writer.writerow([counted[name] if name in counted else getattr(result, name) for name in CSV_COLUMNS])
    return text.getvalue()


def check_place(path: Path) -> None:
    """Find out before a long analysis whether `path` can be written; a folder that is not there yet is not made.

    Raises:
        AnalysisError: the place cannot be written to.
    """
    try:
        if path.is_dir():
            raise AnalysisError(f"{path} is a folder; give the name of a file.")
        if not _is_special(path):
            there = next(folder for folder in path.absolute().parents if folder.exists())
            with tempfile.TemporaryFile(dir=there):
                pass
    except OSError as error:
        raise _unwritable(path, error) from error


def write_safely(path: Path, data: bytes) -> None:
    """Write beside and replace.

    Raises:
        AnalysisError: the place cannot be written to.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        if _is_special(path):
            path.write_bytes(data)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _is_special(path: Path) -> bool:
    """Whether a device or a pipe is there, which must be written to and not replaced."""
    return path.exists() and not path.is_file()


def _unwritable(path: Path, error: OSError) -> AnalysisError:
    return AnalysisError(f"{path} cannot be written ({error.strerror}); choose another place.")


class InspectionTool(msgspec.Struct, frozen=True):
    """With what a frame was taken apart."""

    version: str
    engine: str
    model: Model


def write_inspection(result: Inspection, settings: InspectSettings, tool: InspectionTool, out: Path) -> list[Path]:
    """Write the pictures, arrays and settings of one frame.

    Names carry the frame's number, the start of its hash, and six digits that stand for settings and network: another analysis of
    the same frame does not overwrite this one.

    Returns:
        The files, in the order written.
    """
    made_with = hashlib.sha256(msgspec.json.encode((settings, tool))).hexdigest()[:6]
    stem = f"{_file_name(Path(result.path).stem)}-frame{result.index:06d}-{result.frame_sha256[:8]}-{made_with}"
    files: dict[str, bytes] = {"original.png": _png(result.original.numpy())} if result.ela else {}
    files["face.png"] = _png(result.crop.numpy())
    if result.ela:
        files |= {"ela.png": _png(result.ela.picture.numpy()), "ela.npy": _npy(result.ela.levels.numpy())}
    if result.map and settings.occlusion:
        values = result.map.values.numpy().astype(np.float32)
        crop = result.crop.numpy().astype(np.uint8)
        files["heat-map.png"] = _png(heat_map(crop, values, printed=settings.occlusion.mode == "printed"))
        files["heat-map.npy"] = _npy(values)
    files["settings.json"] = msgspec.json.format(msgspec.json.encode(_facts(result, settings, tool)), indent=2) + b"\n"
    for kind, data in files.items():
        write_safely(out / f"{stem}-{kind}", data)
    return [out / f"{stem}-{kind}" for kind in files]


def _file_name(name: str) -> str:
    """The name as far as every file system and terminal bears it."""
    plain = "".join(character if character.isprintable() and character not in '<>:"/\\|?*' else "_" for character in name)
    return plain.encode()[:STEM_BYTES].decode(errors="ignore")


def _facts(result: Inspection, settings: InspectSettings, tool: InspectionTool) -> dict[str, object]:
    """All but the arrays."""
    facts: dict[str, object] = {"schema": "dfgui.inspection/1", "tool": tool, "settings": settings}
    for name in ("path", "sha256", "index", "pts_s", "type", "frame_sha256", "track", "box", "cut", "score", "warnings"):
        facts[name] = getattr(result, name)
    if result.map:
        faithful = result.map.faithfulness
        facts["map"] = {name: getattr(result.map, name) for name in ("base", "patches", "precision", "region_drop")} | {
            "faithfulness": None if faithful is None else {"gain": faithful.gain} | asdict(faithful)
        }
    if result.ela:
        facts["ela_informativeness"] = result.ela.informativeness
    return facts


def _png(picture: NDArray[np.uint8] | NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.asarray(picture, dtype=np.uint8)).save(file, "PNG")
    return file.getvalue()


def _npy(values: NDArray[np.uint8] | NDArray[np.float32]) -> bytes:
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()
