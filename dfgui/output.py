"""What the program writes: JSON, CSV, PNG, NPY. Beside, then replaced, so that no half a file is ever left."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dfgui.core.card import Card
from dfgui.core.errors import AnalysisError
from dfgui.core.render import heat_map
from dfgui.core.results import Inspection, InspectSettings, Report

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


def write_safely(path: Path, data: bytes) -> None:
    """Write beside and replace.

    Raises:
        AnalysisError: the place cannot be written to.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise AnalysisError(f"{path} cannot be written ({error.strerror}); choose another place.") from error


def write_inspection(result: Inspection, settings: InspectSettings, card: Card, out: Path) -> list[Path]:
    """Write the pictures, arrays and settings of one frame; names carry the frame's number and the start of its hash.

    Returns:
        The files, in the order written.
    """
    stem = f"{Path(result.path).stem[:100]}-frame{result.index:06d}-{result.frame_sha256[:8]}"
    files: dict[str, bytes] = {"original.png": _png(result.original.numpy())} if result.ela else {}
    files["face.png"] = _png(result.crop.numpy())
    if result.ela:
        files |= {"ela.png": _png(result.ela.picture.numpy()), "ela.npy": _npy(result.ela.levels.numpy())}
    if result.map and settings.occlusion:
        values = result.map.values.numpy().astype(np.float32)
        crop = result.crop.numpy().astype(np.uint8)
        files["heat-map.png"] = _png(heat_map(crop, values, printed=settings.occlusion.mode == "printed"))
        files["heat-map.npy"] = _npy(values)
    files["settings.json"] = msgspec.json.format(msgspec.json.encode(_facts(result, settings, card)), indent=2) + b"\n"
    for name, data in files.items():
        write_safely(out / f"{stem}-{name}", data)
    return [out / f"{stem}-{name}" for name in files]


def _facts(result: Inspection, settings: InspectSettings, card: Card) -> dict[str, object]:
    """All but the arrays."""
    facts: dict[str, object] = {"schema": "dfgui.inspection/1", "settings": settings, "model": {"name": card.name, "files": card.files}}
    for name in ("path", "sha256", "index", "pts_s", "type", "frame_sha256", "track", "box", "cut", "score", "warnings"):
        facts[name] = getattr(result, name)
    if result.map:
        facts["map"] = {name: getattr(result.map, name) for name in ("base", "patches", "precision", "region_drop", "faithfulness")}
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
