"""Plots of the inspector and of the experiments: their colours, and no panning or zooming."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg

from dfgui.ui.widgets.theme import Theme


def style_plot(plot: Any, theme: Theme) -> None:
    """Give a plot item's axes a theme's colours."""
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(theme.border))
        axis.setTextPen(pg.mkPen(theme.muted))
        axis.setTickPen(pg.mkPen(theme.grid))


def still(plot: Any) -> None:
    """Remove pyqtgraph's own menus, buttons and mouse from a plot item."""
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
