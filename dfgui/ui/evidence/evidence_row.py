"""One row of the evidence list: what it says of a file, and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPen,
    QPixmap,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from dfgui.core.display.naming import without_path
from dfgui.core.display.wording import STRENGTHS
from dfgui.core.media.media_files import STILL_SUFFIXES
from dfgui.core.network.score import NotScored, Scored
from dfgui.services.evidence.open_evidence import ScanState
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.theme import LIGHT, SPACE

AnyIndex = QModelIndex | QPersistentModelIndex

THUMBNAIL = QSize(56, 42)
LINES = 4  # of text in a row: one or two of the name, the others for the verdict or the reason
MARK = 16  # px; side of the cancel mark
ROW_ROLE, THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True)
class EvidenceRow:
    """What the list shows of one file.

    Attributes:
        id: number of the evidence, the same for as long as it is open.
        path: absolute, as text.
        state: how far its analysis is.
        done: frames analysed.
        total: frames to analyse; 0 while that is not known.
        answer: score and verdict, or why there is none; None while the scan has not ended.
        sha256: of the file, hex; None while it is not known.
    """

    id: int
    path: str
    state: ScanState
    done: int = 0
    total: int = 0
    answer: Scored | NotScored | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return PurePath(self.path).name or self.path

    @property
    def reason(self) -> str:
        """Why it failed, was left out or not scored, or why the verdict is withheld; else empty."""
        return without_path((self.answer.reason or "") if self.answer else "")

    @property
    def running(self) -> bool:
        """Whether there is an analysis to cancel."""
        return self.state in ("waiting", "analysing")


class EvidenceRows(QAbstractListModel):
    """The rows in the order of opening, and their pictures."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[EvidenceRow] = []
        self._places: dict[int, int] = {}
        self._thumbnails: dict[int, QPixmap] = {}

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        """Files in the list."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a view asks for: the row itself for `ROW_ROLE`, its picture for `THUMBNAIL_ROLE`."""
        row = self.row_at(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == THUMBNAIL_ROLE:
            return self._thumbnails.get(row.id)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(row)
        return (
            f"{row.name}, {self.words(row)}" if role == Qt.ItemDataRole.AccessibleTextRole else None
        )

    def row_at(self, index: AnyIndex) -> EvidenceRow | None:
        """The row at a place in the list."""
        return (
            self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None
        )

    def index_of(self, evidence: int) -> QModelIndex:
        """The index of a file; invalid if it is not in the list."""
        return self.index(self._places.get(evidence, -1))

    def set_rows(self, rows: Sequence[EvidenceRow]) -> None:
        """Show these rows in this order."""
        if [row.id for row in rows] == [row.id for row in self._rows]:
            self._rows = list(rows)
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self._number()
        self._thumbnails = {
            evidence: picture
            for evidence, picture in self._thumbnails.items()
            if evidence in self._places
        }
        self.endResetModel()

    def put(self, row: EvidenceRow) -> None:
        """Replace a row, or add it at the end."""
        place = self._places.get(row.id)
        if place is not None:
            self._rows[place] = row
            self._repaint(row.id)
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows))
        self._places[row.id] = len(self._rows)
        self._rows.append(row)
        self.endInsertRows()

    def remove(self, evidence: int) -> None:
        """Remove a row and its picture."""
        place = self._places.get(evidence)
        if place is None:
            return
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._rows[place]
        self._thumbnails.pop(evidence, None)
        self._number()
        self.endRemoveRows()

    def set_thumbnail(self, evidence: int, image: QImage) -> None:
        """Give a file its picture."""
        if evidence not in self._places or image.isNull():
            return
        # Twice the size that is drawn, so that it stays sharp at 200 %.
        small = image.scaled(
            THUMBNAIL * 2,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._thumbnails[evidence] = QPixmap.fromImage(small)
        self._repaint(evidence)

    def words(self, row: EvidenceRow) -> str:
        """The state as the row says it."""
        if row.state == "waiting":
            return self.tr("waiting")
        if row.state == "analysing":
            return (
                self.tr("analysing {}/{}").format(row.done, row.total)
                if row.total
                else self.tr("analysing")
            )
        if row.state == "cancelled":
            return self.tr("cancelled")
        if row.state == "failed":
            return self.tr("failed: {}").format(worded(row.reason))
        if row.state == "left_out":
            return self.tr("left out: {}").format(worded(row.reason))
        return self._verdict(row)

    def _verdict(self, row: EvidenceRow) -> str:
        answer = row.answer
        if not isinstance(answer, Scored):
            return worded(row.reason)
        if answer.verdict == "inconclusive":
            return self.tr("inconclusive")
        what = self.tr("fake") if answer.verdict == "supports_fake" else self.tr("real")
        strength = "" if answer.support == "none" else worded(STRENGTHS[answer.support])
        return self.tr("{} support: {}").format(strength, what).strip()

    def _tooltip(self, row: EvidenceRow) -> str:
        words, reason = self.words(row), worded(row.reason)
        lines = [row.path, words] + [reason] * bool(reason and reason not in words)
        return "\n".join(lines + [f"SHA-256 {row.sha256}"] * bool(row.sha256))

    def _number(self) -> None:
        self._places = {row.id: place for place, row in enumerate(self._rows)}

    def _repaint(self, evidence: int) -> None:
        index = self.index_of(evidence)
        self.dataChanged.emit(index, index)


class RowPainter(QStyledItemDelegate):
    """Draws a row: picture, name, state, progress and the cancel mark."""

    cancel_clicked = Signal(int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._hovered = QPoint(-1, -1)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:  # noqa: N802
        """The one height of all rows; the width is the list's."""
        text = (
            option.fontMetrics.height() + (LINES - 1) * QFontMetrics(_small(option.font)).height()
        )
        return QSize(0, max(THUMBNAIL.height(), text) + SPACE + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw a row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, EvidenceRow):
            return
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        self._paint_ground(painter, option)
        self._paint_picture(
            painter, self._picture_place(option.rect), row, index.data(THUMBNAIL_ROLE)
        )
        self._paint_text(
            painter,
            option,
            row,
            str(index.data(Qt.ItemDataRole.AccessibleTextRole))[len(row.name) + 2 :],
        )
        if row.running:
            self._paint_mark(painter, self.mark_place(option.rect))
        painter.restore()

    def mark_place(self, rect: QRect) -> QRect:
        """Where the cancel mark of a row lies."""
        return QRect(rect.right() - MARK - SPACE // 2, rect.center().y() - MARK // 2, MARK, MARK)

    def editorEvent(  # noqa: N802
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """Light the cancel mark under the mouse, and say that it was clicked."""
        row = index.data(ROW_ROLE)
        if not isinstance(event, QMouseEvent) or not isinstance(row, EvidenceRow):
            return super().editorEvent(event, model, option, index)
        self._hovered = event.position().toPoint()
        if event.type() == QEvent.Type.MouseMove and isinstance(option.widget, QListView):
            option.widget.viewport().update(option.rect)
        on_mark = (
            row.running
            and event.button() == Qt.MouseButton.LeftButton
            and self.mark_place(option.rect).contains(self._hovered)
        )
        if on_mark and event.type() == QEvent.Type.MouseButtonRelease:
            self.cancel_clicked.emit(row.id)
        return on_mark

    def helpEvent(  # noqa: N802
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: AnyIndex,
    ) -> bool:
        """Explain the cancel mark; elsewhere show the row's own tooltip."""
        row = index.data(ROW_ROLE)
        if (
            isinstance(row, EvidenceRow)
            and row.running
            and self.mark_place(option.rect).contains(event.pos())
        ):
            QToolTip.showText(event.globalPos(), self.tr("Cancel analysis (Shift+Esc)"), view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not (chosen or hovered):
            return
        # A tint and not the accent itself: the colours of the verdicts stay readable on it.
        place = QRectF(option.rect).adjusted(2.5, 1.5, -2.5, -1.5)
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QPen(QColor(self.theme.accent), 1) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(_tint(self.theme.accent, 40 if chosen else 16))
        painter.drawRoundedRect(place, 5, 5)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.accent))
            painter.drawRoundedRect(
                QRectF(place.left(), place.top() + 6, 3, place.height() - 12), 1.5, 1.5
            )

    def _picture_place(self, rect: QRect) -> QRect:
        return QRect(
            rect.left() + SPACE + 2,
            rect.center().y() - THUMBNAIL.height() // 2,
            THUMBNAIL.width(),
            THUMBNAIL.height(),
        )

    def _paint_picture(
        self, painter: QPainter, place: QRect, row: EvidenceRow, picture: QPixmap | None
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.canvas))
        painter.drawRoundedRect(place, 3, 3)
        if isinstance(picture, QPixmap):
            size = picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(QPoint(0, 0), size)
            target.moveCenter(place.center())
            painter.drawPixmap(target, picture)
        elif PurePath(row.path).suffix.lower() in STILL_SUFFIXES:
            self._paint_still_glyph(
                painter, QRectF(place.center().x() - 11, place.center().y() - 8, 22, 17)
            )
        else:
            self._paint_film_glyph(
                painter, QRectF(place.center().x() - 11, place.center().y() - 8, 22, 17)
            )

    def _paint_film_glyph(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.muted), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 2, 2)
        left, right = place.left() + 5, place.right() - 5
        painter.drawLine(
            QRectF(left, place.top(), 0, place.height()).topLeft(),
            QRectF(left, place.top(), 0, place.height()).bottomLeft(),
        )
        painter.drawLine(
            QRectF(right, place.top(), 0, place.height()).topLeft(),
            QRectF(right, place.top(), 0, place.height()).bottomLeft(),
        )
        for step in (1, 2):
            y = place.top() + step * place.height() / 3
            for start in (place.left(), right):
                painter.drawLine(int(start), int(y), int(start + 5), int(y))

    def _paint_still_glyph(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.muted), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place, 2, 2)
        painter.drawEllipse(QRectF(place.left() + 4, place.top() + 3.5, 3.6, 3.6))
        corners = ((2, 14), (8, 8.5), (12, 12), (15, 9), (20, 14))
        painter.drawPolyline([place.topLeft() + QPointF(x, y) for x, y in corners])

    def _paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, row: EvidenceRow, words: str
    ) -> None:
        small = _small(option.font)
        name, state = QFontMetrics(option.font), QFontMetrics(small)
        left = self._picture_place(option.rect).right() + SPACE
        width = option.rect.right() - SPACE // 2 - left - (MARK + 2 if row.running else 0)
        names = name_lines(row.name, name, width)
        lines = _wrapped(words, small, width, LINES - len(names))
        bar = 8 if row.state == "analysing" and row.total else 0
        high = len(names) * name.height() + len(lines) * state.height() + bar
        top = option.rect.center().y() - high // 2
        painter.setPen(QColor(self.theme.text))
        painter.setFont(option.font)
        for line in names:
            painter.drawText(left, top + name.ascent(), line)
            top += name.height()
        painter.setPen(QColor(self._colour(row)))
        painter.setFont(small)
        for number, line in enumerate(lines):
            painter.drawText(left, top + number * state.height() + state.ascent(), line)
        if bar:
            self._paint_bar(
                painter,
                QRectF(left, top + len(lines) * state.height() + 4, width, 3),
                row.done / row.total,
            )

    def _paint_bar(self, painter: QPainter, place: QRectF, share: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.border))
        painter.drawRoundedRect(place, 1.5, 1.5)
        painter.setBrush(QColor(self.theme.accent))
        painter.drawRoundedRect(
            QRectF(place.topLeft(), QRectF(0, 0, place.width() * min(share, 1.0), 3).size()),
            1.5,
            1.5,
        )

    def _paint_mark(self, painter: QPainter, place: QRect) -> None:
        over = place.contains(self._hovered)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_tint(self.theme.text, 40 if over else 0))
        painter.drawEllipse(place)
        painter.setPen(QPen(QColor(self.theme.text if over else self.theme.muted), 1.6))
        inner = QRectF(place).adjusted(5, 5, -5, -5)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())

    def _colour(self, row: EvidenceRow) -> str:
        if row.state == "failed":
            return self.theme.warning
        if row.state == "done" and isinstance(row.answer, Scored):
            return self.theme.of_verdict(row.answer.verdict)
        return self.theme.muted


def _tint(colour: str, alpha: int) -> QColor:
    tint = QColor(colour)
    tint.setAlpha(alpha)
    return tint


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small


def name_lines(name: str, font: QFontMetrics, width: int) -> list[str]:
    """A name in one line or two of this width; what is left out is left out in its middle.

    So two exhibits can be told apart by the ends of their names, where cameras put numbers.
    """
    if font.horizontalAdvance(name) <= width:
        return [name]
    first = next(
        (at for at in range(len(name), 1, -1) if font.horizontalAdvance(name[:at]) <= width), 1
    )
    return [name[:first], font.elidedText(name[first:], Qt.TextElideMode.ElideLeft, width)]


def _wrapped(text: str, font: QFont, width: int, most: int) -> list[str]:
    """Break a text into at most `most` lines that fit; elide the last one if more would follow."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts: list[int] = []
    layout.beginLayout()
    while len(starts) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    lines = [
        text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]
    return (
        [*lines[:-1], QFontMetrics(font).elidedText(lines[-1], Qt.TextElideMode.ElideRight, width)]
        if lines
        else []
    )
