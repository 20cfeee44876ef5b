"""What the inspector's pages are made of: folding sections, fact rows, hashes, long file names."""

from __future__ import annotations

from collections.abc import Container, Sequence

from PySide6.QtCore import QEvent, QMargins, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPixmap,
    QResizeEvent,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dfgui.ui.widgets.theme import EXCLUDED_COLOUR, SPACE, track_colour

CHIP = 12  # px
SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


def label(text: str = "", role: str = "", *, wrap: bool = True, selectable: bool = False) -> QLabel:
    """A plain-text label in a style sheet role; text from evidence is never read as markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if selectable:
        made.setTextInteractionFlags(SELECTABLE)
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """The widget in an area that scrolls up and down only; its texts wrap to the width there is."""
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


def chip(colour: str, ratio: float) -> QIcon:
    """A rounded square in a colour, for a screen with that many dots per pixel."""
    picture = QPixmap(QSize(CHIP, CHIP) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(QRectF(0, 0, CHIP, CHIP), 3, 3)
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(picture, mode)
    return icon


class Section(QWidget):
    """A heading that shows or hides what is below it, with the mouse or with Space and Enter."""

    toggled = Signal(bool)

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._content = title, content
        self.button = QToolButton()
        self.button.setText(title)
        self.button.setProperty("role", "flat")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        font = self.button.font()
        font.setBold(True)
        self.button.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addWidget(self.button)
        layout.addWidget(content)
        self.button.clicked.connect(self._on_clicked)
        self.set_open(True)

    @property
    def is_open(self) -> bool:
        """Whether the content shows."""
        return not self._content.isHidden()

    def set_open(self, is_open: bool) -> None:
        """Show or hide the content."""
        self._content.setVisible(is_open)
        self.button.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        state = self.tr("open") if is_open else self.tr("closed")
        self.button.setAccessibleName(f"{self._title}, {state}")
        self.button.setToolTip(self.tr("Hide (Space)") if is_open else self.tr("Show (Space)"))

    def _on_clicked(self) -> None:
        self.set_open(not self.is_open)
        self.toggled.emit(self.is_open)


class FactGrid(QWidget):
    """Names on the left, values on the right; both wrap, and the values can be selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(SPACE // 2)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Replace all rows."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, value) in enumerate(facts):
            self.add(row, name, label(value, selectable=True))

    def add(self, row: int, name: str, value: QWidget) -> None:
        """Put a widget next to a name."""
        self._grid.addWidget(label(name, "muted", wrap=False), row, 0, Qt.AlignmentFlag.AlignTop)
        value.setAccessibleName(name)
        self._grid.addWidget(value, row, 1)


class _HashText(QPlainTextEdit):
    """Read-only hex digits that break anywhere; as high as its lines at the width it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """It wraps."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Whole lines, and what the style puts around them."""
        metrics = self.fontMetrics()
        margin = 2 * round(self.document().documentMargin())
        across, down = (
            self.width() - self.viewport().width(),
            self.height() - self.viewport().height(),
        )
        columns = max(1, (width - across - margin) // metrics.horizontalAdvance("0"))
        lines = max(1, -(-len(self.toPlainText()) // columns))
        # Half a margin more, else Qt still finds the last line out of sight and scrolls.
        return lines * metrics.lineSpacing() + margin + margin // 2 + down

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """One line."""
        return QSize(80, self.heightForWidth(10_000))

    def sizeHint(self) -> QSize:  # noqa: N802
        """The size at the width it has."""
        return QSize(240, self.heightForWidth(max(self.width(), 80)))


class HashField(QWidget):
    """A hash in full, wrapped to the width, with a button that copies it without the breaks."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = _HashText()
        self._text.setAccessibleName(name)
        self._copy = QToolButton()
        self._copy.setText(self.tr("Copy"))
        self._copy.setProperty("role", "flat")
        self._copy.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._copy.setAccessibleName(self.tr("Copy {}").format(name))
        self._copy.setToolTip(self.tr("Copy the whole hash"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(label(name, "muted"), 1)
        head.addWidget(self._copy)
        layout.addLayout(head)
        layout.addWidget(self._text)
        self._copy.clicked.connect(self._on_copy)
        self.show_hash(None)

    @property
    def text(self) -> str:
        """The hash; empty if there is none."""
        return self._text.toPlainText()

    def show_hash(self, value: str | None) -> None:
        """Show a hash in hex, or that it is not known yet."""
        self._text.setPlainText(value or "")
        self._text.setPlaceholderText(self.tr("not known yet"))
        self._copy.setEnabled(bool(value))
        self._text.updateGeometry()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


class ElidedLabel(QLabel):
    """One line, shortened in the middle if it does not fit; `whole` and the tooltip have it all."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(SELECTABLE)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show a text."""
        self.whole = text
        self.setToolTip(text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Shorten the text again."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        self.setText(
            self.fontMetrics().elidedText(
                self.whole, Qt.TextElideMode.ElideMiddle, max(self.width() - 2, 0)
            )
        )


class TrackTable(QTableWidget):
    """A few rows that begin with a track's chip; as high as its rows, up to six of them."""

    ROWS = 6

    def __init__(self, headings: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, len(headings), parent)
        self._track_numbers: list[int] = []
        self.setHorizontalHeaderLabels(list(headings))
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + SPACE)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        first = QTableWidgetItem(headings[0])
        first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalHeaderItem(0, first)

    def show_rows(
        self, rows: Sequence[tuple[int, Sequence[str]]], *, greyed: Container[int] = ()
    ) -> None:
        """Replace all rows by track numbers and the texts of the other columns.

        The chips of the tracks in `greyed` are grey. A track below 0 has no number yet.
        """
        self._track_numbers = [track for track, _ in rows]
        self.clearSelection()
        self.setRowCount(len(rows))
        for row, (track, texts) in enumerate(rows):
            colour = EXCLUDED_COLOUR if track in greyed else track_colour(track)
            name = str(track) if track > 0 else "?"
            first = QTableWidgetItem(chip(colour, self.devicePixelRatioF()), name)
            self.setItem(row, 0, first)
            for column, text in enumerate(texts, 1):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)
        self._fit()

    def track_at(self, row: int) -> int:
        """The track of a row."""
        return self._track_numbers[row]

    def _fit(self) -> None:
        shown = min(max(self.rowCount(), 1), self.ROWS)
        edges = self.contentsMargins() + QMargins(1, 1, 1, 1)
        rows = shown * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + rows + edges.top() + edges.bottom()
        )


class WheelGuard(QObject):
    """Keeps the wheel from changing a control that is under the pointer while the page scrolls."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Pass the wheel on to the page unless the control has the focus."""
        if (
            event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)
