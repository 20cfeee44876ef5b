"""The recipe: its stages, what each batch holds, what it is judged on, whom it records as met."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from training.data.recipe_tables import counts_in, held_rows, judged_on, read_tables, seen_in
from training.data.table import FaceTable, Row
from training.experiments.learn import batches, judge, mended
from training.recipe import HEAD, LARGE, MAIN, Augmentation, FitSettings, Recipe, Share, Stage

NO_STEPS = FitSettings(steps=0)
BATCH = (
    Share("crops", "pairs", 2),
    Share("ffpp", "pairs", 1),
    Share("ffpp", "swaps", 1),
    Share("stills", "unrelated", 1),
    Share("speaking", "blends", 1),
)


def _table(rows: list[Row], colours: dict[bool, tuple[int, int, int]] | None = None) -> FaceTable:
    """Flat pictures, real ones of one colour and fakes of another."""
    shown = colours or {False: (180, 90, 90), True: (90, 180, 90)}

    def encoded(row: Row) -> bytes:
        flat = np.full((60, 60, 3), shown[row.is_fake], np.uint8)
        return cv2.imencode(".png", flat[:, :, ::-1])[1].tobytes()

    return FaceTable(rows, encoded)


def _rows(
    source: str,
    split: str,
    originals: str,
    *,
    labels: tuple[str, ...] = ("REAL", "FAKE"),
    scale: float = 1.0,
) -> list[Row]:
    return [
        Row(f"{name}{label}", "z", label, name, split, source, scale=scale)
        for name in originals
        for label in labels
    ]


@pytest.fixture
def tables() -> dict[str, FaceTable]:
    ffpp = [
        Row(
            f"x/c23/videos/{file}.mp4#00001{end}", "z", label, file[:3], "train", "ffpp", scale=1.25
        )
        for file, end, label in (
            ("033_097", "", "FAKE"),
            ("033_097", ":real", "REAL"),
            ("192_134", "", "FAKE"),
            ("192_134", ":real", "REAL"),
        )
    ]
    return {
        "crops": _table(_rows("dfdc", "train", "ab") + _rows("dfdc", "validation", "c")),
        "ffpp": _table(ffpp, {False: (90, 90, 180), True: (90, 180, 90)}),
        "speaking": _table(
            _rows("real_clips", "train", "pq", labels=("REAL",))
            + _rows("real_clips", "validation", "r", labels=("REAL",))
        ),
        "stills": _table(_rows("stills", "train", "st") + _rows("stills", "validation", "u")),
    }


def _recipe(**more: object) -> Recipe:
    stage = Stage(BATCH, input_size=96, early_size=80)
    return replace(
        Recipe(head=replace(stage, fit=NO_STEPS), main=stage, large=replace(stage, fit=NO_STEPS)),
        **more,
    )  # type: ignore[arg-type]


def test_a_stage_without_steps_is_left_out() -> None:
    recipe = mended()
    assert list(recipe.stages) == [HEAD, MAIN, LARGE]
    assert recipe.last == recipe.large
    short = replace(recipe, large=replace(recipe.large, fit=NO_STEPS))
    assert (list(short.stages), short.last) == ([HEAD, MAIN], recipe.main)


def test_a_data_set_that_is_left_out_is_not_trained_on() -> None:
    recipe = mended(without=("ffpp",))
    assert recipe.sets == ["crops", "side_by_side", "speaking", "stills"]
    assert all(share.data != "ffpp" for share in recipe.used(recipe.main))
    assert sum(share.data == "ffpp" for share in mended().used(recipe.main)) == 2


def test_a_run_records_whom_it_met_and_how_many_faces(tables: dict[str, FaceTable]) -> None:
    everybody = [
        "dfdc:train",
        "ffpp:033",
        "ffpp:097",
        "ffpp:134",
        "ffpp:192",
        "real_clips:p",
        "real_clips:q",
        "stills:train",
    ]
    assert seen_in(tables, _recipe()) == everybody  # whoever lends a face is met too
    assert counts_in(tables, _recipe()) == {"REAL": 2 + 2 + 2 + 2, "FAKE": 2 + 2 + 2}
    assert seen_in(tables, _recipe(without=("ffpp",))) == [
        name for name in everybody if not name.startswith("ffpp")
    ]
    assert counts_in(tables, _recipe(without=("ffpp",))) == {"REAL": 6, "FAKE": 4}


def test_it_is_judged_on_what_it_has_not_met(tables: dict[str, FaceTable]) -> None:
    held = held_rows(tables, _recipe())
    assert {name: sorted({row.original for row in table.rows}) for name, table in held.items()} == {
        "crops": ["c"],
        "stills": ["u"],
    }
    left_out = held_rows(tables, _recipe(without=("ffpp",)))
    assert {name: len(table) for name, table in left_out.items()} == {
        "crops": 2,
        "ffpp": 4,
        "stills": 2,
    }


def test_a_judge_gives_a_figure_of_each_set(tables: dict[str, FaceTable]) -> None:
    recipe = _recipe(without=("ffpp",))
    # fakes are green
    found = judge(tables, recipe, recipe.main)(
        lambda pictures: pictures[:, 0, 0, 1].astype(np.float32) - 135
    )
    assert {name: value for name, value in found.items() if name.endswith("_auc")} == {
        "crops_auc": 1.0,
        "ffpp_auc": 1.0,
        "stills_auc": 1.0,
    }
    assert found["ffpp_log_loss"] < 1e-3


def test_a_batch_holds_as_many_pairs_of_each_kind_as_the_recipe_says(
    tables: dict[str, FaceTable],
) -> None:
    """Real crops are red, real clips blue, fakes green.

    A blend or a swap keeps the colour of its face.
    """
    plain = Augmentation(erase_chance=0.0, grey_chance=0.0)  # either may take its colour
    recipe = _recipe()
    drawn = batches(tables, recipe, replace(recipe.main, augmentation=plain))
    pictures, labels = drawn(0)
    # The batches that measure normalisation statistics at the end are as large as all others.
    assert pictures.shape == drawn(recipe.main.fit.steps)[0].shape == (12, 80, 80, 3)
    assert labels[:, 0].tolist() == [0, 1] * 6
    colours = ["rgb"[channel] for channel in pictures.mean(axis=(1, 2)).argmax(axis=1)]
    kinds = Counter(real + fake for real, fake in zip(colours[::2], colours[1::2], strict=True))
    assert kinds == {"rg": 2 + 1, "bg": 1, "bb": 1, "rr": 1}
    late = batches(tables, recipe, replace(recipe.main, early_share=0.5))
    assert [late(step)[0].shape[1] for step in (0, 1199, 1200)] == [80, 80, 96]


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError,
        match=f"^{tmp_path.name} has no folder crops; make it with `python -m training prepare`",
    ):
        read_tables(tmp_path, mended())


def test_whom_it_is_judged_on_has_the_names_of_whom_it_met(tables: dict[str, FaceTable]) -> None:
    assert judged_on(tables, _recipe()) == ["dfdc:validation", "stills:validation"]
    left_out = [
        "dfdc:validation",
        "ffpp:033",
        "ffpp:097",
        "ffpp:134",
        "ffpp:192",
        "stills:validation",
    ]
    assert judged_on(tables, _recipe(without=("ffpp",))) == left_out


def test_a_run_without_anything_to_judge_on_is_refused(tables: dict[str, FaceTable]) -> None:
    """People speaking are all real: they cannot tell whether fakes are found."""
    with pytest.raises(AnalysisError, match=r"^There is nothing to judge the network on: "):
        judged_on({"speaking": tables["speaking"], "ffpp": tables["ffpp"]}, _recipe())


def test_a_stage_without_a_data_set_is_refused(tmp_path: Path) -> None:
    everything = ("crops", "ffpp", "side_by_side", "speaking", "stills")
    with pytest.raises(
        AnalysisError,
        match=r"^No data set is left to train on in the stage head; leave fewer of them out",
    ):
        read_tables(tmp_path, mended(without=everything))
