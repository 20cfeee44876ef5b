"""The widgets of the main window, for those that fill and connect them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QMainWindow

from dfgui.ui.evidence.evidence_list import EvidenceList
from dfgui.ui.inspector.inspector import Inspector
from dfgui.ui.main.message_bar import MessageBar
from dfgui.ui.timeline.timeline import Timeline
from dfgui.ui.timeline.transport import Transport
from dfgui.ui.viewer.views import ViewGrid


@dataclass(frozen=True)
class Parts:
    """What the main window is made of.

    Attributes:
        window: has the title, and is the parent of dialogs.
        message_bar: sentences that wait to be read.
        evidence: the list of files.
        views: the three pictures.
        timeline: under the views.
        transport: the buttons under the timeline.
        inspector: the column at the right.
        frame_line: facts of the frame, in the status line.
    """

    window: QMainWindow
    message_bar: MessageBar
    evidence: EvidenceList
    views: ViewGrid
    timeline: Timeline
    transport: Transport
    inspector: Inspector
    frame_line: QLabel

    def warn(self, sentence: str) -> None:
        """Show a sentence until the person takes it away."""
        self.message_bar.show_message(sentence, "warning")

    def say(self, sentence: str, milliseconds: int = 0) -> None:
        """Show a sentence in the status line, for a time or until the next; empty for none."""
        self.window.statusBar().showMessage(sentence, milliseconds)
