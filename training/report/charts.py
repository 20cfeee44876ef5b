"""An experiment's own figures, the metrics of its arms, and its heat maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Plot
from matplotlib.ticker import MaxNLocator

from training.report import style
from training.report.style import (
    COLOURS,
    DASHES,
    FADED,
    INK,
    MARKERS,
    MUTED,
    NARROW,
    PAPER,
    WIDE,
    Drawn,
    Studio,
    folded,
    grid_of,
    level,
    note,
)
from training.report.words import kind_of, listed, metric_of, named, number
from training.results import Arm, Figure, Picture, Series

MAPS = 16  # of one figure
TOGETHER = 5  # lines on one pair of axes; more get one each
CROWDED = 56  # letters of all category names: with more, they stand next to horizontal bars
GUESSING = {"auc": 0.5, "roc_auc": 0.5, "balanced_accuracy": 0.5}
FOREST = ("auc", "roc_auc", "pr_auc", "balanced_accuracy", "log_loss")
PRIOR_METRIC = "log_loss"
# (name of the arm, metric) -> the value that the paper printed.
Printed = Mapping[tuple[str, str], float]


# ---------------------------------------------------------------- an experiment's own figures


def draw_own(studio: Studio, name: str, figure: Figure) -> Drawn:
    """A figure that the experiment itself made from its numbers."""
    categories = any(isinstance(x, str) for series in figure.series for x in series.x)
    many = figure.kind == "lines" and not categories and len(figure.series) > TOGETHER
    names = list(dict.fromkeys(_place(x) for series in figure.series for x in series.x))
    flat = (categories or figure.kind == "bars") and sum(map(len, names)) > CROWDED

    def make() -> Plot:
        if many:
            return _each_its_own(figure)
        height = (
            0.9 + 0.26 * len(names) * max(1, len(figure.series) if figure.kind == "bars" else 1)
            if flat
            else 3.0
        )
        plot, (axes,) = grid_of(1, width=NARROW, columns=1, height=min(max(height, 2.0), 11.0))
        if categories or figure.kind == "bars":
            _categories(axes, figure, names, flat=flat)
        else:
            _lines(axes, figure)
            axes.xaxis.set_major_locator(_ticks(figure))
        axes.set(
            **{
                f"{'y' if flat else 'x'}label": folded(figure.x, 60),
                f"{'x' if flat else 'y'}label": folded(figure.y, 44),
            }
        )
        if len(figure.series) > 1:
            style.legend(plot, axes)
        return plot

    intervals = (
        " Error bars or bands: the interval of each value."
        if any(series.low for series in figure.series)
        else ""
    )
    return studio.draw(
        f"{name}-{figure.name}",
        make,
        title=figure.title,
        caption=f"{figure.caption}{intervals}",
        alt=_alt_of(figure),
    )


def _ticks(figure: Figure) -> MaxNLocator:
    """Whole numbers if all x are whole."""
    whole = all(float(x).is_integer() for series in figure.series for x in series.x)
    return MaxNLocator(nbins=5, integer=whole, min_n_ticks=1)


def _place(x: float | str) -> str:
    return x if isinstance(x, str) else f"{x:g}"


def _alt_of(figure: Figure) -> str:
    parts = []
    for series in figure.series:
        values = [value for value in np.asarray(series.y, float) if np.isfinite(value)]
        if values:
            parts.append(
                f"{series.name}: {len(series.y)} values from {number(min(values))} to"
                f" {number(max(values))}"
            )
    lines = "".join(f" Level: {line.name}, {number(line.y)}." for line in figure.lines)
    return f"{figure.kind.capitalize()} of {figure.y} over {figure.x}. {'; '.join(parts)}.{lines}"


def _interval(series: Series) -> Any:
    """Lengths below and above the values, as matplotlib takes them; None without an interval."""
    if series.low is None or series.high is None:
        return None
    y, low, high = (np.asarray(values, float) for values in (series.y, series.low, series.high))
    return np.clip([y - low, high - y], 0, None)


def _lines(axes: Axes, figure: Figure) -> None:
    for place, series in enumerate(figure.series):
        _line(
            axes,
            figure,
            series,
            COLOURS[place % len(COLOURS)],
            DASHES[place // len(COLOURS) % len(DASHES)],
            MARKERS[place % len(MARKERS)],
        )
    for line in figure.lines:
        level(axes, line.y, _levelled(line.name, line.y), side=_free_side(figure.series, line.y))


def _free_side(several: Sequence[Series], y: float) -> Literal["left", "right"]:
    """The side on which the lines are further from a level."""
    first, last = (
        min((abs(series.y[place] - y) for series in several if series.y), default=0.0)
        for place in (0, -1)
    )
    return "left" if first > last else "right"


def _line(axes: Axes, figure: Figure, series: Series, colour: str, dash: Any, marker: str) -> None:
    x, y = np.asarray(series.x, float), np.asarray(series.y, float)
    if figure.kind == "points":
        axes.errorbar(
            x,
            y,
            _interval(series),
            fmt=marker,
            color=colour,
            markersize=5,
            elinewidth=1.2,
            capsize=2.5,
            label=series.name,
        )
        return
    if series.low is not None and series.high is not None:
        axes.fill_between(
            x,
            np.asarray(series.low, float),
            np.asarray(series.high, float),
            color=colour,
            alpha=0.15,
            linewidth=0,
        )
    few: dict[str, Any] = {"marker": marker, "markersize": 3.5} if len(x) <= 12 else {}
    axes.plot(x, y, color=colour, linestyle=dash, linewidth=1.7, label=series.name, **few)


def _each_its_own(figure: Figure) -> Plot:
    plot, panels = grid_of(len(figure.series), width=WIDE, columns=4, height=1.75)
    for place, (axes, series) in enumerate(zip(panels, figure.series, strict=True)):
        for other in figure.series:
            axes.plot(
                np.asarray(other.x, float), np.asarray(other.y, float), color=FADED, linewidth=0.9
            )
        colour = COLOURS[place % len(COLOURS)]
        _line(axes, figure, series, colour, "-", "o")
        axes.set_title(style.over_panel(series.name), color=colour, fontsize=8.5)
        axes.xaxis.set_major_locator(_ticks(figure))
        for line in figure.lines:
            level(
                axes,
                line.y,
                _levelled(line.name, line.y) if place == 0 else "",
                side=_free_side([series], line.y),
            )
    plot.supxlabel(folded(figure.x, 80), color=MUTED, fontsize=9)
    plot.supylabel(folded(figure.y, 40), color=MUTED, fontsize=9)
    return plot


def _categories(axes: Axes, figure: Figure, names: Sequence[str], *, flat: bool) -> None:
    """Bars or points over named places.

    The first name is on top if the names are next to horizontal ones.
    """
    thick = 0.8 / len(figure.series)
    for place, series in enumerate(figure.series):
        offset = 0.0 if figure.kind == "lines" else (place - (len(figure.series) - 1) / 2) * thick
        at = np.array([names.index(_place(x)) for x in series.x]) + offset
        colour, y, error = (
            COLOURS[place % len(COLOURS)],
            np.asarray(series.y, float),
            _interval(series),
        )
        if figure.kind == "bars":
            style: dict[str, Any] = {
                "color": colour,
                "label": series.name,
                "ecolor": INK,
                "error_kw": {"elinewidth": 1.0, "capsize": 2.0},
            }
            (
                axes.barh(at, y, thick * 0.92, xerr=error, **style)
                if flat
                else axes.bar(at, y, thick * 0.92, yerr=error, **style)
            )
        else:
            marks: dict[str, Any] = {
                "marker": MARKERS[place % len(MARKERS)],
                "color": colour,
                "markersize": 5,
                "capsize": 2.5,
                "label": series.name,
            }
            marks["linestyle"] = "-" if figure.kind == "lines" else "none"
            (
                axes.errorbar(y, at, xerr=error, **marks)
                if flat
                else axes.errorbar(at, y, error, **marks)
            )
    ticks = range(len(names))
    if flat:
        axes.set_yticks(ticks, [folded(name, 32) for name in names])
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        for line in figure.lines:
            _upright(axes, line.y, _levelled(line.name, line.y))
        return
    axes.set_xticks(ticks, names)
    axes.grid(visible=False, axis="x")
    for line in figure.lines:
        level(axes, line.y, _levelled(line.name, line.y))


def _levelled(name: str, y: float) -> str:
    """The level's name with its value, unless that is 0 or already in the name."""
    name = folded(name, 40, lines=1)
    return name if y == 0 or any(letter.isdigit() for letter in name) else f"{name} {number(y)}"


def _upright(axes: Axes, x: float, words: str) -> None:
    axes.axvline(x, color=INK, linewidth=1.1, linestyle=style.DASHED, zorder=1.5)
    if words:
        note(axes, words, (x, 1.0), (0, 2), ("data", "axes fraction"))


# ---------------------------------------------------------------- metrics of the arms


@dataclass(frozen=True)
class Mark:
    """A row of a metric figure: the arm, its colour, and the name it belongs to."""

    arm: Arm
    words: str
    colour: str


def draw_metrics(
    studio: Studio,
    name: str,
    marks: Sequence[Mark],
    metrics: Sequence[str],
    title: str,
    caption: str,
    printed: Printed | None = None,
) -> Drawn:
    """A panel for each metric, a row for each arm.

    A row has the value, the 95 % interval, what a constant answer reaches and what the paper
    printed.
    """
    alt = "; ".join(f"{mark.words}: {_values(mark.arm, metrics)}" for mark in marks)

    def make() -> Plot:
        names = [folded(mark.words, 46) for mark in marks]
        row = 0.36 if any("\n" in name for name in names) else 0.27
        plot = Plot(figsize=(WIDE, 0.85 + row * len(marks)), layout="constrained")
        panels = plot.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
        for axes, metric in zip(panels, metrics, strict=True):
            _panel(axes, marks, metric, printed or {})
        panels[0].set_yticks(range(len(marks)), names)
        panels[0].set_ylim(len(marks) - 0.4, -0.6)
        return plot

    return studio.draw(
        name, make, title=title, caption=caption, alt=f"Values with intervals. {alt}."
    )


def _values(arm: Arm, metrics: Sequence[str]) -> str:
    found = [one for metric in metrics if (one := metric_of(arm, metric))]
    return listed(
        f"{named(one.name)} {number(one.value)} ({number(one.low)} to {number(one.high)})"
        for one in found
    )


def _panel(axes: Axes, marks: Sequence[Mark], metric: str, printed: Printed) -> None:
    if kind_of(metric) == PRIOR_METRIC:
        places = np.arange(len(marks))
        axes.vlines(
            [mark.arm.prior for mark in marks],
            places - 0.5,
            places + 0.5,
            colors=INK,
            linewidths=1.1,
            linestyles=style.DASHED,
        )
    found = [
        (row, mark, one) for row, mark in enumerate(marks) if (one := metric_of(mark.arm, metric))
    ]
    if found:
        rows, colours = [row for row, _, _ in found], [mark.colour for _, mark, _ in found]
        faces = [PAPER if mark.arm.collapsed else mark.colour for _, mark, _ in found]
        axes.hlines(
            rows,
            [one.low for *_, one in found],
            [one.high for *_, one in found],
            colors=colours,
            linewidths=1.6,
        )
        axes.scatter(
            [one.value for *_, one in found],
            rows,
            s=26,
            c=faces,
            edgecolors=colours,
            linewidths=1.2,
            zorder=3,
        )
    known = [
        (printed[mark.arm.name, metric], row)
        for row, mark in enumerate(marks)
        if (mark.arm.name, metric) in printed
    ]
    if known:
        axes.scatter(
            [value for value, _ in known],
            [row for _, row in known],
            s=60,
            marker="D",
            facecolors="none",
            edgecolors=INK,
            linewidths=1.1,
            zorder=4,
        )
    if kind_of(metric) in GUESSING:
        axes.axvline(
            GUESSING[kind_of(metric)], color=INK, linewidth=1.1, linestyle=style.DASHED, zorder=1.5
        )
    axes.set_title(folded(named(metric), 22), fontsize=9)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.margins(x=0.12)


# ---------------------------------------------------------------- heat maps


def draw_pictures(studio: Studio, name: str, pictures: Sequence[Picture]) -> list[Drawn]:
    """A figure for each kind of heat maps, each map with its own scale next to it.

    The kind is what the name of a map begins with.
    """
    kinds: dict[str, list[Picture]] = {}
    for picture in pictures:
        kinds.setdefault(picture.name.partition("-")[0], []).append(picture)
    return [_maps(studio, f"{name}-maps-{kind}", found) for kind, found in kinds.items()]


def _maps(studio: Studio, name: str, pictures: Sequence[Picture]) -> Drawn:
    shown = pictures[:MAPS]

    def make() -> Plot:
        plot, panels = grid_of(len(shown), width=WIDE, columns=4, height=2.6, share=False)
        for axes, picture in zip(panels, shown, strict=True):
            _map(plot, axes, picture)
        return plot

    words = ["Each map has its own scale; warm: above 0, cold: below, where it goes both ways."]
    if len(shown) < len(pictures):
        words.append(f"The first {len(shown)} of {len(pictures)} that the run holds.")
    alt = "; ".join(f"{one.title}, {one.caption}: {_extent(one)}" for one in shown)
    title = pictures[0].title.rpartition(",")[0] or pictures[0].title
    return studio.draw(
        name, make, title=f"Heat maps: {title}", caption=" ".join(words), alt=f"Heat maps. {alt}."
    )


def _map(plot: Plot, axes: Axes, picture: Picture) -> None:
    colours = style.BOTH_WAYS if picture.low < 0 < picture.high else style.HEAT
    image = axes.imshow(
        np.asarray(picture.maps, float), cmap=colours, vmin=picture.low, vmax=picture.high
    )
    axes.set_title(style.over_panel(picture.title), fontsize=8.5)
    axes.set_xlabel(folded(picture.caption, 34), fontsize=7.5)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    bar = plot.colorbar(image, ax=axes, fraction=0.05, pad=0.03)
    bar.outline.set_visible(False)
    bar.locator = MaxNLocator(nbins=3)
    bar.update_ticks()


def _extent(picture: Picture) -> str:
    values = np.asarray(picture.maps, float)
    return (
        f"{len(values)} by {values.shape[1]} values from {number(float(np.nanmin(values)))} to"
        f" {number(float(np.nanmax(values)))}"
    )
