"""Write the files that the program saves: JSON, CSV, PNG, NPY.

Each goes to a temporary file first, which then replaces it, so a crash never leaves a partial file.
What draws pictures is imported only where a picture is drawn, so that a scan starts its worker
sooner.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis_results import (
    Faithfulness,
    Inspection,
    InspectSettings,
    Mode,
    Model,
    RegionDrop,
    Report,
)
from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file
from dfgui.core.plain import json_of

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
    "excluded_tracks",
)
REGION_COLUMNS = ("region", "drop", "face_share", "pixels")
PNG_LEVEL = 2  # three times as fast as the usual 6, files a sixth larger
GREY_16: dict[Mode, tuple[int, int]] = {"drop": (32768, 32767), "printed": (0, 257)}
"""For each mode of a map the 16-bit grey of the value 0, and the greys for each unit."""


def json_bytes(report: Report) -> bytes:
    """The report as indented JSON, UTF-8, keys in the order of the contract."""
    return msgspec.json.format(json_of(report), indent=2) + b"\n"


def csv_text(report: Report) -> str:
    """One line per file, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for result in report.results:
        counted = {
            "tracks": len(result.tracks),
            "frames": len(result.frames),
            "frames_with_face": sum(bool(frame.faces) for frame in result.frames),
            "warnings": " ".join(result.warnings),
            "excluded_tracks": len(result.excluded_tracks),
        }
        writer.writerow(
            [counted[name] if name in counted else getattr(result, name) for name in CSV_COLUMNS]
        )
    return text.getvalue()


def check_place(path: Path) -> None:
    """Check before a long analysis that `path` can be written.

    A folder that does not exist yet is not made.

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
    """Write to a temporary file, then replace the old one.

    Raises:
        AnalysisError: the place cannot be written to.
    """
    try:
        if _is_special(path):
            path.write_bytes(data)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    except OSError as error:
        raise _unwritable(path, error) from error


def _is_special(path: Path) -> bool:
    """Whether the path is a device or a pipe, which must be written to and not replaced."""
    return path.exists() and not path.is_file()


def _unwritable(path: Path, error: OSError) -> AnalysisError:
    return AnalysisError(f"{path} cannot be written ({error.strerror}); choose another place.")


class InspectionTool(msgspec.Struct, frozen=True):
    """The tool that took a frame apart."""

    version: str
    engine: str
    model: Model


def write_inspection(
    result: Inspection, settings: InspectSettings, tool: InspectionTool, out: Path
) -> list[Path]:
    """Write the pictures, arrays and settings of one frame.

    Names carry the frame's number, the start of its hash, and six digits that stand for settings
    and network: another analysis of the same frame does not overwrite this one.

    Returns:
        The files, in the order written.
    """
    made_with = hashlib.sha256(json_of((settings, tool))).hexdigest()[:6]
    stem = (
        f"{file_name(Path(result.path).stem)}-frame{result.index:06d}"
        f"-{result.frame_sha256[:8]}-{made_with}"
    )
    files: dict[str, bytes] = (
        {"original.png": png_bytes(result.original.numpy())} if result.ela else {}
    )
    files["face.png"] = png_bytes(result.crop.numpy())
    if result.ela:
        files |= {
            "ela.png": png_bytes(result.ela.picture.numpy()),
            "ela.npy": npy_bytes(result.ela.levels.numpy()),
        }
    if result.map and settings.occlusion:
        values = result.map.values.numpy().astype(np.float32)
        crop = result.crop.numpy().astype(np.uint8)
        from dfgui.core.display.rendering import heat_map

        files["heat-map.png"] = png_bytes(
            heat_map(crop, values, printed=settings.occlusion.mode == "printed")
        )
        files["heat-map-16.png"] = png_bytes(map_16bit(values, settings.occlusion.mode))
        files["heat-map.npy"] = npy_bytes(values)
    if result.map and result.map.regions:
        files["regions.csv"] = regions_csv(result.map.regions).encode()
        facts = _facts(result, settings, tool) | {
            "schema": "dfgui.regions/1",
            "regions": result.map.regions,
        }
        files["regions.json"] = msgspec.json.format(json_of(facts), indent=2) + b"\n"
    files["settings.json"] = (
        msgspec.json.format(json_of(_facts(result, settings, tool)), indent=2) + b"\n"
    )
    for kind, data in files.items():
        write_safely(out / f"{stem}-{kind}", data)
    return [out / f"{stem}-{kind}" for kind in files]


def regions_csv(regions: Sequence[RegionDrop]) -> str:
    """One line per region, with a header; the surroundings have no share of the face."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REGION_COLUMNS)
    writer.writerows([getattr(one, name) for name in REGION_COLUMNS] for one in regions)
    return text.getvalue()


def map_16bit(values: NDArray[np.float32], mode: Mode) -> NDArray[np.uint16]:
    """An occlusion map as grey values, with one scale for all maps of a mode.

    Args:
        values: drops in score, -1 to 1, or in mode "printed" 255 x score, 0-255; NaN where nothing
            is known.
        mode: of the map.

    Returns:
        The same shape, uint16: 0 where nothing is known, else 1-65535. A drop of 0 is 32768, of -1
        is 1, of 1 is 65535; a printed 255 is 65535.
    """
    zero, unit = GREY_16[mode]
    grey = np.clip(np.rint(zero + unit * values.astype(np.float64)), 1, 65535)
    return np.where(np.isnan(values), 0, grey).astype(np.uint16)


def reading_16bit(mode: Mode) -> dict[str, object]:
    """How to read `map_16bit`, for the settings next to it."""
    zero, unit = GREY_16[mode]
    return {"value": f"(grey - {zero}) / {unit}", "not_known": 0}


def faithfulness_facts(faithful: Faithfulness | None) -> dict[str, object] | None:
    """What is written about a map's faithfulness."""
    return None if faithful is None else {"gain": faithful.gain} | asdict(faithful)


def file_name(name: str) -> str:
    """The name, reduced to what every file system and terminal accepts."""
    plain = "".join(
        character if character.isprintable() and character not in '<>:"/\\|?*' else "_"
        for character in name
    )
    return plain.encode()[:STEM_BYTES].decode(errors="ignore")


def _facts(
    result: Inspection, settings: InspectSettings, tool: InspectionTool
) -> dict[str, object]:
    """Everything but the arrays."""
    facts: dict[str, object] = {"schema": "dfgui.inspection/1", "tool": tool, "settings": settings}
    for name in (
        "path",
        "sha256",
        "index",
        "pts_s",
        "type",
        "frame_sha256",
        "track",
        "box",
        "cut",
        "score",
        "warnings",
    ):
        facts[name] = getattr(result, name)
    if result.map:
        facts["map"] = {
            name: getattr(result.map, name)
            for name in ("base", "patches", "precision", "region_drop")
        } | {"faithfulness": faithfulness_facts(result.map.faithfulness)}
        if settings.occlusion:
            facts["heat_map_16"] = reading_16bit(settings.occlusion.mode)
    if result.ela:
        facts["ela_informativeness"] = result.ela.informativeness
    return facts


def png_bytes(picture: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]) -> bytes:
    """A PNG file of (H, W) or (H, W, 3), 0-255, or of (H, W) uint16 with 16 bits."""
    from PIL import Image

    file = io.BytesIO()
    pixels = picture if picture.dtype == np.uint16 else np.asarray(picture, dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG", compress_level=PNG_LEVEL)
    return file.getvalue()


def npy_bytes(values: NDArray[np.uint8] | NDArray[np.float32]) -> bytes:
    """An NPY file of the array."""
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()
