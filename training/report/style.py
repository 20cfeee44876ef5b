"""How figures look, and how a figure becomes a PNG, an SVG and a part of the page.

On the page it follows the light and dark colours.
"""

from __future__ import annotations

import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe and Ito (2008): distinct for all common colour vision deficiencies. Yellow is left out: it
# is invisible on white.
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
)
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
# Colours that repeat differ in these.
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.6)),
    (0, (1.2, 1.2)),
    (0, (5, 1.4, 1.2, 1.4)),
)
DASHED: Any = (0, (4, 2.5))  # of a horizontal level
MARKERS = ("o", "s", "D", "^", "v", "P")
INK, MUTED, FADED, GRID, PAPER = "#1b1f24", "#5b6570", "#c3c9d0", "#e3e6ea", "#ffffff"
HEAT = "cividis"  # even steps of lightness, the same to all eyes
BOTH_WAYS = "PuOr_r"  # cold below 0, warm above, and no red next to green
VARIABLES = {INK: "ink", MUTED: "muted", FADED: "faded", GRID: "grid", PAPER: "paper"} | {
    each: f"c{i}" for i, each in enumerate(COLOURS)
}
TALL = 6.0  # inches of height, from which on a PNG has fewer dots per inch
WIDE, NARROW = 9.6, 4.9  # inches: alone in a row of the page, or two in one

LOOK: dict[str, Any] = {
    # Comes with matplotlib, so places of text are the same everywhere; the page shows its own font.
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,  # names are text, even with a dollar sign
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.major.size": 3.0,
    "ytick.major.size": 3.0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",
    "path.simplify": True,
    "image.interpolation": "none",
}


@dataclass(frozen=True)
class Drawn:
    """A figure in the page and in its files.

    Attributes:
        name: of `figures/NAME.png` and `.svg`.
        alt: what it shows, in words and numbers.
        svg: for the page: its ids begin with `name`, its colours are the page's variables.
        wide: takes a row of the page alone.
    """

    name: str
    title: str
    caption: str
    alt: str
    svg: Markup
    wide: bool


def slug(text: str, fallback: str = "figure") -> str:
    """A name for files and anchors: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or fallback


class Studio:
    """Draws figures into one folder, each under a unique name."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._names: set[str] = set()

    def draw(
        self, name: str, make: Callable[[], Figure], *, title: str, caption: str, alt: str
    ) -> Drawn:
        """Make a figure, write both files, and return it for the page."""
        name = self._own(slug(name))
        with look(name):
            figure = make()
            figure.savefig(
                self._folder / f"{name}.png",
                dpi=120 if figure.get_size_inches()[1] < TALL else 80,
                metadata={"Software": None},
            )
            # All places are known; finding them again would take as long.
            figure.set_layout_engine("none")
            figure.savefig(
                self._folder / f"{name}.svg",
                metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
            )
        svg = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
        return Drawn(
            name, title, caption, alt, inline(svg, name, alt), figure.get_size_inches()[0] > NARROW
        )

    def _own(self, name: str) -> str:
        own, count = name, 1
        while own in self._names:
            count += 1
            own = f"{name}-{count}"
        self._names.add(own)
        return own


@contextmanager
def look(salt: str) -> Iterator[None]:
    """The look of all figures; the salt makes the names inside an SVG the same each time."""
    settings: Any = LOOK | {"svg.hashsalt": salt}
    with mpl.rc_context(settings), warnings.catch_warnings():
        # The page's own font may have it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def inline(svg: str, name: str, alt: str) -> Markup:
    """An SVG file as a part of a page.

    It refers to nothing outside itself, and its colours are the page's.
    """
    svg = svg[svg.index("<svg") :]
    head, body = svg.split(">", 1)
    box = re.search(r'viewBox="([^"]+)"', head)
    body = re.sub(
        r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", "", body, flags=re.DOTALL
    )
    body = re.sub(r'(?<=\sid=")|(?<=url\(#)|(?<=href="#)', f"{name}-", body)
    body = re.sub(r"(?<=style=\")([^\"]*)", _style, body)
    size = (box[1] if box else "0 0 1 1").split()
    # Text keeps one size in all figures: a figure is never shown larger than 1.4 times its units.
    opening = (
        f'<svg viewBox="{" ".join(size)}" style="max-width: {float(size[2]) * 1.4:.0f}px"'
        f' role="img" aria-label="{escape(alt)}">'
    )
    return Markup(opening + body)


def _style(found: re.Match[str]) -> str:
    style = re.sub(
        r"font(-family)?: ([\d.]+px )?[^;]*",
        lambda font: f"font-size: {font[2].strip()}" if font[2] else "",
        found[1],
    )
    return re.sub(
        r"#[0-9a-f]{6}",
        lambda colour: f"var(--{VARIABLES[colour[0]]})" if colour[0] in VARIABLES else colour[0],
        style,
    )


def level(axes: Axes, y: float, words: str, *, side: Literal["left", "right"] = "right") -> None:
    """A dashed horizontal line, with its name above it if it has one."""
    axes.axhline(y, color=INK, linewidth=1.1, linestyle=DASHED, zorder=1.5)
    if not words:
        return
    across = {"right": 0.995, "left": 0.005}[side]
    note(axes, words, (across, y), (0, 2.5), ("axes fraction", "data"), ha=side)


def note(
    axes: Axes,
    words: str,
    place: tuple[float, float],
    shift: tuple[float, float],
    units: tuple[str, str],
    *,
    ha: str = "center",
) -> None:
    """A small text above a place; what is behind it stays faintly visible."""
    halo = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6, "alpha": 0.75}
    style: Any = {"ha": ha, "va": "bottom", "fontsize": 8, "bbox": halo}
    axes.annotate(words, place, shift, xycoords=units, textcoords="offset points", **style)


def folded(text: str, letters: int, *, lines: int = 2) -> str:
    """A name in at most so many lines of so many letters."""
    return "\n".join(textwrap.wrap(text, letters, max_lines=lines, placeholder=" …")) or text


def over_panel(title: str) -> str:
    """A title over one of four panels."""
    return folded(title, 33, lines=3)


def legend(figure: Figure, axes: Axes) -> None:
    """Names above the panels, in as many columns as fit."""
    handles, labels = axes.get_legend_handles_labels()
    names = [folded(label, 60) for label in labels]
    letters = 13.5 * figure.get_size_inches()[0]
    columns = max(1, min(len(names), int(letters // (max(map(len, names)) + 7))))
    figure.legend(
        handles, names, loc="outside upper left", ncols=columns, handlelength=2.4, columnspacing=1.4
    )


def grid_of(
    count: int, *, width: float, columns: int, height: float, share: bool = True
) -> tuple[Figure, list[Axes]]:
    """A figure of `count` small multiples with common axes; `height` of each, in inches."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(width, rows * height + 0.35), layout="constrained")
    axes = list(figure.subplots(rows, columns, sharex=share, sharey=share, squeeze=False).flat)
    for spare in axes[count:]:
        spare.remove()
    for place, each in enumerate(axes[:count]):
        if place + columns >= count:
            each.tick_params(labelbottom=True)  # there is no panel below it
    return figure, axes[:count]
