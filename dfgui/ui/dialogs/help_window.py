"""The help: Markdown pages next to a list of them, with search, in the window's own type."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QKeyEvent,
    QKeySequence,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dfgui.resources import resource
from dfgui.ui.widgets.theme import SPACE

log = logging.getLogger(__name__)

FIRST = "index"
LINE_EMS = 44  # width of a column of text; about 80 characters
HEADINGS = (1.7, 1.25, 1.08)  # of the size of the text, by level
LINK = re.compile(r"\]\(([a-z0-9-]+)\.md\)")


@dataclass(frozen=True)
class HelpPage:
    """A page: its name (its file's name without the ending), its heading, and its Markdown."""

    name: str
    title: str
    text: str


def load_pages(folder: Path) -> dict[str, HelpPage]:
    """Read the pages of a folder: the index, then those it links to, in that order.

    Raises:
        OSError: a page is missing or cannot be read.
    """
    index = _load(folder, FIRST)
    names = dict.fromkeys([FIRST, *LINK.findall(index.text)])
    return {name: _load(folder, name) for name in names}


def _load(folder: Path, name: str) -> HelpPage:
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    return HelpPage(name, text.partition("\n")[0].removeprefix("# ").strip(), text)


class HelpWindow(QWidget):
    """A window of its own with the help pages; it opens no address outside of them.

    Args:
        folder: with the pages; the program's own by default.
        parent: the window.
    """

    def __init__(self, folder: Path | None = None, parent: QWidget | None = None) -> None:
        self._name = ""  # Qt sends change events while it constructs
        super().__init__(parent, Qt.WindowType.Window)
        self._pages = load_pages(folder or resource("help"))
        self._past: list[str] = []
        self._future: list[str] = []
        self.setWindowTitle(self.tr("Help"))
        self._build_ui()
        self._connect()
        self._fill("")
        self.open_page(FIRST)
        self.resize(960, 680)

    def open_page(self, name: str) -> None:
        """Show a page by its name, for example "occlusion"; the index if there is no such page."""
        if name not in self._pages:
            log.warning("there is no help page %r", name)
            name = FIRST
        if name != self._name:
            if self._name:
                self._past.append(self._name)
            self._future.clear()
            self._show(name)

    def page(self) -> str:
        """The name of the page that is shown."""
        return self._name

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Set the page again in the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._name:
            self._show(self._name)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape clears the search or, without one, closes the window."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._search.text():
            self._search.clear()
        else:
            self.close()

    def _build_ui(self) -> None:
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(self.tr("Search the help"))
        self._search.setToolTip(
            self.tr("Show the pages with these words (Ctrl+F); Enter goes to the next place")
        )
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.setStyleSheet(
            "QListView { padding: 2px; outline: none; } QListView::item { padding: 5px 6px;"
            " border-radius: 4px; }"
        )
        self._none = QLabel(self.tr("No page has these words. Try fewer."))
        self._none.setProperty("role", "muted")
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text = _Page()
        self._text.setAccessibleName(self.tr("Help page"))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._left())
        split.addWidget(self._text)
        split.setSizes([250, 710])
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.addWidget(split)
        find = QAction(self)
        find.setShortcut(QKeySequence(QKeySequence.StandardKey.Find))
        find.triggered.connect(self._search.setFocus)
        self.addAction(find)

    def _left(self) -> QWidget:
        self._back = self._button("\N{LEFTWARDS ARROW}", self.tr("Back"), "Alt+Left")
        self._forward = self._button("\N{RIGHTWARDS ARROW}", self.tr("Forward"), "Alt+Right")
        bar = QHBoxLayout()
        bar.setSpacing(SPACE // 2)
        for widget in (self._back, self._forward, self._search):
            bar.addWidget(widget)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(bar)
        column.addWidget(self._list, 1)
        column.addWidget(self._none, 1)
        left.setMinimumWidth(190)
        return left

    def _button(self, text: str, name: str, keys: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setShortcut(QKeySequence(keys))
        button.setAccessibleName(name)
        button.setToolTip(
            f"{name} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})"
        )
        return button

    def _connect(self) -> None:
        self._back.clicked.connect(self._on_back)
        self._forward.clicked.connect(self._on_forward)
        self._search.textChanged.connect(self._on_search)
        self._search.returnPressed.connect(self._on_next)
        self._list.currentItemChanged.connect(self._on_chosen)
        self._text.anchorClicked.connect(self._on_link)

    def _on_back(self) -> None:
        if self._past:
            self._future.append(self._name)
            self._show(self._past.pop())

    def _on_forward(self) -> None:
        if self._future:
            self._past.append(self._name)
            self._show(self._future.pop())

    def _on_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.open_page(str(item.data(Qt.ItemDataRole.UserRole)))

    def _on_link(self, url: QUrl) -> None:
        # Anything else would leave the program, which works offline.
        if url.isRelative() and url.path().endswith(".md"):
            self.open_page(url.path().removesuffix(".md"))

    def _on_search(self, words: str) -> None:
        self._fill(words)
        if self._list.count() and not self._item(self._name):
            self._list.setCurrentRow(0)
        self._text.highlight(words.split())

    def _on_next(self) -> None:
        self._text.next_hit()

    def _fill(self, words: str) -> None:
        """List the pages that hold all words, in any order."""
        wanted = words.casefold().split()
        with QSignalBlocker(self._list):
            self._list.clear()
            for page in self._pages.values():
                if all(word in page.text.casefold() for word in wanted):
                    item = QListWidgetItem(page.title)
                    item.setData(Qt.ItemDataRole.UserRole, page.name)
                    self._list.addItem(item)
            self._mark(self._name)
        self._list.setVisible(self._list.count() > 0)
        self._none.setVisible(self._list.count() == 0)

    def _item(self, name: str) -> QListWidgetItem | None:
        items = (self._list.item(row) for row in range(self._list.count()))
        return next((item for item in items if item.data(Qt.ItemDataRole.UserRole) == name), None)

    def _show(self, name: str) -> None:
        self._name = name
        set_markdown(self._text, self._pages[name].text)
        self._text.fit()
        self._text.highlight(self._search.text().split())
        self._back.setEnabled(bool(self._past))
        self._forward.setEnabled(bool(self._future))
        with QSignalBlocker(self._list):
            self._mark(name)

    def _mark(self, name: str) -> None:
        item = self._item(name)
        self._list.setCurrentRow(-1 if item is None else self._list.row(item))


class _Page(QTextBrowser):
    """A text of readable width whose hits of a search are marked."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(700, 600)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Keep the lines short if the window is wide."""
        spare = self.viewport().width() - LINE_EMS * self.fontMetrics().height()
        root = self.document().rootFrame()
        shape = QTextFrameFormat(root.frameFormat())
        shape.setLeftMargin(3 * SPACE)
        shape.setRightMargin(max(3 * SPACE, spare - 3 * SPACE))
        shape.setTopMargin(2 * SPACE)
        shape.setBottomMargin(3 * SPACE)
        root.setFrameFormat(shape)

    def highlight(self, words: list[str]) -> None:
        """Mark every place of every word and bring the first into sight."""
        hits = [hit for word in words for hit in self._places(word)]
        self.setExtraSelections(hits)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        if hits:
            self.next_hit()

    def next_hit(self) -> None:
        """Bring the next marked place into sight; after the last one, start again at the first."""
        starts = sorted({hit.cursor.selectionEnd() for hit in self.extraSelections()})
        if starts:
            here = self.textCursor().position()
            cursor = QTextCursor(self.document())
            cursor.setPosition(next((start for start in starts if start > here), starts[0]))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()

    def _places(self, word: str) -> list[QTextEdit.ExtraSelection]:
        colour = self.palette().color(QPalette.ColorRole.Highlight)
        colour.setAlpha(90)
        found = []
        cursor = self.document().find(word)
        while not cursor.isNull():
            hit = QTextEdit.ExtraSelection()
            hit.cursor = cursor
            hit.format.setBackground(colour)
            found.append(hit)
            cursor = self.document().find(word, cursor)
        return found


def set_markdown(browser: QTextBrowser, text: str) -> None:
    """Show Markdown in the browser's own font and colours.

    It sets the sizes of headings and the space between lines, and gives tables thin lines.
    """
    document = browser.document()
    document.setDefaultFont(browser.font())
    document.setIndentWidth(3 * SPACE)
    document.setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
    block = document.begin()
    while block.isValid():
        _set_block(block, browser)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _set_table(frame, browser.palette())
    # The changes above moved the cursor to the end.
    browser.moveCursor(QTextCursor.MoveOperation.Start)


def _set_block(block: QTextBlock, browser: QTextBrowser) -> None:
    shape, cursor = QTextBlockFormat(block.blockFormat()), QTextCursor(block)
    level = shape.headingLevel()
    in_table = cursor.currentTable() is not None
    shape.setLineHeight(125.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    shape.setTopMargin(0 if in_table else (2.5 * SPACE if level > 1 else 0))
    shape.setBottomMargin(0 if in_table else (SPACE // 2 if cursor.currentList() else SPACE))
    cursor.setBlockFormat(shape)
    cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
    if level:
        large = QTextCharFormat()
        large.setFontPointSize(
            browser.font().pointSizeF() * HEADINGS[min(level, len(HEADINGS)) - 1]
        )
        large.setFontWeight(QFont.Weight.DemiBold)
        large.clearProperty(QTextFormat.Property.FontSizeAdjustment)
        cursor.mergeCharFormat(large)


def _set_table(table: QTextTable, palette: QPalette) -> None:
    shape = table.format()
    shape.setBorderCollapse(True)
    shape.setBorder(1)
    shape.setBorderBrush(QColor(palette.color(QPalette.ColorRole.Mid)))
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setCellPadding(5)
    shape.setCellSpacing(0)
    shape.setTopMargin(SPACE // 2)
    shape.setBottomMargin(SPACE)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(shape)
