"""The prepared faces of a recipe: what it trains on, what it is judged on, and whom they show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from dfgui.core.errors import AnalysisError
from training.data.lookup import people_in
from training.data.prepared.reading import Prepared
from training.data.table import FaceTable, Row
from training.recipe import Recipe

COUNTS = "counts"  # part of a run: how many faces of each label it is trained on


def read_tables(data: Path, recipe: Recipe) -> Mapping[str, FaceTable]:
    """The faces of every data set that is trained or judged on, without `test` rows.

    Raises:
        AnalysisError: one is missing, or cannot be read; or a stage has no data set left.
    """
    for name, stage in recipe.stages.items():
        if not recipe.used(stage):
            raise AnalysisError(
                f"No data set is left to train on in the stage {name}; leave fewer of them out."
            )
    tables: dict[str, FaceTable] = {}
    for name in sorted({*recipe.sets, *recipe.without}):
        if not (data / name).is_dir():
            raise AnalysisError(
                f"{data.name} has no folder {name}; make it with `python -m training prepare`, or"
                " leave the set out."
            )
        tables[name] = Prepared(data / name).table("faces").where(lambda row: row.split != "test")
    return tables


def seen_in(tables: Mapping[str, FaceTable], recipe: Recipe) -> list[str]:
    """The people that the network sees in training: source and person.

    Names are such as `ffpp:033`, or `dfdc:train` if the source does not name people.
    """
    return _met(row for name in recipe.sets for row in tables[name].rows if row.split == "train")


def judged_on(tables: Mapping[str, FaceTable], recipe: Recipe) -> list[str]:
    """The people that the network is judged on, in the names of `seen_in`.

    Raises:
        AnalysisError: there is nothing to judge on.
    """
    held = held_rows(tables, recipe)
    if not held:
        raise AnalysisError(
            "There is nothing to judge the network on: no data set has real and fake faces of the"
            " split `validation`, and none with both is left out. Prepare some, or leave a set out"
            " with --set without."
        )
    return _met(row for table in held.values() for row in table.rows)


def _met(rows: Iterable[Row]) -> list[str]:
    return sorted({name for row in rows for name in people_in(row)})


def counts_in(tables: Mapping[str, FaceTable], recipe: Recipe) -> dict[str, int]:
    """How many faces of each label the network is trained on."""
    labels = [
        row.label for name in recipe.sets for row in tables[name].rows if row.split == "train"
    ]
    return {label: labels.count(label) for label in ("REAL", "FAKE")}


def held_rows(tables: Mapping[str, FaceTable], recipe: Recipe) -> dict[str, FaceTable]:
    """What the network has not seen and may be judged on.

    These are `validation` rows, and all of a set that was left out; both classes are needed.
    """
    found = {
        name: (
            table if name in recipe.without else table.where(lambda row: row.split == "validation")
        )
        for name, table in tables.items()
    }
    return {
        name: table
        for name, table in found.items()
        if {row.is_fake for row in table.rows} == {False, True}
    }
