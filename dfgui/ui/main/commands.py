"""What the person does in the window: each action and gesture, and the service it goes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QGuiApplication

from dfgui.core.geometry import Box
from dfgui.services.app_services import AppServices
from dfgui.services.evidence.open_evidence import Item
from dfgui.ui.main.dialogs import Dialogs, open_log_folder
from dfgui.ui.main.menus import Menus
from dfgui.ui.main.panels import Panels
from dfgui.ui.main.parts import Parts

Do = Callable[[], object]


class Commands(QObject):
    """Passes what is done in the parts of the window to the services.

    Args:
        parts: of the window.
        services: do what is asked.
        actions: of the window, by name.
        menus: with what the person chooses there.
        dialogs: with their answers.
        panels: of the window.
    """

    def __init__(
        self,
        parts: Parts,
        services: AppServices,
        actions: Mapping[str, QAction],
        menus: Menus,
        dialogs: Dialogs,
        panels: Panels,
    ) -> None:
        super().__init__(parts.window)
        self._parts, self._services, self._dialogs = parts, services, dialogs
        self._actions, self._menus, self._panels = actions, menus, panels
        self._connect_views()
        self._connect_lists()
        self._connect_pages()
        groups = (
            self._for_files,
            self._for_notes,
            self._for_views,
            self._for_playing,
            self._for_analysis,
            self._for_training,
        )
        for name, do in (entry for group in groups for entry in group().items()):
            self._actions[name].triggered.connect(lambda _checked=False, do=do: do())
        self._connect_switches()

    # -- the parts of the window

    def _connect_views(self) -> None:
        views, selection = self._parts.views, self._services.selection
        views.content_chosen.connect(self._services.show_content)
        views.face_clicked.connect(selection.choose_face)
        views.drawing.connect(self._on_drawing)
        views.drawn.connect(self._on_drawn)
        views.tool_left.connect(lambda: self._use_tool("pan"))
        timeline, transport, player = (
            self._parts.timeline,
            self._parts.transport,
            self._services.player,
        )
        timeline.sought.connect(player.go_to)
        timeline.track_chosen.connect(selection.choose_face)
        transport.play_toggled.connect(player.toggle)
        transport.stepped.connect(player.step)
        transport.key_jumped.connect(player.to_key_frame)
        transport.end_jumped.connect(player.to_end)
        transport.go_to_requested.connect(self._dialogs.ask_where)
        transport.volume_changed.connect(lambda volume: self._services.change(volume=volume))
        transport.cancelled.connect(self._services.cancel_job)

    def _connect_lists(self) -> None:
        evidence, open_evidence = self._parts.evidence, self._services.open_evidence
        evidence.chosen.connect(self._services.selection.choose)
        evidence.cancel_requested.connect(self._services.cancel_scan)
        self._services.scan_cancelled.connect(self._on_scan_cancelled)
        evidence.again_requested.connect(open_evidence.analyse)
        evidence.remove_requested.connect(open_evidence.remove)
        evidence.open_requested.connect(self._dialogs.ask_for_files)
        self._dialogs.files_chosen.connect(self.open)
        self._menus.recent_chosen.connect(lambda path: self.open([path]))
        self._menus.theme_chosen.connect(lambda name: self._services.change(theme=name))

    def _connect_pages(self) -> None:
        inspector, selection, notebook = (
            self._parts.inspector,
            self._services.selection,
            self._services.notebook,
        )
        inspector.settings.changed.connect(self._services.use_settings)
        inspector.frame.face_chosen.connect(selection.choose_face)
        inspector.frame.box_requested.connect(lambda: self._use_tool("box"))
        inspector.file.stream_chosen.connect(selection.choose_stream)
        inspector.verdict.track_chosen.connect(selection.choose_face)
        inspector.audio.sought_s.connect(self._services.player.go_to_time)
        notes = inspector.notes
        notes.text_changed.connect(notebook.set_text)
        notes.bookmark_added.connect(self._services.bookmark)
        notes.bookmark_removed.connect(notebook.remove_bookmark)
        notes.bookmark_renamed.connect(notebook.rename_bookmark)
        notes.went_to.connect(self._services.player.go_to)
        notes.save_requested.connect(notebook.save)

    # -- the actions

    def _for_files(self) -> dict[str, Do]:
        dialogs = self._dialogs
        return {
            "open": dialogs.ask_for_files,
            "open_folder": dialogs.ask_for_folder,
            "remove": self._remove_current,
            "copy": self._copy_picture,
            "quit": self._parts.window.close,
            "help": dialogs.show_help,
            "keys": dialogs.show_keys,
            "log": open_log_folder,
            "about": dialogs.show_about,
        }

    def _for_notes(self) -> dict[str, Do]:
        notebook = self._services.notebook
        return {
            "undo": notebook.undo,
            "redo": notebook.redo,
            "bookmark": self._services.bookmark,
            "notes": self._write_note,
            "save_notes": notebook.save,
        }

    def _for_views(self) -> dict[str, Do]:
        views = self._parts.views
        return {
            "fit": views.fit,
            "one_to_one": lambda: views.set_scale(1),
            "two_to_one": lambda: views.set_scale(2),
            "zoom_in": lambda: views.zoom(1.25),
            "zoom_out": lambda: views.zoom(0.8),
            "zoom_face": self.zoom_to_face,
        }

    def _for_playing(self) -> dict[str, Do]:
        player = self._services.player
        return {
            "play": player.toggle,
            "backward": lambda: player.faster(-1),
            "pause": player.pause,
            "forward": lambda: player.faster(1),
            "step_back": lambda: player.step(-1),
            "step_on": lambda: player.step(1),
            "key_back": lambda: player.to_key_frame(-1),
            "key_on": lambda: player.to_key_frame(1),
            "to_start": lambda: player.to_end(-1),
            "to_end": lambda: player.to_end(1),
            "go_to": self._dialogs.ask_where,
            "worst": self._services.go_to_worst,
        }

    def _for_analysis(self) -> dict[str, Do]:
        selection, region = self._services.selection, self._services.hidden_region
        return {
            "again": self._analyse_again,
            "cancel": self._cancel_current,
            "leave": self._leave,
            "next_face": lambda: selection.next_face(1),
            "previous_face": lambda: selection.next_face(-1),
            "follow": region.follow,
            "clear_region": region.clear,
            "models": self._dialogs.ask_for_model,
        }

    def _for_training(self) -> dict[str, Do]:
        controller = self._dialogs.controller
        return (
            {}
            if controller is None
            else {"experiment": controller.show, "report": controller.ask_for_report}
        )

    def _connect_switches(self) -> None:
        """Connect the actions that stay pressed."""
        parts, window, services = self._parts, self._parts.window, self._services
        switches: dict[str, Callable[[bool], object]] = {
            "linked": lambda on: services.change(linked=on),
            "solo": parts.views.show_alone,
            "full_screen": lambda on: window.showFullScreen() if on else window.showNormal(),
            "draw_box": lambda on: self._use_tool("box" if on else "pan"),
            "draw_region": lambda on: self._use_tool("region" if on else "pan"),
            "occlusion": lambda on: self.make_map() if on else services.heat_maps.clear(),
        }
        for name, switch in switches.items():
            # Qt calls a method of its own, such as setVisible, without the state.
            self._actions[name].triggered.connect(lambda on, switch=switch: switch(on))

    # -- files

    def open(self, paths: Sequence[str]) -> None:
        """Open files and folders, and show the first of them."""
        self._services.open(paths)
        if paths:
            self._parts.views.current.picture.setFocus()  # so that Space plays

    def _analyse_again(self) -> None:
        if (number := self._services.selection.item_id) is not None:
            self._services.open_evidence.analyse(number)

    def _remove_current(self) -> None:
        if (number := self._services.selection.item_id) is not None:
            self._services.open_evidence.remove(number)

    def _cancel_current(self) -> None:
        if (number := self._services.selection.item_id) is not None:
            self._services.cancel_scan(number)

    def _on_scan_cancelled(self, item: Item) -> None:
        text = self.tr("The analysis of {} was cancelled.").format(Path(item.path).name)
        undo = self.tr("Undo"), lambda: self._services.undo_cancel(item.id)
        self._parts.message_bar.show_message(text, "info", [undo])

    def _leave(self) -> None:
        """Leave a drawing tool, else take the heat map away or stop making it."""
        if self._actions["draw_box"].isChecked() or self._actions["draw_region"].isChecked():
            self._use_tool("pan")
            self._parts.say("")
        else:
            self._services.heat_maps.clear()

    # -- views

    def _use_tool(self, tool: str) -> None:
        self._services.hidden_region.give_up_drawing()
        self._parts.views.set_tool(
            "box" if tool == "box" else "region" if tool == "region" else "pan"
        )
        self._actions["draw_box"].setChecked(tool == "box")
        self._actions["draw_region"].setChecked(tool == "region")
        if tool != "pan":
            self._services.player.pause()
            self._parts.views.current.picture.setFocus()
            text = self.tr(
                "Drag a rectangle, or use the arrow keys (with Shift: its size) and Enter; Esc"
                " gives up."
            )
            self._parts.say(text)

    def _on_drawing(self, tool: str, box: Box) -> None:
        if tool == "region":
            self._services.hidden_region.draw(box)

    def _on_drawn(self, tool: str, box: Box) -> None:
        self._parts.say("")
        if tool == "box":
            self._services.selection.set_box(box)
        else:
            self._services.hidden_region.hide(box)
        self._use_tool("pan")

    def make_map(self) -> None:
        """Make the heat map of the chosen face, zoomed in enough to be seen."""
        self._services.player.pause()
        if self._parts.views.fits:
            self.zoom_to_face()
        self._services.heat_maps.make()

    def zoom_to_face(self) -> None:
        """Show the chosen face and a little around it."""
        if (face := self._services.selection.face) is not None:
            self._parts.views.zoom_to(face.box)

    def _copy_picture(self) -> None:
        image = self._parts.views.current.picture.image()
        if image is None:
            self._parts.warn(self.tr("This view shows no picture; choose another view."))
            return
        QGuiApplication.clipboard().setImage(image)
        text = self.tr("The picture was copied: {} x {} pixels.")
        self._parts.say(text.format(image.width(), image.height()), 3000)

    # -- notes

    def _write_note(self) -> None:
        inspector = self._parts.inspector
        self._panels.show("inspector")
        inspector.show_page(inspector.notes)
        inspector.notes.setFocus()
