"""The files of one frame: pictures, arrays, the table of regions, and the settings behind them."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np

from dfgui.core.analysis_results import Faithfulness, Inspection, InspectSettings, Model
from dfgui.core.plain import json_of
from dfgui.output.arrays import map_16bit, npy_bytes, png_bytes, reading_16bit
from dfgui.output.places import file_name, write_safely
from dfgui.output.tables import regions_csv


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
        from dfgui.core.display.contents import colours

        grey = result.ela.picture.numpy()
        files |= {
            "ela.png": png_bytes(grey),
            "ela-colour.png": png_bytes(colours()[grey]),
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


def faithfulness_facts(faithful: Faithfulness | None) -> dict[str, object] | None:
    """What is written about a map's faithfulness."""
    return None if faithful is None else {"gain": faithful.gain} | asdict(faithful)


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
