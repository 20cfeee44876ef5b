"""Results as text: JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import msgspec

from dfgui.core.analysis_results import CSV_COLUMNS, RegionDrop, Report
from dfgui.core.plain import json_of

REGION_COLUMNS = ("region", "drop", "face_share", "pixels")


def json_bytes(report: Report) -> bytes:
    """The report as indented JSON, UTF-8, keys in the order of the contract."""
    return msgspec.json.format(json_of(report), indent=2) + b"\n"


def csv_text(report: Report) -> str:
    """One line per file, with a header; a file that was left out has its path and the reason."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for result in report.results:
        writer.writerow([value(result) for value in CSV_COLUMNS.values()])
    for one in report.left_out:
        known = {"path": one.path, "status": "left_out", "reason": one.reason}
        writer.writerow([known.get(column) for column in CSV_COLUMNS])
    return text.getvalue()


def regions_csv(regions: Sequence[RegionDrop]) -> str:
    """One line per region, with a header; the surroundings have no share of the face."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REGION_COLUMNS)
    writer.writerows([getattr(one, name) for name in REGION_COLUMNS] for one in regions)
    return text.getvalue()
