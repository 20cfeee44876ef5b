"""What is exported from the window: pictures, values and tables, each with a JSON.

The JSON says how the export came about. The functions are pure: values in, files out. Encoding the
picture of a large frame takes up to a second, so call these functions outside the window's thread;
they touch nothing of it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis_results import (
    FrameResult,
    Report,
    ScanSettings,
    TrackResult,
)
from dfgui.core.display.rendering import heat_map
from dfgui.core.media.facts import ViewSettings
from dfgui.core.plain import plain_value
from dfgui.core.values import printable
from dfgui.output.arrays import map_16bit, npy_bytes, png_bytes, reading_16bit
from dfgui.output.inspection import faithfulness_facts
from dfgui.output.places import file_name, write_safely
from dfgui.output.tables import csv_text, json_bytes, regions_csv
from dfgui.services.app_settings import AppSettings
from dfgui.services.faces.heat_maps import HeatMap

SCHEMA = "dfgui.export/1"
NO_HASH = "nohash"
NOT_WRITTEN = (
    *("recent", "layout", "hidden", "training_data", "language"),
    *("evidence_folder", "export_folder"),
)
"""Settings that say something about the person and nothing about the export."""
CURVE_COLUMNS = (
    "frame",
    "pts_s",
    "type",
    "track",
    "x",
    "y",
    "w",
    "h",
    "score",
    "region_drop",
    "excluded",
)


@dataclass(frozen=True)
class Context:
    """What an export was made of, and with what.

    Attributes:
        path: of the evidence.
        sha256: of the evidence; None while it is not known.
        index: number of the frame, from 0.
        frame_sha256: of the frame's pixels; None while it is not known.
        pts_s: time of the frame in seconds; None if the file gives none.
        version: of the program.
        engine: name and version of what runs the network.
        model: name of the network.
        model_sha256: of the network.
        model_version: of the network, as its card says.
        settings: those that what is exported was made with; those in force for all else.
        scan: settings of the scan that tracks and scores come from; None before there was one.
        extra: more to write, in values that JSON knows.
    """

    path: str
    sha256: str | None
    index: int
    frame_sha256: str | None
    pts_s: float | None
    version: str
    engine: str
    model: str
    model_sha256: str
    model_version: str
    settings: AppSettings
    scan: ScanSettings | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


def export_view(
    picture: NDArray[np.uint8],
    values: NDArray[np.float16] | NDArray[np.float32] | None,
    view_settings: ViewSettings,
    context: Context,
    folder: Path,
) -> list[Path]:
    """Write the picture of a view in full size, and the values behind its colours.

    Args:
        picture: (H, W, 4) uint8 blue, green, red and a byte that is not written.
        values: (H, W) grey levels; None for a picture that shows itself. Written as float32.
        view_settings: what the picture shows.
        context: goes into names and JSON.
        folder: for the files; made if it does not exist.

    Returns:
        The files: PNG, NPY if there are values, JSON.

    Raises:
        AnalysisError: a file cannot be written.
    """
    kind = view_settings.content.replace("_", "-")
    files = {f"{kind}.png": png_bytes(picture[..., 2::-1])}
    facts: dict[str, object] = {"view": _flat(view_settings)}
    if values is not None:
        files[f"{kind}.npy"] = npy_bytes(values.astype(np.float32))
        facts["values"] = f"grey levels, kept as {values.dtype}"
    return _write_set(files, kind, facts, context, folder, of_frame=True)


def export_screen(png: bytes, what: str, context: Context, folder: Path) -> list[Path]:
    """Write a view as the screen shows it.

    Args:
        png: the picture as a PNG file.
        what: what the view shows, a word for the name.
        context: goes into names and JSON.
        folder: for the files.

    Returns:
        The files: PNG, JSON.

    Raises:
        AnalysisError: a file cannot be written.
    """
    kind = f"{file_name(what).replace('_', '-')}-screen"
    return _write_set({f"{kind}.png": png}, kind, {}, context, folder, of_frame=True)


def export_map(
    heat: HeatMap, crop: NDArray[np.uint8], context: Context, folder: Path
) -> list[Path]:
    """Write a heat map, even an incomplete one.

    Its JSON says how far it got and how to read the 16-bit picture.

    Args:
        heat: the map.
        crop: (S, S, 3) uint8, the face that it was made of.
        context: goes into names and JSON.
        folder: for the files.

    Returns:
        The files: PNG over the face with a scale, PNG with 16 bits, NPY, CSV of the regions if it
        was made by them, JSON.

    Raises:
        AnalysisError: a file cannot be written.
    """
    mode = heat.settings.mode
    values = heat.map.values.numpy().astype(np.float32)
    shown = heat_map(crop, values, printed=mode == "printed", opacity=context.settings.opacity)
    files = {
        "heat-map.png": png_bytes(shown),
        "heat-map-16.png": png_bytes(map_16bit(values, mode)),
        "heat-map.npy": npy_bytes(values),
    }
    if heat.map.regions:
        files["regions.csv"] = regions_csv(heat.map.regions).encode()
    made = {
        name: getattr(heat.map, name)
        for name in ("base", "evaluated", "total", "error", "precision", "complete", "regions")
    }
    made |= {
        "settings": heat.settings,
        "square": heat.square,
        "faithfulness": faithfulness_facts(heat.map.faithfulness),
    }
    return _write_set(
        files,
        "heat-map",
        {"map": made, "heat_map_16": reading_16bit(mode)},
        context,
        folder,
        of_frame=True,
    )


def export_timeline(
    png: bytes,
    svg: bytes,
    frames: Sequence[FrameResult],
    region_curve: Sequence[tuple[int, float]],
    tracks: Sequence[TrackResult],
    context: Context,
    folder: Path,
    *,
    region_track: int | None,
) -> list[Path]:
    """Write the timeline.

    Args:
        png: its picture as a PNG file.
        svg: its picture as an SVG file.
        frames: that were looked at.
        region_curve: (frame, how far hiding the region lowers the score there).
        tracks: with their scores.
        context: goes into names and JSON.
        folder: for the files.
        region_track: the track that `region_curve` belongs to; None if there is no curve.

    Returns:
        The files: PNG, SVG, CSV, JSON.

    Raises:
        AnalysisError: a file cannot be written.
    """
    table = timeline_csv(frames, region_curve, region_track).encode()
    files = {"timeline.png": png, "timeline.svg": svg, "timeline.csv": table}
    facts = {"tracks": tracks, "region_track": region_track}
    return _write_set(files, "timeline", facts, context, folder, of_frame=False)


def timeline_csv(
    frames: Sequence[FrameResult],
    region_curve: Sequence[tuple[int, float]],
    region_track: int | None,
) -> str:
    """One line per frame and box; a frame without a box has a line without one.

    What is not known is left empty. A box that holds no face has no score and says so in the last
    column.
    """
    drops = dict(region_curve)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CURVE_COLUMNS)
    for frame in frames:
        place = (frame.index, frame.pts_s, frame.type)
        for face in frame.faces:
            drop = drops.get(frame.index) if face.track == region_track else None
            writer.writerow((*place, face.track, *face.box, face.score, drop, None))
        for box in frame.excluded:
            writer.writerow((*place, box.track, *box.box, None, None, "no face"))
        if not frame.faces and not frame.excluded:
            writer.writerow((*place, *[None] * (len(CURVE_COLUMNS) - len(place))))
    return text.getvalue()


def export_scan(report: Report, context: Context, folder: Path) -> list[Path]:
    """Write the results of a scan as `scan --json` and `scan --csv` do.

    The JSON holds the settings of the scan.

    Args:
        report: the results.
        context: goes into the names.
        folder: for the files.

    Returns:
        The files: JSON, CSV.

    Raises:
        AnalysisError: a file cannot be written.
    """
    return _write(
        {"scan.json": json_bytes(report), "scan.csv": csv_text(report).encode()},
        _stem(context, of_frame=False),
        folder,
    )


def _write_set(
    files: Mapping[str, bytes],
    kind: str,
    facts: Mapping[str, object],
    context: Context,
    folder: Path,
    *,
    of_frame: bool,
) -> list[Path]:
    """Write files with the JSON that belongs to them."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    said = {
        "schema": SCHEMA,
        "kind": kind,
        **_facts(context, of_frame),
        **facts,
        "sha256_of_files": hashes,
        "extra": context.extra,
    }
    # Names of files may hold what is not Unicode, which msgspec's own encoder refuses.
    text = json.dumps(
        msgspec.to_builtins(said, enc_hook=plain_value),
        indent=2,
        ensure_ascii=False,
        allow_nan=False,
    )
    return _write(
        {**files, f"{kind}.json": printable(text).encode() + b"\n"},
        _stem(context, of_frame=of_frame),
        folder,
    )


def _facts(context: Context, of_frame: bool) -> dict[str, object]:
    settings = {
        name: value for name, value in _flat(context.settings).items() if name not in NOT_WRITTEN
    }
    facts: dict[str, object] = {
        "tool": {
            "version": context.version,
            "engine": context.engine,
            "model": {
                "name": context.model,
                "sha256": context.model_sha256,
                "version": context.model_version,
            },
        },
        "settings": settings,
        "scan": context.scan,
        "path": context.path,
        "sha256": context.sha256,
    }
    return facts | (
        {name: getattr(context, name) for name in ("index", "pts_s", "frame_sha256")}
        if of_frame
        else {}
    )


def _flat(settings: msgspec.Struct) -> dict[str, object]:
    """Settings by name, those of a group as `group_name`: `dfgui.export/1` knows no groups."""
    flat: dict[str, object] = {}
    for name, value in msgspec.structs.asdict(settings).items():
        if isinstance(value, msgspec.Struct):
            flat |= {f"{name}_{key}": one for key, one in _flat(value).items()}
        else:
            flat[name] = value
    return flat


def _stem(context: Context, *, of_frame: bool) -> str:
    """How the names of an export begin: the evidence, and the hash of what was exported."""
    number, sha256 = (
        (f"-frame{context.index:06d}", context.frame_sha256) if of_frame else ("", context.sha256)
    )
    return f"{file_name(Path(context.path).stem)}{number}-{(sha256 or NO_HASH)[:8]}"


def _write(files: Mapping[str, bytes], stem: str, folder: Path) -> list[Path]:
    """Write all files under names that hold no other content.

    Nothing that exists is ever overwritten, not even evidence.
    """
    for number in count(1):
        paths = _named(files, stem, number, folder)
        if all(map(_is_free, paths, files.values())):
            break
    # Settings first: no picture is left without them.
    for path, data in reversed(list(zip(paths, files.values(), strict=True))):
        if not path.exists():
            write_safely(path, data)
    return paths


def _named(files: Mapping[str, bytes], stem: str, number: int, folder: Path) -> list[Path]:
    ending = "" if number == 1 else f"-{number}"
    return [folder / f"{stem}-{Path(name).stem}{ending}{Path(name).suffix}" for name in files]


def _is_free(path: Path, data: bytes) -> bool:
    """Whether nothing is there, or the same data."""
    try:
        return not os.path.lexists(path) or (
            path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
        )
    except OSError:  # what cannot be read counts as something else
        return False
