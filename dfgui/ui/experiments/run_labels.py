"""Names of quantities, numbers, times and colours of arms, as people read them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QPen

from dfgui.ui.widgets.theme import Theme

translate = QCoreApplication.translate

# As in the report. Okabe and Ito (2008), darker if white would hide them and lighter on a
# dark window.
ON_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#b8609a", "#c98a00", "#3d9fd6")
ON_DARK = ("#4aa8e0", "#f0803c", "#2cc295", "#dc94bd", "#efb436", "#86cdf3")
MARKERS = ("o", "s", "d", "t1", "t", "p")
# Colours that repeat differ in these.
DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)
NONE = "\N{EN DASH}"


def arm_colour(place: int, theme: Theme) -> str:
    """The colour of the arm at this place, counted from 0; colours repeat after six."""
    colours = ON_DARK if theme.name == "dark" else ON_LIGHT
    return colours[place % len(colours)]


def arm_pen(place: int, ink: QColor, width: float) -> QPen:
    """The line of the arm at this place, in pixels."""
    dash = DASHES[place // len(ON_LIGHT) % len(DASHES)]
    pen = QPen(ink, width, dash, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    pen.setCosmetic(True)
    return pen


def quantity_name(quantity: str) -> str:
    """A quantity of an epoch in words."""
    known = {
        "val_loss": translate("Experiments", "Validation loss"),
        "val_accuracy": translate("Experiments", "Validation accuracy"),
        "val_auc": translate("Experiments", "Validation AUC"),
        "loss": translate("Experiments", "Training loss"),
    }
    return known.get(quantity, quantity.replace("_", " "))


def level_name(quantity: str) -> str:
    """What reaches the level of a constant answer."""
    if "auc" in quantity:
        return translate("Experiments", "guessing")
    return (
        translate("Experiments", "prior")
        if "loss" in quantity
        else translate("Experiments", "all one class")
    )


def number(value: float | None) -> str:
    """A measured value with four decimals, as the paper gives them; a dash if there is none."""
    if value is None:
        return NONE
    return f"{value:.4f}" if abs(value) < 100 else f"{value:.4g}"


def time_left(seconds: float) -> str:
    """How long something will still take, rounded to what a guess is worth."""
    if seconds < 90:
        return translate("Experiments", "about {} s left").format(max(1, round(seconds)))
    if seconds < 5400:
        return translate("Experiments", "about {} min left").format(round(seconds / 60))
    return translate("Experiments", "about {:.1f} h left").format(seconds / 3600)
