"""`padding`: an arm for each margin, and the figure over the margin."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfgui.core.errors import AnalysisError
from tests.training.tiny_clips import carried_out, learning, metric, use_tiny_backbone, write_pairs
from training.experiments import get
from training.experiments.padding import Config, arm_name
from training.results import Result
from training.runs import Run


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    data = write_pairs(tmp_path_factory.mktemp("data"), 4)
    with pytest.MonkeyPatch.context() as patch:
        use_tiny_backbone(patch)
        return carried_out(
            "padding",
            lambda config: learning(config, margins=(0.0, 1.0)),
            data,
            tmp_path_factory.mktemp("run"),
        )


@pytest.mark.parametrize(
    ("margin", "name"),
    [(0.0, "margin_0"), (0.25, "margin_25"), (1.0, "margin_100"), (-0.125, "margin_minus_12_5")],
)
def test_names(margin: float, name: str) -> None:
    assert arm_name(margin) == name


def test_the_margins_of_the_issue() -> None:
    assert get("padding").arms == ("margin_0", "margin_10", "margin_25", "margin_50", "margin_100")


def test_an_arm_for_each_margin(result: Result) -> None:
    assert [(arm.name, arm.settings["margin"]) for arm in result.arms] == [
        ("margin_0", 0.0),
        ("margin_100", 1.0),
    ]
    assert metric(result, "margin_0", "roc_auc") == 1.0
    assert sum("against margin 0" in sentence for sentence in result.sentences) == 1


def test_the_figure_over_the_margin(result: Result) -> None:
    figure = result.figures[0]
    auc, balanced = figure.series
    assert auc.x == balanced.x == [0.0, 1.0]
    assert auc.y == [metric(result, arm.name, "roc_auc") for arm in result.arms]
    assert balanced.y == [metric(result, arm.name, "balanced_accuracy") for arm in result.arms]
    assert all(
        low <= y <= high for low, y, high in zip(auc.low or [], auc.y, auc.high or [], strict=True)
    )
    assert figure.lines[0].y == 0.5


@pytest.mark.parametrize("margins", [(), (0.0, 0.0), (-0.5,)])
def test_margins_that_do_not_suit(tmp_path: Path, margins: tuple[float, ...]) -> None:
    with pytest.raises(AnalysisError, match=r"margins: expected different numbers above -\.5"):
        get("padding").run(Run(tmp_path, tmp_path), Config(margins=margins))
