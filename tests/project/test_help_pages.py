"""The help pages: complete, linked, and without what a page must not say."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from dfgui.core.display.contents import CONTENTS
from dfgui.core.display.wording import ELA_CLEARLY, ELA_HARDLY, STRENGTHS
from dfgui.core.fills import FILLS
from dfgui.core.network.package import kind_of, load_package
from dfgui.core.network.score import BANDS
from dfgui.resources import resource
from dfgui.services.app_settings import AppSettings
from dfgui.ui.dialogs.help_window import load_pages

FILES = sorted(resource("help").glob("*.md"))
LINK = re.compile(r"\]\(([^)]*)\)")
NAMES = [file.stem for file in FILES]


def _text(name: str) -> str:
    return resource("help", f"{name}.md").read_text(encoding="utf-8")


def test_the_index_reaches_every_page() -> None:
    assert sorted(load_pages(resource("help"))) == NAMES
    assert len(NAMES) >= 14


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_page_has_one_heading_and_no_dead_link(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert sum(line.startswith("# ") for line in lines) == 1
    for target in LINK.findall("\n".join(lines)):
        assert (file.parent / target).is_file(), target


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_tables_are_whole(file: Path) -> None:
    rows = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    for row, below in pairwise(rows):
        if set(below) <= set("|-"):
            assert row.count("|") == below.count("|"), row
    assert all(row.endswith("|") for row in rows)


def test_no_figure_of_the_bundled_network() -> None:
    for folder in (
        entry for entry in resource("models").iterdir() if kind_of(entry) == "dfgui.card"
    ):
        card = load_package(folder).card
        measured = {
            f".{round(metric.value * 1000):03d}"
            for metric in card.metrics
            if 0 < metric.value < 1 and metric.name.startswith("auc")
        }
        for name in NAMES:
            here = set(re.findall(r"\.\d{3}\b", _text(name)))
            # DeepfakeBench's and Bonettini's AUCs are cited with their source.
            assert not (here & measured) - {".950", ".964", ".737", ".708"}, (folder.name, name)


def test_the_words_of_the_verdict_are_the_programs() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:4]]
        for line in _text("verdict").splitlines()
        if line.endswith(("support |", "inconclusive |"))
    ]
    begins = list(BANDS.values())
    factors = [f"{round(10**begin):,}" for begin in begins]
    assert factors == ["2", "10", "100", "1,000"]  # ENFSI's
    words = [f"{STRENGTHS[name]} support" for name in BANDS]
    assert rows == [
        [f"below {begins[0]:g}", f"below {factors[0]}", "inconclusive"],
        *(
            [f"{begins[i]:g} to below {begins[i + 1]:g}", f"{factors[i]} to {factors[i + 1]}", word]
            for i, word in enumerate(words[:-1])
        ),
        [f"{begins[-1]:g} and more", f"{factors[-1]} and more", words[-1]],
    ]


@pytest.mark.parametrize("page", ["README.md", "docs/command-line.md"])
def test_the_documents_give_the_same_limits(page: str) -> None:
    text = " ".join((Path(__file__).parents[2] / page).read_text(encoding="utf-8").split())
    plain = text.replace("`", "").replace("(from ", "(").replace("_", " ")
    for name, begin in BANDS.items():
        assert f"{name.replace('_', ' ')} ({begin:g})" in plain, name


def test_every_fill_is_explained() -> None:
    page = _text("occlusion").lower()
    assert [fill.words for fill in FILLS.values() if fill.words.lower() not in page] == []


def test_the_settings_and_the_meter_are_the_programs() -> None:
    settings, page = AppSettings(), _text("error-levels")
    assert (
        f"quality {settings.ela.quality}, scale {settings.ela.scale:g}, {settings.ela_channel}"
        in page
    )
    assert f"a change of {255 / settings.ela.scale:g} or more is white" in page
    assert f"**about {ELA_HARDLY:g}**" in page
    assert f"**{ELA_CLEARLY:g} and more**" in page
    assert f"By default {settings.frames} frames" in _text("getting-started")


def test_every_content_of_a_view_has_a_row() -> None:
    rows = [
        line.split("|")[1].strip() for line in _text("views").splitlines() if line.startswith("|")
    ]
    assert rows[2:] == [content.name.lower() for content in CONTENTS.values()]


def test_the_contradiction_of_the_paper_is_named() -> None:
    page = _text("paper")
    assert "very **low** Bayes Error" in page
    assert "very **high**" in page
    assert "Both cannot hold" in page
