"""The File tab: the file, what reading it showed, the time of the analysis, and the model."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dfgui.core.analysis_results import FileResult
from dfgui.core.display.wording import in_bytes
from dfgui.core.media.facts import MediaFacts
from dfgui.core.network.package import Card
from dfgui.ui.widgets.fields import ElidedLabel, FactGrid, HashField, label, scrolled
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.theme import SPACE

Rows = list[tuple[str, str]]


class FilePage(QWidget):
    """All facts on the file and the model; each text can be selected, and all copied at once.

    Of several video streams or pictures in the file, one can be chosen.
    """

    stream_chosen = Signal(int)
    """The index of the stream or picture to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file_rows: Rows = []
        self._content_rows: Rows = []
        self._timing_rows: Rows = []
        self._model_rows: Rows = []
        self._warning_texts: Sequence[str] = ()
        self._choices_of = ""
        self._build_ui()
        self._streams.activated.connect(
            lambda row: self.stream_chosen.emit(self._streams.itemData(row))
        )
        self._copy.clicked.connect(self._on_copy)
        self.show_instead("")
        self.show_file(None, None, None, None)

    def show_instead(self, sentence: str) -> None:
        """Say what a chosen file waits for, or why it has no facts; empty if none is open."""
        self._empty.setText(
            sentence or self.tr("No file is open. Open one with Ctrl+O, or drop it on the window.")
        )

    def show_file(
        self,
        facts: MediaFacts | None,
        result: FileResult | None,
        size_bytes: int | None,
        modified: str | None,
    ) -> None:
        """Show an open file.

        Args:
            facts: what opening it showed; None while it is not open or cannot be opened.
            result: of its analysis; None before its end.
            size_bytes: of the file.
            modified: when it was last changed, in words.
        """
        path = facts.path if facts else result.path if result else ""
        sha256 = result.sha256 if result else None
        self._path.show_text(path)
        self._hash.show_hash(sha256)
        sizes = [(self.tr("size"), in_bytes(size_bytes))] if size_bytes is not None else []
        self._file_rows = sizes + ([(self.tr("modified"), modified)] if modified else [])
        self._file.show_facts(self._file_rows)
        self._content_rows = (
            [(worded(fact.name), worded(fact.value)) for fact in facts.facts] if facts else []
        )
        self._contents.show_facts(self._content_rows)
        self._show_choices(path, facts)
        # Reading for the views and reading for the scan may say the same.
        self._warning_texts = tuple(
            dict.fromkeys(
                map(
                    worded,
                    (*(facts.warnings if facts else ()), *(result.warnings if result else ())),
                )
            )
        )
        self._warnings.setText("\n".join(f"• {text}" for text in self._warning_texts))
        self._timing_rows = self._timing(result)
        self._times.show_facts(self._timing_rows)
        self._show_groups(bool(path))

    def show_model(self, card: Card, sha256: str, engine: str) -> None:
        """Show the model: its card, the hash of its package, and the engine.

        `engine` includes the precision, such as "OpenVINO 2026.4.1, f32".
        """
        side = card.input_size
        self._model_rows = [
            (self.tr("name"), card.name),
            (self.tr("version"), card.version),
            (self.tr("network"), card.architecture),
            (self.tr("input"), self.tr("{0} x {0} pixels, {1}").format(side, card.colour_order)),
            (self.tr("engine"), engine),
        ]
        self._model.show_facts(self._model_rows)
        self._model_hash.show_hash(sha256)
        self._model_group.setVisible(True)

    def _show_choices(self, path: str, facts: MediaFacts | None) -> None:
        """Offer the streams of a file; they stay if one of them cannot be opened."""
        if facts is None and path == self._choices_of:
            return
        self._choices_of = path
        self._streams.clear()
        choices = facts.choices if facts else ()
        for one in choices:
            text = (
                self.tr("{0}: film").format(one.index)
                if one.film
                else self.tr("{0}: {1} x {2} pixels").format(one.index, one.width, one.height)
                if one.width
                else self.tr("{0}: size not known").format(one.index)
            )
            self._streams.addItem(text, one.index)
            if facts and one.index == facts.stream:
                self._streams.setCurrentIndex(self._streams.count() - 1)
        self._streams_group.setVisible(len(choices) > 1)

    def _build_ui(self) -> None:
        content = QWidget()
        self._layout = QVBoxLayout(content)
        self._layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._layout.setSpacing(SPACE + SPACE // 2)
        self._empty = label("", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._path, self._hash, self._file = (
            ElidedLabel(),
            HashField(self.tr("SHA-256 of the file")),
            FactGrid(),
        )
        self._path.setAccessibleName(self.tr("Path"))
        self._contents, self._times, self._model = FactGrid(), FactGrid(), FactGrid()
        self._streams = QComboBox()
        self._streams.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._streams.setAccessibleName(self.tr("Video stream or picture that is read"))
        self._streams.setToolTip(
            self.tr("Choose another one of this file; it is opened and analysed again")
        )
        self._warnings = label(role="warning", selectable=True)
        self._model_hash = HashField(self.tr("SHA-256 of the model"))
        self._copy = QPushButton(self.tr("Copy all"))
        self._copy.setToolTip(self.tr("Copy everything on this page as text"))
        self._copy.setAccessibleName(self.tr("Copy all facts of file and model"))
        self._layout.addWidget(self._empty)
        self._file_group = self._group(self.tr("File"), self._path, self._file, self._hash)
        self._streams_group = self._group(self.tr("Read from this file"), self._streams)
        self._streams_group.hide()
        self._warnings_group = self._group(self.tr("Warnings"), self._warnings)
        self._contents_group = self._group(self.tr("Contents"), self._contents)
        self._times_group = self._group(self.tr("Processing time"), self._times)
        self._model_group = self._group(self.tr("Model"), self._model, self._model_hash)
        self._model_group.hide()
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        self._layout.addLayout(buttons)
        self._layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(content))

    def _group(self, title: str, *parts: QWidget) -> QWidget:
        group = QWidget()
        layout = QVBoxLayout(group)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addWidget(label(title, "heading"))
        for part in parts:
            layout.addWidget(part)
        self._layout.addWidget(group)
        return group

    def _show_groups(self, is_open: bool) -> None:
        self._empty.setVisible(not is_open)
        self._file_group.setVisible(is_open)
        self._contents_group.setVisible(bool(self._content_rows))
        self._warnings_group.setVisible(bool(self._warning_texts))
        self._times_group.setVisible(bool(self._timing_rows))
        self._copy.setVisible(is_open)

    def _timing(self, result: FileResult | None) -> Rows:
        if result is None or not result.timing_s.total:
            return []
        time = result.timing_s
        stages = (
            (self.tr("decoding"), time.decode),
            (self.tr("faces"), time.faces),
            (self.tr("network"), time.network),
        )
        rows = [(name, self.tr("{:.2f} s").format(seconds)) for name, seconds in stages]
        return [*rows, (self.tr("in all"), self.tr("{:.2f} s (stages overlap)").format(time.total))]

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._as_text())

    def _as_text(self) -> str:
        file = [(self.tr("path"), self._path.whole), *self._file_rows, ("SHA-256", self._hash.text)]
        model = [*self._model_rows, ("SHA-256", self._model_hash.text)] if self._model_rows else []
        warnings = [(str(number), text) for number, text in enumerate(self._warning_texts, 1)]
        groups = (
            (self.tr("File"), file),
            (self.tr("Warnings"), warnings),
            (self.tr("Contents"), self._content_rows),
            (self.tr("Processing time"), self._timing_rows),
            (self.tr("Model"), model),
        )
        blocks = [
            "\n".join([title, *(f"  {name}: {value}" for name, value in rows if value)])
            for title, rows in groups
            if rows
        ]
        return "\n\n".join(blocks) + "\n"
