"""The plan of the recipe: which fits there are, and whom each has not met."""

from dataclasses import replace
from pathlib import Path

import pytest

from dfgui.core.errors import AnalysisError
from tests.training.faces import fake_path, real_path
from training.data.table import FaceTable, Row
from training.experiments.learn import Config, Stage, fits, held_rows
from training.settings import FitSettings

NO_STEPS = FitSettings(steps=0)
ALONE = replace(Config(), folds=2)
CONFIG = replace(ALONE, second=replace(ALONE.second, ffpp_pairs=4))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three pairs of people who lend each other faces, and two test people; only the names of the files count."""
    for one, other in (("001", "002"), ("003", "004"), ("005", "006"), ("469", "481")):
        for person, donor in ((one, other), (other, one)):
            for path in (real_path(tmp_path / "ffpp", person), fake_path(tmp_path / "ffpp", person, donor)):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
    return tmp_path


def test_every_person_is_held_out_once_and_beside_the_partner(data: Path) -> None:
    plan = fits(data, CONFIG)
    assert [(one.name, one.arm, one.fold) for one in plan] == [
        ("first", "first", 0), ("fold-1", "second", 1), ("fold-2", "second", 2), ("all", "second", 0),
    ]  # fmt: skip
    assert not plan[0].held_out
    assert not plan[-1].held_out
    sides = [one.held_out for one in plan[1:3]]
    assert sorted(person for side in sides for person in side) == ["001", "002", "003", "004", "005", "006"]
    for one, other in (("001", "002"), ("003", "004"), ("005", "006")):
        assert all((one in side) == (other in side) for side in sides)


def test_a_stage_without_steps_is_left_out(data: Path) -> None:
    first, second = (replace(stage, fit=NO_STEPS) for stage in (CONFIG.first, CONFIG.second))
    assert [one.name for one in fits(data, replace(CONFIG, second=second))] == ["first"]
    assert [one.name for one in fits(data, replace(CONFIG, first=first))] == ["fold-1", "fold-2", "all"]
    assert replace(CONFIG, second=second).last == CONFIG.first
    with pytest.raises(AnalysisError, match="Neither stage has any steps"):
        fits(data, replace(CONFIG, first=first, second=second))


def test_without_clips_there_is_nobody_to_hold_out(data: Path) -> None:
    plan = fits(data, ALONE)
    assert [(one.name, one.arm, one.fold, one.held_out) for one in plan] == [
        ("first", "first", 0, frozenset()), ("second", "second", 0, frozenset()),
    ]  # fmt: skip
    assert plan[1].stage == ALONE.last == ALONE.second


def test_folds_that_could_hold_nobody_out_are_refused(data: Path) -> None:
    with pytest.raises(AnalysisError, match="The first stage must see no clips"):
        fits(data, replace(CONFIG, first=Stage(1, 1, ffpp_blends=1)))
    with pytest.raises(AnalysisError, match="3 groups cannot be shared out among 4 folds"):
        fits(data, replace(CONFIG, folds=4))


def test_a_fit_is_judged_on_what_it_has_not_seen(data: Path) -> None:
    dfdc = FaceTable([Row(split, "z", "REAL", split, split) for split in ("train", "validation", "test")], lambda _: b"")
    clips = FaceTable([Row(person, "z", "REAL", person, "train") for person in ("001", "002", "003", "004", "005", "006")], lambda _: b"")
    first, fold, _, everybody = fits(data, CONFIG)
    assert {name: [row.original for row in held.rows] for name, held in held_rows(dfdc, clips, fold).items()} == {
        "dfdc": ["validation"],
        "ffpp": sorted(fold.held_out),
    }
    assert len(held_rows(dfdc, clips, first)["ffpp"]) == 6  # it has met nobody
    assert set(held_rows(dfdc, clips, everybody)) == {"dfdc"}
