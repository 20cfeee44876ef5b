"""What there is to work on: the needs of actions that are met now."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from dfgui.services.app_services import AppServices

Need = Literal[
    "chosen", "scanning", "open", "moves", "result", "face", "faces", "track", "heat_map", "region",
    "notes",
    "undo", "redo",
]  # fmt: skip
"""What an action may need.

A file that is "chosen", and then "open"; that "moves", so has several frames; its scan, "scanning",
and the "result" of it; "faces" in the frame, a chosen "face" among them, its "track"; a "heat_map"
that is complete; a "region" hidden by hand; "notes" of the file, and something to "undo" or "redo"
in them.
"""


class Availability(QObject):
    """Follows the services and says which needs are met.

    Args:
        services: those to follow.
        parent: owner.
    """

    changed = Signal(object)
    """Frozen set of the needs that are met now."""

    def __init__(self, services: AppServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._can_undo = self._can_redo = False
        self.met: frozenset[Need] = frozenset()
        selection, notebook = services.selection, services.notebook
        for signal in (
            selection.chosen,
            selection.faces_changed,
            services.heat_maps.changed,
            services.hidden_region.changed,
            services.frame_cache.opened,
            services.open_evidence.changed,
            notebook.changed,
        ):
            signal.connect(self._update)
        notebook.undo_changed.connect(self._on_undo)

    def _on_undo(self, can_undo: bool, can_redo: bool) -> None:
        self._can_undo, self._can_redo = can_undo, can_redo
        self._update()

    def _update(self, *_: object) -> None:
        met = self._now()
        if met != self.met:
            self.met = met
            self.changed.emit(met)

    def _now(self) -> frozenset[Need]:
        selection, item = self._services.selection, self._services.selection.item
        heat, facts = self._services.heat_maps.heat, self._services.frame_cache.facts
        needs: dict[Need, bool] = {
            "chosen": item is not None,
            "scanning": item is not None and item.is_scanning,
            "open": facts is not None,
            "moves": facts is not None and facts.count > 1,
            "result": item is not None and item.result is not None,
            "face": selection.face is not None,
            "faces": bool(selection.faces),
            "track": selection.number is not None,
            "heat_map": heat is not None and heat.map.complete,
            "region": self._services.hidden_region.region is not None,
            "notes": self._services.notebook.current is not None,
            "undo": self._can_undo,
            "redo": self._can_redo,
        }
        return frozenset(need for need, is_met in needs.items() if is_met)
