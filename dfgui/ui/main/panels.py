"""Evidence list, inspector and timeline: shown, hidden by the user, or folded for lack of room."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QWidget

from dfgui.core.media.facts import MediaFacts
from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import Panel
from dfgui.ui.main.parts import Parts
from dfgui.ui.widgets.theme import SPACE

AROUND = 2 * SPACE  # px; margins and gaps around the columns
CENTRE = 1  # the views and the timeline among the columns
SIDES: set[Panel] = {"list", "inspector"}


class Panels(QObject):
    """Shows the panels that are wanted and have room.

    What a user hides stays hidden, also after a restart. What has no room is folded until there is
    room again; a panel that is asked for then takes the place of the others. A still picture has no
    timeline.

    Args:
        parts: of the window.
        columns: list, centre and inspector, from left to right.
        services: remember what is hidden.
        actions: of the window, by name; a panel's action is pressed while the panel is shown.
    """

    def __init__(
        self,
        parts: Parts,
        columns: QSplitter,
        services: AppServices,
        actions: Mapping[str, QAction],
    ) -> None:
        super().__init__(parts.window)
        self._parts, self._columns, self._services = parts, columns, services
        self._actions = actions
        self._panels: dict[Panel, QWidget] = {
            "list": parts.evidence,
            "inspector": parts.inspector,
            "timeline": parts.timeline,
        }
        self._order: list[Panel] = list(self._panels)  # the first is folded first
        self._is_still = False
        services.frame_cache.opened.connect(self._on_opened)
        for name in self._panels:
            actions[f"show_{name}"].triggered.connect(
                lambda on, name=name: self.show(name) if on else self.hide(name)
            )

    def show(self, name: Panel) -> None:
        """Show a panel; if there is no room for all, others fold for it."""
        self._order.remove(name)
        self._order.append(name)
        self._remember(set(self._services.settings.hidden) - {name})

    def hide(self, name: Panel) -> None:
        """Hide a panel until it is asked for."""
        self._remember({*self._services.settings.hidden, name})

    def fit(self) -> None:
        """Show what is wanted and has room in the window as it is now."""
        shown = {name for name in self._panels if name not in self._services.settings.hidden}
        if self._is_still:
            shown.discard("timeline")
        for name in self._order:
            lacks = self._lacks_height if name == "timeline" else self._lacks_width
            if name in shown and lacks(shown):
                shown.remove(name)
        for name, panel in self._panels.items():
            panel.setVisible(name in shown)
            self._actions[f"show_{name}"].setChecked(name in shown)

    def _on_opened(self, facts: MediaFacts) -> None:
        self._is_still = facts.count == 1
        self.fit()

    def _remember(self, hidden: set[Panel]) -> None:
        self._services.change(hidden=tuple(sorted(hidden)))
        self.fit()

    def _lacks_width(self, shown: set[Panel]) -> bool:
        """Whether these panels and the views need more width than there is."""
        across = [self._columns.widget(CENTRE), *(self._panels[one] for one in shown & SIDES)]
        needed = sum(least(part)[0] for part in across if part is not None)
        needed += self._columns.handleWidth() * (len(across) - 1)
        return needed + AROUND > self._parts.window.width()

    def _lacks_height(self, shown: set[Panel]) -> bool:
        """Whether the timeline under the views needs more height than there is."""
        parts, window = self._parts, self._parts.window
        bars = (window.menuBar(), window.statusBar(), parts.transport)
        rows = [parts.views, *(self._panels[name] for name in shown if name == "timeline")]
        needed = sum(least(part)[1] for part in (*bars, *rows))
        return needed + AROUND > window.height()


def least(part: QWidget) -> tuple[int, int]:
    """The width and height below which something in a part is cut off, pixels."""
    hint, fixed = part.minimumSizeHint(), part.minimumSize()
    return max(hint.width(), fixed.width()), max(hint.height(), fixed.height())
