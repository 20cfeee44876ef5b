"""The documents: what they name exists, no link is dead, and lines are short."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
DOCS = [README, *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [*DOCS, ROOT / "CHANGELOG.md"]
README_LINES = 90
WIDTH = 100

CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"(?:\]\(|^\[[^]^]+\]: )([^)\s]+)", re.MULTILINE)
HEADING = re.compile(r"#{1,6} (.+)")
NAMED = re.compile(r"(?:dfgui|docs|findings|resources|tests|training)/[^\s:,]*")
PLACEHOLDER = re.compile(r"[*<>{}]|(?<![A-Z])(?:NAME|DIR|FILE|RUN|N)(?![A-Z])")
UNSPLITTABLE = re.compile(r"\s*(?:[-*>] |\d+\. )?\S+")  # one long word, such as a link


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _prose(page: Path) -> list[tuple[int, str]]:
    """The lines outside code fences, with their numbers."""
    lines, fenced = [], False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            lines.append((number, line))
    return lines


def _text(page: Path) -> str:
    return "\n".join(line for _, line in _prose(page))


def _named_paths(text: str) -> list[str]:
    """Backticked paths below a top-level folder, without placeholders and `::test` or `:line`."""
    named = [match.group() for span in CODE.findall(text) if (match := NAMED.match(span))]
    return [path for path in named if not PLACEHOLDER.search(path)]


def _links(text: str) -> list[str]:
    """The targets of relative links."""
    targets = LINK.findall(CODE.sub("", text))
    return [target for target in targets if not urlsplit(target).scheme]


def _anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them; a repeated one gets a number."""
    seen: Counter[str] = Counter()
    anchors = set()
    for line in text.splitlines():
        if heading := HEADING.fullmatch(line):
            anchor = re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-")
            anchors.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
            seen[anchor] += 1
    return anchors


def _is_dead(page: Path, link: str) -> bool:
    parts = urlsplit(link)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return True
    has_anchor = bool(parts.fragment) and target.suffix == ".md"
    return has_anchor and parts.fragment not in _anchors(_text(target))


def _is_long(line: str) -> bool:
    in_table = line.lstrip().startswith("|")
    return len(line) > WIDTH and not in_table and not UNSPLITTABLE.fullmatch(line)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_the_files_that_a_page_names_exist(page: Path) -> None:
    assert [path for path in _named_paths(_text(page)) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_no_link_is_dead(page: Path) -> None:
    assert [link for link in _links(_text(page)) if _is_dead(page, link)] == []


@pytest.mark.parametrize("page", DOCS, ids=_name)
def test_lines_are_short(page: Path) -> None:
    assert [number for number, line in _prose(page) if _is_long(line)] == []


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < README_LINES


def test_a_missing_file_a_dead_link_and_a_long_line_are_found() -> None:
    text = "`dfgui/core/x.py:3` `tests/NAME.py` `docs/*.md` `scan`\n[a](b.md#c) [d](https://e.org)"
    assert _named_paths(text) == ["dfgui/core/x.py"]
    assert _links(text) == ["b.md#c"]
    assert _anchors("# One: two\n## One two\n") == {"one-two", "one-two-1"}
    assert all(_is_dead(README, link) for link in ("no.md", "#no", "/etc"))
    assert not _is_dead(README, "#use")
    words = "word " * 21
    assert _is_long(words)
    assert not _is_long(f"| {words}|")
    assert not _is_long("- " + "x" * WIDTH)
