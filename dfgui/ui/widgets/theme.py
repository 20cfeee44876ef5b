"""Colours, sizes and the style sheet of the window, light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from dfgui.core.network.score import Verdict
from dfgui.core.values import ThemeName

SPACE = 8  # px; margins and gaps are multiples of half of it
EXCLUDED_COLOUR = "#b4b4b4"  # of what was found and holds no face
# The first are of Okabe and Ito (2008), without the two that mean fake and real: they stay apart
# for all common colour vision deficiencies. Each of the others is the one farthest in CIELAB from
# those before it, among those that bear black letters at a contrast of 4.5.
TRACK_COLOURS = (
    *("#009E73", "#CC79A7", "#E3C800", "#56B4E9", "#999999", "#B07AFF", "#FF0000", "#00FF00"),
    *("#B4692D", "#FF00B4", "#4BA500", "#C300FF", "#FF3C69", "#D2E196", "#00FF96", "#5AF0F0"),
    *("#B4F000", "#87870F", "#2D87F0", "#FFB4A5", "#F0D2FF", "#FFC369", "#A5F078", "#87F0B4"),
    *("#C34BB4", "#B45A5A", "#FF5AFF", "#FFA500", "#87784B", "#2D8787"),
)


@dataclass(frozen=True)
class Theme:
    """Colours by their use, as #rrggbb.

    Attributes:
        name: "light" or "dark".
        window: behind panels.
        surface: panels, lists, tabs.
        raised: buttons and fields.
        border: lines between things.
        text: what is read.
        muted: labels and units.
        accent: focus, selection, the playhead.
        on_accent: text on the accent.
        fake: what supports "fake"; also the warm end of the heat map.
        real: what supports "real"; also its cold end.
        warning: what needs attention.
        canvas: around pictures, a neutral grey that does not shift how colours are seen.
        grid: lines in plots.
    """

    name: ThemeName
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    fake: str
    real: str
    warning: str
    canvas: str
    grid: str

    def of_verdict(self, verdict: Verdict) -> str:
        """The colour of a verdict."""
        match verdict:
            case "supports_fake":
                return self.fake
            case "supports_real":
                return self.real
            case "inconclusive":
                return self.muted
        assert_never(verdict)


LIGHT = Theme(
    name="light",
    window="#eceef1",
    surface="#ffffff",
    raised="#f5f6f8",
    border="#cfd4da",
    text="#1b1f24",
    muted="#5b6570",
    accent="#0b6bcb",
    on_accent="#ffffff",
    fake="#c85000",
    real="#2166ac",
    warning="#9a6700",
    canvas="#d9dbde",
    grid="#e3e6ea",
)
DARK = Theme(
    name="dark",
    window="#17191c",
    surface="#1f2226",
    raised="#2a2e33",
    border="#3a3f46",
    text="#e8eaed",
    muted="#9aa3ad",
    accent="#58a6ff",
    on_accent="#0b1320",
    fake="#ff8a3d",
    real="#6db3f2",
    warning="#e3b341",
    canvas="#2b2b2b",
    grid="#2f343a",
)
THEMES: dict[ThemeName, Theme] = {"light": LIGHT, "dark": DARK}


def system_theme() -> ThemeName:
    """The desktop's own choice; light if it has none."""
    return "dark" if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"


def track_colour(track: int) -> str:
    """The colour of a track's box and curve; numbers start at 1, and colours repeat after 30."""
    return TRACK_COLOURS[(track - 1) % len(TRACK_COLOURS)]


def apply_theme(app: QApplication, name: ThemeName) -> Theme:
    """Give the whole application the colours of a theme, and return it."""
    theme = THEMES[name]
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setStyleSheet(_style_sheet(theme))
    return theme


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for place, colour in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.PlaceholderText, theme.muted),
        (role.Link, theme.accent),
        (role.Mid, theme.border),
    ):
        palette.setColor(place, QColor(colour))
    for place in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, place, QColor(theme.muted))
    return palette


def _style_sheet(theme: Theme) -> str:
    """The style sheet; widgets name their part with `setProperty("role", ...)`.

    The roles are panel, heading, title, muted, warning, note, mono, flat and faint.
    """
    t = theme
    return f"""
    QMainWindow, QDialog {{ background: {t.window}; }}
    QWidget[role="panel"] {{ background: {t.surface}; border: 1px solid {t.border}; \
border-radius: 6px; }}
    QWidget[use="used"] {{ border: 2px solid {t.muted}; }}
    QWidget[use="focused"] {{ border: 2px solid {t.accent}; }}
    QLabel[role="heading"] {{ font-weight: 600; }}
    QLabel[role="title"] {{ font-size: 15pt; font-weight: 600; }}
    QLabel[role="muted"] {{ color: {t.muted}; }}
    QLabel[role="warning"] {{ color: {t.warning}; }}
    QLabel[role="note"] {{ background: {t.surface}; color: {t.text}; \
border: 1px solid {t.border}; border-radius: 4px; padding: 2px 6px; }}
    QLabel[role="mono"] {{ font-family: monospace; }}
    QMenuBar {{ background: {t.window}; }}
    QMenuBar::item {{ padding: 4px 10px; background: transparent; border-radius: 4px; }}
    QMenuBar::item:selected {{ background: {t.raised}; }}
    QMenu {{ background: {t.surface}; border: 1px solid {t.border}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QMenu::item:disabled {{ color: {t.muted}; }}
    QMenu::separator {{ height: 1px; background: {t.border}; margin: 4px 8px; }}
    QToolButton, QPushButton {{ background: {t.raised}; border: 1px solid {t.border}; \
border-radius: 5px; padding: 4px 10px; }}
    QToolButton {{ padding: 4px; }}
    QToolButton[role="flat"] {{ background: transparent; border-color: transparent; }}
    QToolButton[role="faint"] {{ background: transparent; border-color: transparent; \
color: {t.muted}; }}
    QToolButton:hover, QPushButton:hover {{ border-color: {t.accent}; }}
    QToolButton:checked, QPushButton:checked {{ background: {t.accent}; color: {t.on_accent}; \
border-color: {t.accent}; }}
    QToolButton:disabled, QPushButton:disabled {{ color: {t.muted}; border-color: {t.border}; }}
    QPushButton:default {{ background: {t.accent}; color: {t.on_accent}; \
border-color: {t.accent}; }}
    QToolButton:focus, QPushButton:focus, QLineEdit:focus, QPlainTextEdit:focus, \
QListView:focus {{ border-color: {t.accent}; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: 10px; }}
    QScrollBar:horizontal {{ height: 10px; }}
    QScrollBar::handle {{ background: {t.border}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: none; border: none; width: 0; height: 0; }}
    QLineEdit, QPlainTextEdit {{
        background: {t.raised}; border: 1px solid {t.border}; border-radius: 5px; padding: 3px 6px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QListView, QTreeView, QTableView, QTextBrowser {{ background: {t.surface}; \
border: 1px solid {t.border}; border-radius: 6px; }}
    QListView::item:selected, QTreeView::item:selected {{ background: {t.accent}; \
color: {t.on_accent}; }}
    QTabWidget::pane {{ border: 1px solid {t.border}; border-radius: 6px; background: {t.surface}; \
top: -1px; }}
    QTabBar::tab {{ padding: 5px 9px; border: none; border-bottom: 2px solid transparent; \
color: {t.muted}; background: transparent; }}
    QTabBar::tab:selected {{ color: {t.text}; border-bottom-color: {t.accent}; }}
    QTabBar::tab:focus {{ color: {t.accent}; }}
    QSplitter::handle {{ background: {t.window}; }}
    QSplitter::handle:hover {{ background: {t.accent}; }}
    QProgressBar {{ background: {t.raised}; border: 1px solid {t.border}; border-radius: 4px; \
text-align: center; height: 14px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QScrollArea {{ border: none; background: transparent; }}
    QScrollArea > QWidget > QWidget {{ background: transparent; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border}; \
padding: 3px; }}
    QStatusBar {{ background: {t.window}; color: {t.muted}; }}
    QStatusBar::item {{ border: none; }}
    """
