"""The report: its content comes from the runs, and it needs no other file."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from training.metrics import learned as judged
from training.report import report
from training.report.charts import draw_own
from training.report.curves import larger_share, mean_of
from training.report.paper import the_paper
from training.report.style import Studio
from training.report.words import clean, collapse, duration, flat, learned, number
from training.results import (
    SCHEMA,
    Arm,
    Curve,
    Figure,
    Level,
    Metric,
    Picture,
    Result,
    Series,
    Skipped,
    Table,
    write_result,
)

PRIOR = 0.42513  # -.8486 ln .8486 - .1514 ln .1514
HOSTILE = (
    '</title><script>alert(1)</script>"><img src=x onerror=alert(2)> $\\frac{ ]]> --> \x00\u202e {{'
    " 7*7 }}"
)


def _metrics(**values: tuple[float, float, float]) -> tuple[Metric, ...]:
    return tuple(Metric(name, *value, n=2357, groups=815) for name, value in values.items())


def _arm(
    name: str,
    title: str,
    settings: dict[str, Any],
    *,
    collapsed: bool = False,
    verdict: str = "",
    **values: Any,
) -> Arm:
    verdict = verdict or (
        "It did not beat the prior. It is always FAKE at .5." if collapsed else "It beat the prior."
    )
    return Arm(
        name,
        title,
        settings,
        _metrics(**values),
        PRIOR,
        verdict,
        collapsed,
        2357,
        (0, 1),
        not verdict.startswith("It did not"),
    )


def _curve(arm: str, seed: int, loss: list[float], fold: int = 0) -> Curve:
    return Curve(arm, seed, fold, PRIOR, {"val_loss": loss, "val_accuracy": [0.8486] * len(loss)})


def _result(experiment: str, **values: Any) -> Result:
    common: dict[str, Any] = {
        "schema": SCHEMA,
        "title": experiment,
        "reproduces": "a figure",
        "command": f"python -m training run {experiment} --data DIR --out RUN",
        "smoke": False,
        "complete": True,
        "config": {"epochs": 20, "init": "random", "ela": {"quality": 90}},
        "backbone": "Xception at random",
        "data": ("faces.csv " + "ab" * 32,),
        "versions": {"python": "3.11.9"},
        "seconds": 4321.5,
    }
    return Result(experiment=experiment, **(common | values))


def _write(folder: Path, result: Result) -> Path:
    folder.mkdir(parents=True)
    write_result(folder, result)
    return folder


FULL = _arm(
    "full",
    "full frame",
    {"frames": 1},
    verdict="It did not beat the prior.",
    log_loss=(0.551, 0.523, 0.587),
    roc_auc=(0.613, 0.571, 0.652),
)
CUT = _arm(
    "cut",
    "face cut out",
    {"frames": 16},
    log_loss=(0.391, 0.372, 0.414),
    roc_auc=(0.743, 0.711, 0.772),
)
INPUTS = _result(
    "inputs",
    arms=(FULL, CUT),
    curves=(
        _curve("full", 0, [0.681, 0.553]),
        _curve("full", 1, [0.663, 0.561]),
        _curve("cut", 0, [0.477, 0.388]),
        _curve("cut", 1, [0.468]),
    ),
    figures=(
        Figure(
            "frames",
            "More frames",
            "frames",
            "ROC-AUC",
            "lines",
            (Series("cut", [1.0, 4.0], [0.61, 0.64], [0.52, 0.57], [0.69, 0.71]),),
            "Each of them once.",
        ),
        Figure(
            "kinds",
            "Kinds",
            "kind",
            "share",
            "bars",
            (Series("a", ["one", "two"], [0.3, 0.7]),),
            "Each of them once.",
            (Level("half", 0.5),),
        ),
        Figure(
            "spots",
            "Spots",
            "x",
            "y",
            "points",
            (Series("a", [1.0, 2.0], [0.3, 0.7], [0.2, 0.6], [0.4, 0.8]),),
            "Each of them once.",
        ),
    ),
    tables=(
        Table(
            "Search",
            ("phi", "tau", "loss"),
            ((0.125, None, 0.4444), (3, "high", -0.5)),
            "of a search",
        ),
    ),
    sentences=("The cut face does best, at .391.",),
    skipped=(Skipped("clip 7.mp4", "no face in it"), Skipped("clip 9.mp4", "no face in it")),
)
PRINTED = {
    "precision": (0.8486, 0.8339, 0.8632),
    "recall": (1.0, 1.0, 1.0),
    "roc_auc": (0.507, 0.484, 0.531),
}
CONDITIONAL = _result(
    "conditional_loss",
    arms=(
        _arm(
            "baseline",
            "baseline",
            {"form": "none"},
            collapsed=True,
            log_loss=(0.427, 0.412, 0.443),
            **PRINTED,
        ),
        _arm(
            "high_phi",
            "high phi, as printed",
            {"form": "as_printed", "phi": 100.0},
            collapsed=True,
            log_loss=(0.431, 0.415, 0.447),
            **PRINTED,
        ),
        _arm(
            "intended_high_phi",
            "high phi, as intended",
            {"form": "as_intended", "phi": 100.0},
            verdict="It did not beat the prior.",
            log_loss=(0.428, 0.413, 0.444),
            roc_auc=(0.531, 0.507, 0.556),
        ),
    ),
    sentences=("All of them call everything FAKE.",),
)
OCCLUSION = _result(
    "occlusion",
    pictures=(Picture("digit", "A digit", [[0.0, 0.25], [0.5, 1.0]], 0.0, 1.0, "one digit"),),
    seconds=59.4,
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    runs = [
        _write(folder / name, result)
        for name, result in (("occlusion", OCCLUSION), ("loss", CONDITIONAL), ("inputs", INPUTS))
    ]
    return report(runs, folder / "out")


# ---------------------------------------------------------------- reading a page


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    def all(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.all()

    def find(self, tag: str) -> list["Element"]:
        return [each for each in self.all() if each.tag == tag]

    def text(self, *without: str) -> str:
        """Words, leaving out elements of these tags or classes."""
        if {self.tag, *self.attributes.get("class", "").split()} & set(without):
            return ""
        return " ".join(
            " ".join(
                child if isinstance(child, str) else child.text(*without) for child in self.children
            ).split()
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].children.append(element)
        if tag not in ("meta", "br", "img", "link"):
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.stack[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().tag == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def _read(path: Path) -> Element:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert len(reader.stack) == 1
    return reader.stack[0]


def _rows(root: Element) -> dict[str, list[str]]:
    """First cell -> the others, of every row of every table; the last one of a name wins."""
    cells = [
        [cell.text() for cell in row.children if isinstance(cell, Element)]
        for row in root.find("tr")
    ]
    return {first: others for first, *others in cells}


def _section(root: Element, anchor: str) -> Element:
    (found,) = [each for each in root.all() if each.attributes.get("id") == anchor]
    return found


# ---------------------------------------------------------------- what it says


def test_parts_of_the_paper_in_its_order(page: Path) -> None:
    anchors = [each.attributes["id"] for each in _read(page).find("section")]
    assert anchors == [
        *(
            "summary",
            "inputs",
            "conditional-loss",
            "occlusion",
            "padding",
            "patches",
            "audio",
            "temporal",
            "fusion",
            "pixels",
        ),
        *("minibatch-epochs", "class-weight", "learn", "faults", "repeat"),
    ]


def test_what_was_not_run_is_named(page: Path) -> None:
    root = _read(page)
    assert "Not run: no run of fusion is part of this report." in _section(root, "fusion").text()
    assert "Not run" not in _section(root, "inputs").text()
    assert "3 of 12 experiments were run" in root.text()


def test_printed_numbers_stand_beside_ours(page: Path) -> None:
    rows = _rows(_section(_read(page), "conditional-loss"))
    assert rows["High phi ○ does not beat the prior ■ always FAKE at .5"][:4] == [
        "0.8486",
        "1.0000",
        "0.8486 0.834\N{EN DASH}0.863",
        "1.0000 1.000\N{EN DASH}1.000",
    ]
    assert rows["Low tau not run"][:3] == ["0.8486", "1.0000", "\N{EN DASH}"]


def test_every_decimal_is_of_a_run_or_printed_in_the_paper(page: Path) -> None:
    known = [
        PRIOR,
        *(
            value
            for result in (INPUTS, CONDITIONAL, OCCLUSION)
            for value in _numbers(msgspec.to_builtins(result))
        ),
    ]
    text = _read(page).find("body")[0].text("paper", "svg")
    found = re.findall(r"(?<![\w.])(\d*\.\d+)(?![\w.])", text)
    assert len(found) > 60
    for decimal in found:
        half = 0.5 * 10.0 ** -len(decimal.partition(".")[2]) + 1e-9
        assert any(abs(float(decimal) - abs(value)) <= half for value in known), decimal


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _numbers(inner)
    elif isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, str):
        yield from map(float, re.findall(r"(?<![\w.])\d*\.\d+(?![\w.])", value))


def test_verdict_of_every_arm(page: Path) -> None:
    root = _read(page)
    loss = _section(root, "conditional-loss").text()
    assert (
        loss.count(
            "○ does not beat the prior ■ always FAKE at .5 Baseline. It did not beat the prior. It"
            " is always FAKE at .5."
        )
        == 1
    )
    assert "○ does not beat the prior High phi, as intended. It did not beat the prior." in loss
    assert "● beats the prior Face cut out. It beat the prior." in _section(root, "inputs").text()
    summary = _section(root, "summary").text()
    assert "○ 0 of 3 beat the prior ■ 2 of 3 give one answer" in summary
    assert "● 1 of 2 beat the prior" in summary


def test_tables_show_what_there_is_not(page: Path) -> None:
    rows = _rows(_section(_read(page), "inputs"))
    assert rows["0.125"] == ["\N{EN DASH}", "0.4444"]
    assert rows["3"] == ["high", "\N{MINUS SIGN}0.5"]


def test_faults_are_shown_by_the_arms_that_switch_them(page: Path) -> None:
    faults = _section(_read(page), "faults").text()
    sign = faults[
        faults.index("The sign of the conditional term") : faults.index("A “differentiable if”")
    ]
    assert "form as_printed" in sign
    assert "form as_intended" in sign
    assert "form none" not in sign
    frames = faults[
        faults.index("One frame of each video") : faults.index("Curves without the prior")
    ]
    assert "frames 1 " in frames
    assert "frames 16 " in frames
    # four fits, and only the first one of the cut face came below .42513
    assert "inputs 4 1" in faults
    assert "Several passes over each mini-batch" in faults
    assert faults.count("No run of this report shows it.") == 2  # class weights and passes


def test_how_to_repeat_it(page: Path) -> None:
    text = _section(_read(page), "repeat").text()
    assert "python -m training run inputs --data DIR --out RUN" in text
    assert "1 h 12 min (4321.5 s)" in text
    assert "ela.quality 90" in text
    assert "python 3.11.9" in text
    assert "no face in it (2): clip 7.mp4 and clip 9.mp4." in text
    assert f"faces.csv {'ab' * 32} inputs, loss and occlusion" in text  # in the order of the paper


# ---------------------------------------------------------------- it needs no other file


def test_nothing_outside_is_needed(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    root = _read(page)
    assert not re.search(r"https?:|file:|@import|<script|<link|<img", text)
    links = [
        value
        for each in root.all()
        for name, value in each.attributes.items()
        if name in ("href", "src", "xlink:href")
    ]
    anchors = {each.attributes["id"] for each in root.all() if "id" in each.attributes}
    for link in links:
        assert (
            link.startswith(("data:image/png;base64,", "figures/"))
            or link.removeprefix("#") in anchors
        ), link
        assert not link.startswith("figures/") or (page.parent / link).is_file()
    assert all(place in anchors for place in re.findall(r"url\(#([^)]+)\)", text))


def test_names_inside_the_page_are_unique(page: Path) -> None:
    anchors = [each.attributes["id"] for each in _read(page).all() if "id" in each.attributes]
    assert len(anchors) == len(set(anchors))


def test_figures_say_in_words_what_they_show(page: Path) -> None:
    figures = _read(page).find("figure")
    assert len(figures) >= 8
    for figure in figures:
        (svg,) = figure.find("svg")
        assert svg.attributes["role"] == "img"
        assert len(svg.attributes["aria-label"]) > 20
        assert len(figure.find("figcaption")[0].text()) > 20
    (curves,) = [each for each in figures if each.attributes["id"] == "figure-inputs-val-loss"]
    # (.681 + .663) / 2, (.553 + .561) / 2
    assert (
        "Full frame: from 0.672 to 0.557 in 2 epochs"
        in curves.find("svg")[0].attributes["aria-label"]
    )


def test_the_prior_is_in_every_loss_plot_and_figures_are_small(page: Path) -> None:
    files = sorted((page.parent / "figures").iterdir())
    assert {file.suffix for file in files} == {".png", ".svg"}
    assert all(file.stat().st_size < 150_000 for file in files)
    plots = [file for file in files if "val-loss" in file.name and file.suffix == ".svg"]
    assert [file.name for file in plots] == ["inputs-val-loss.svg"]
    assert "prior 0.425" in plots[0].read_text(encoding="utf-8")
    for file in files:
        if file.suffix == ".svg":
            ET.parse(file)


def test_a_page_follows_light_and_dark(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "prefers-color-scheme: dark" in text
    drawn = "".join(re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL))
    assert "stroke: var(--c0)" in drawn
    assert "#0072b2" not in drawn
    assert "font-family" not in drawn


def test_the_same_runs_give_the_same_bytes(tmp_path: Path) -> None:
    run = _write(tmp_path / "inputs", msgspec.structs.replace(INPUTS, figures=INPUTS.figures[:1]))
    first, second = (report([run], tmp_path / name).parent for name in ("a", "b"))
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(names) > 4
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    arm = Arm(
        HOSTILE,
        HOSTILE,
        {"form": HOSTILE},
        _metrics(log_loss=(0.5, 0.4, 0.6)),
        PRIOR,
        HOSTILE,
        False,
        10,
        (0,),
    )
    result = _result(
        HOSTILE,
        title=HOSTILE,
        command=HOSTILE,
        backbone=HOSTILE,
        config={HOSTILE: HOSTILE},
        arms=(arm,),
        curves=(_curve(HOSTILE, 0, [0.5, 0.4]),),
        figures=(
            Figure(
                HOSTILE,
                HOSTILE,
                HOSTILE,
                HOSTILE,
                "bars",
                (Series(HOSTILE, [HOSTILE], [0.5]),),
                HOSTILE,
                (Level(HOSTILE, 0.5),),
            ),
        ),
        pictures=(Picture(HOSTILE, HOSTILE, [[0.0]], 0.0, 1.0, HOSTILE),),
        tables=(Table(HOSTILE, (HOSTILE,), ((HOSTILE,),), HOSTILE),),
        sentences=(HOSTILE,),
        skipped=(Skipped(HOSTILE, HOSTILE),),
    )
    run = _write(tmp_path / "run & 'more' $x$", result)
    page = report([run], tmp_path / "out", title=HOSTILE)
    root = _read(page)
    assert not {each.tag for each in root.all()} & {"script", "img", "iframe", "object"}
    assert not [name for each in root.all() for name in each.attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in root.find("h1")[0].text()
    assert "{{ 7*7 }}" in root.find("h1")[0].text()
    assert "\x00" not in page.read_text(encoding="utf-8")
    for file in (page.parent / "figures").glob("*.svg"):
        assert "<script" not in file.read_text(encoding="utf-8")
        ET.parse(file)


def test_no_folder_of_a_machine_is_shown(tmp_path: Path) -> None:
    result = _result(
        "pixels",
        command="python -m training run pixels --init /home/ann/nets/x.keras",
        config={"init": r"C:\Users\Ann\x.keras"},
    )
    text = report([_write(tmp_path / "run", result)], tmp_path / "out").read_text(encoding="utf-8")
    assert "--init …/x.keras" in text
    assert not re.search(r"/home|Users|\bann\b|\bAnn\b", text)
    assert str(tmp_path) not in text


# ---------------------------------------------------------------- runs of all kinds


def test_smoke_runs_are_marked_and_prove_nothing(tmp_path: Path) -> None:
    smoke = msgspec.structs.replace(CONDITIONAL, smoke=True)
    root = _read(report([_write(tmp_path / "loss", smoke)], tmp_path / "out"))
    assert (
        "SMOKE RUN It shows that every stage runs. Its numbers say nothing."
        in _section(root, "conditional-loss").text()
    )
    assert "0 of 12 experiments were run, smoke runs aside" in root.text()
    assert "beat the prior" not in _section(root, "summary").text("p").replace("An arm beats", "")
    assert "form as_printed" not in _section(root, "faults").text()
    captions = [each.text() for each in root.find("figcaption")]
    assert captions
    assert all(each.startswith("Smoke run.") for each in captions)


def test_two_runs_of_one_experiment_and_one_name(tmp_path: Path) -> None:
    other = msgspec.structs.replace(INPUTS, sentences=("Once more.",), figures=(), complete=False)
    runs = [
        _write(tmp_path / "a" / "inputs", msgspec.structs.replace(INPUTS, figures=())),
        _write(tmp_path / "b" / "inputs", other),
    ]
    page = report([*runs, runs[0]], tmp_path / "out")
    section = _section(_read(page), "inputs").text()
    assert section.count("The cut face does best") == 1
    assert "STOPPED BEFORE ITS END" in section
    assert "Once more." in section
    assert (page.parent / "figures" / "inputs-val-loss.png").is_file()
    assert (page.parent / "figures" / "inputs-2-val-loss.png").is_file()


def test_an_experiment_that_the_paper_does_not_have(tmp_path: Path) -> None:
    root = _read(
        report(
            [_write(tmp_path / "run", _result("weather", sentences=("It rains.",)))],
            tmp_path / "out",
        )
    )
    assert "It rains." in _section(root, "other-weather").text()


def test_an_unfinished_run_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    with pytest.raises(
        AnalysisError, match=r"^half holds no finished experiment .*run it to its end first\.$"
    ):
        report([tmp_path / "half"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_schema_is_one_sentence(tmp_path: Path) -> None:
    run = _write(tmp_path / "old", _result("inputs", schema="dfgui.experiment/0"))
    with pytest.raises(AnalysisError, match=r"schema 'dfgui\.experiment/0'"):
        report([run], tmp_path / "out")


def test_no_run_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="No run was named"):
        report([], tmp_path / "out")


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize("kind", ["lines", "bars", "points"])
@pytest.mark.parametrize(
    "x",
    [
        [1.0, 2.0],
        ["a", "b"],
        ["a rather long name of a place", "another one that is as long as this"],
    ],
)
def test_every_kind_of_figure_over_numbers_and_names(
    tmp_path: Path, kind: Any, x: list[Any]
) -> None:
    series = tuple(
        Series(f"series {number}", x, [0.2, 0.9], [0.1, 0.7], [0.4, 1.1]) for number in range(2)
    )
    drawn = draw_own(
        Studio(tmp_path),
        "run",
        Figure("f", "F", "place", "value", kind, series, "Said.", (Level("half", 0.5),)),
    )
    assert "series 1: 2 values from 0.200 to 0.900" in drawn.alt
    assert "half 0.500" in drawn.svg
    assert "place" in drawn.svg
    assert "value" in drawn.svg
    assert not drawn.wide


def test_many_lines_get_panels(tmp_path: Path) -> None:
    series = tuple(Series(f"line {number}", [1.0, 2.0], [0.1 * number, 0.5]) for number in range(7))
    drawn = draw_own(Studio(tmp_path), "run", Figure("f", "F", "x", "y", "lines", series, ""))
    assert drawn.wide
    assert all(f"line {number}" in drawn.svg for number in range(7))


def test_a_mean_ends_where_less_than_half_of_the_fits_go_on() -> None:
    nan = math.nan
    fits = [[1.0, 2.0, 3.0, 4.0], [3.0, 6.0, 5.0, nan], [2.0, nan, nan, nan]]
    # of three, two, two of three; the last one is one of three
    assert mean_of(np.array(fits)).tolist() == [2.0, 4.0, 4.0]


def test_the_share_behind_a_prior() -> None:
    assert larger_share(PRIOR) == pytest.approx(0.8486, abs=1e-5)
    assert larger_share(math.log(2)) == pytest.approx(0.5, abs=1e-4)


# ---------------------------------------------------------------- words


def test_whether_an_arm_learned_is_what_was_measured() -> None:
    labels, groups = np.tile([0, 1, 1, 1], 50), [str(number) for number in range(200)]
    for scores, beat, way in (
        (labels * 0.4 + 0.5, "yes", "always FAKE at .5"),
        (labels * 0.6 + 0.2, "yes", ""),
        (labels * 0.0 + 0.4, "no", "always REAL at .5"),
    ):
        verdict = judged(labels, scores, groups, draws=50)
        arm = msgspec.structs.replace(
            CUT, verdict=verdict.sentence, collapsed=verdict.collapsed, beats=verdict.beats
        )
        assert (learned(arm), collapse(arm)) == (beat, way)
    silent = msgspec.structs.replace(CUT, verdict="Log-loss of digits.", collapsed=True, beats=None)
    assert (learned(silent), collapse(silent)) == ("unknown", "one answer to everything")


def test_what_only_repeats_the_arms_is_shown_once(tmp_path: Path) -> None:
    columns = ("arm", "ROC-AUC", "log-loss")
    same = Table(
        "Same",
        columns,
        (
            ("full frame", "0.613 [0.571, 0.652]", 0.551),
            ("face cut out", "0.743 [0.711, 0.772]", 0.391),
        ),
        "Said once.",
    )
    less = Table(
        "Less the first",
        columns,
        (("face cut out", "+0.130 [+0.111, +0.150]", -0.16),),
        "A difference.",
    )
    bars = Figure(
        "b",
        "Bars",
        "",
        "",
        "bars",
        (Series("ROC-AUC", ["full frame", "face cut out"], [0.613, 0.743]),),
        "",
    )
    result = _result("inputs", arms=(FULL, CUT), tables=(same, less), figures=(bars,))
    root = _read(report([_write(tmp_path / "run", result)], tmp_path / "out"))
    captions = [each.text() for each in root.find("caption")]
    assert "Less the first. A difference." in captions
    assert not [each for each in captions if "Same" in each]
    assert "Said once." in _section(root, "inputs").text()
    assert not (tmp_path / "out" / "figures" / "run-b.png").exists()


def test_curves_that_the_experiment_shows_itself_are_not_drawn_again(tmp_path: Path) -> None:
    own = Figure(
        "figure-9",
        "Validation log-loss, first frames",
        "epoch",
        "validation log-loss",
        "lines",
        (Series("full", [1.0, 2.0], [0.5, 0.4]),),
        "Own.",
    )
    report(
        [_write(tmp_path / "run", msgspec.structs.replace(INPUTS, figures=(own,)))],
        tmp_path / "out",
    )
    names = {path.stem for path in (tmp_path / "out" / "figures").glob("*.svg")}
    assert "run-figure-9" in names
    assert "run-val-loss" not in names


def test_words() -> None:
    assert number(-0.12345) == "\N{MINUS SIGN}0.123"
    assert number(math.nan) == number(None) == "\N{EN DASH}"
    assert [duration(seconds) for seconds in (59.4, 119.0, 600.0, 7260.0)] == [
        "59 s",
        "119 s",
        "10 min",
        "2 h 1 min",
    ]
    assert flat({"a": {"b": 1, "c": {"d": 2}}, "e": []}) == [("a.b", 1), ("a.c.d", 2), ("e", [])]
    assert (
        clean("at 1/2 and/or /a/b c, ~/x/y, see /data/sets/one.csv", str)
        == "at 1/2 and/or …/b c, ~/x/y, see …/one.csv"
    )


def test_the_paper_is_quoted_as_it_is() -> None:
    rows = the_paper().parts["conditional_loss"].rows
    assert [(row.precision, row.recall) for row in rows] == [(0.8486, 1.0)] * 5
    assert len(the_paper().parts) == 12
