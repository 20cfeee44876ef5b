"""The window: puts the parts in their places and carries what they say to the services, and back."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.card import ModelPackage
from dfgui.core.facts import MediaFacts
from dfgui.core.geometry import Box
from dfgui.core.media import STILL_SUFFIXES, VIDEO_SUFFIXES
from dfgui.core.results import Array
from dfgui.core.tracks import PlacedFace
from dfgui.core.wording import ela_sentence, time_code
from dfgui.logs import log_folder
from dfgui.services.bench import Bench
from dfgui.services.examination import BY_HAND, HeatMap, Region
from dfgui.services.notes import Notes
from dfgui.services.packages import load_packages, package_named
from dfgui.services.player import index_at
from dfgui.services.session import Item
from dfgui.services.settings import Settings
from dfgui.services.viewer import Shown
from dfgui.ui.about import AboutDialog
from dfgui.ui.actions import Actions
from dfgui.ui.evidence_list import EvidenceList
from dfgui.ui.evidence_row import EvidenceRow
from dfgui.ui.export_menu import Exporter
from dfgui.ui.goto import GoToDialog
from dfgui.ui.help_window import HelpWindow
from dfgui.ui.inspector.inspector import Inspector
from dfgui.ui.message_bar import MessageBar
from dfgui.ui.model_dialog import ModelDialog
from dfgui.ui.shortcut_sheet import ShortcutSheet
from dfgui.ui.theme import SPACE, THEMES, ThemeName, apply_theme, system_theme
from dfgui.ui.timeline import Timeline
from dfgui.ui.transport import Transport
from dfgui.ui.views import ViewGrid
from dfgui.worker.messages import (
    Examine,
    Examined,
    Failed,
    Final,
    Follow,
    Heard,
    Inspect,
    Listen,
    Map,
    Measure,
    Measured,
    Open,
    Scan,
    WasCut,
)

SMALLEST = QSize(1000, 620)
PREFERRED = QSize(1600, 1000)
FRAME = QSize(16, 48)  # what a desktop puts around a window, at most
LIST_WIDTH, INSPECTOR_WIDTH, TIMELINE_HEIGHT = 220, 330, 190


class MainWindow(QMainWindow):
    """The main window over a bench of services.

    Args:
        bench: the services; the window closes them when it closes.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.bench = bench
        self.actions_by_name = Actions(self)
        self._job_names: dict[type, str] = {
            Open: self.tr("opening"), Examine: self.tr("hashing"), Listen: self.tr("reading the sound"), Scan: self.tr("analysing"),
            Measure: self.tr("measuring error levels"), Map: self.tr("heat map"), Follow: self.tr("region along the track"),
            Inspect: self.tr("exporting"),
        }  # fmt: skip
        self._help: HelpWindow | None = None
        self.evidence_facts: Examined | None = None
        self._heard_of: int | None = None
        self._measured: tuple[int, int] | None = None
        self._theme_name: ThemeName | None = None
        self._build_ui()
        self._build_menus()
        for part in self.findChildren(QWidget):
            part.setAcceptDrops(False)  # files are opened wherever they are dropped, also on plots and texts
        self._connect()
        self._connect_actions()
        self.exporter = Exporter(self)
        self._use_settings(bench.settings)
        self._use_package(bench.package)
        self._restore_layout()
        self._on_chosen(None)
        self._offer_drafts()

    # -- what it is made of

    def _build_ui(self) -> None:
        self.setWindowTitle("dfgui")
        self.setMinimumSize(SMALLEST)
        self.resize(PREFERRED.boundedTo(self.screen().availableSize() - FRAME))
        self.setAcceptDrops(True)
        self.message_bar = MessageBar()
        self.evidence = EvidenceList()
        self.views = ViewGrid()
        self.timeline = Timeline()
        self.transport = Transport()
        self.inspector = Inspector()
        self.middle = QSplitter(Qt.Orientation.Vertical)
        self.middle.addWidget(self.views)
        self.middle.addWidget(self.timeline)
        self.middle.setStretchFactor(0, 1)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.middle, 1)
        column.addWidget(self.transport)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((self.evidence, 0), (centre, 1), (self.inspector, 0)):
            self.columns.addWidget(widget)
            self.columns.setStretchFactor(self.columns.count() - 1, stretch)
        for splitter in (self.middle, self.columns):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(SPACE // 2)
        self.columns.setSizes([LIST_WIDTH, PREFERRED.width() - LIST_WIDTH - INSPECTOR_WIDTH, INSPECTOR_WIDTH])
        self.middle.setSizes([PREFERRED.height() - TIMELINE_HEIGHT, TIMELINE_HEIGHT])
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(SPACE // 2, 0, SPACE // 2, 0)
        rows.setSpacing(SPACE // 2)
        rows.addWidget(self.message_bar)
        rows.addWidget(self.columns, 1)
        self.setCentralWidget(whole)
        self._frame_line = QLabel()
        self._frame_line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._frame_line.setAccessibleName(self.tr("The frame that is shown"))
        self.statusBar().addPermanentWidget(self._frame_line)
        self.statusBar().setSizeGripEnabled(False)

    def _build_menus(self) -> None:
        bar = self.menuBar()
        self._recent = QMenu(self.tr("Open recent"), self)
        export = self._menu(self.tr("Export"), ("export_frame", "export_view", "export_map", "export_timeline", "export_scan"))
        bar.addMenu(
            self._menu(
                self.tr("&File"),
                ("open", "open_folder", self._recent, "remove", None, "save_notes", export, "copy", None, "quit"),
            )
        )
        bar.addMenu(self._menu(self.tr("&Edit"), ("undo", "redo", None, "bookmark", "notes")))
        playback = self._menu(
            self.tr("Playback"),
            (
                *("play", "forward", "backward", "pause", None, "step_on", "step_back", "key_on", "key_back", "to_start", "to_end"),
                *(None, "go_to", "worst"),
            ),
        )
        self._recent.triggered.connect(lambda action: self.open([action.data()]))
        self._recent.setToolTipsVisible(True)
        self._themes = self._menu(self.tr("Colours"), ())
        for name, text in (("system", self.tr("As the desktop")), ("light", self.tr("Light")), ("dark", self.tr("Dark"))):
            action = self._themes.addAction(text)
            action.setCheckable(True)
            action.setData(name)
        self._themes.triggered.connect(lambda action: self.bench.change(theme=action.data()))
        bar.addMenu(
            self._menu(
                self.tr("&View"),
                (
                    *("fit", "one_to_one", "two_to_one", "zoom_in", "zoom_out", "zoom_face", "solo", "linked", None, playback, None),
                    *("show_list", "show_inspector", "show_timeline", "full_screen", self._themes),
                ),
            )
        )
        bar.addMenu(
            self._menu(
                self.tr("&Analyse"),
                (
                    *("again", "cancel", None, "next_face", "previous_face", "draw_box", None, "occlusion", None),
                    *("draw_region", "follow", "clear_region", None, "models"),
                ),
            )
        )
        bar.addMenu(self._menu(self.tr("&Help"), ("help", "keys", None, "log", "about")))

    def _menu(self, title: str, entries: Sequence[str | QMenu | None]) -> QMenu:
        menu = QMenu(title, self)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addAction(self.actions_by_name[entry])
        return menu

    def _connect(self) -> None:
        bench = self.bench
        bench.settings_changed.connect(self._use_settings)
        bench.model_changed.connect(self._use_package)
        bench.died.connect(self._on_died)
        session, viewer, examination = bench.session, bench.viewer, bench.examination
        session.added.connect(self._on_item)
        session.changed.connect(self._on_item)
        session.looked.connect(self._on_looked)
        session.pictured.connect(self._on_pictured)
        session.removed.connect(self._on_removed)
        session.engine_found.connect(lambda _engine: self._show_model())
        viewer.opened.connect(self._on_opened)
        viewer.failed.connect(self._on_open_failed)
        viewer.shown.connect(self._on_shown)
        viewer.view_failed.connect(self.views.show_sentence)
        bench.player.playing_changed.connect(self._on_playing)
        examination.chosen.connect(self._on_chosen)
        examination.faces_changed.connect(self._on_faces)
        examination.cut_changed.connect(self._on_cut)
        examination.score_changed.connect(self._on_score)
        examination.heat_changed.connect(self._on_heat)
        examination.region_changed.connect(self._on_region)
        examination.curve_changed.connect(self._on_curve)
        examination.refused.connect(self.message)
        bench.jobs.changed.connect(self._show_job)
        bench.analyst.finished.connect(lambda _kind: self._check_occlusion())
        notebook, notes = bench.notebook, self.inspector.notes
        notebook.changed.connect(self._on_notes)
        notebook.saved_changed.connect(notes.set_saved)
        notebook.failed.connect(self.message)
        notebook.undo_changed.connect(self._on_undo)
        notes.text_changed.connect(notebook.set_text)
        notes.bookmark_added.connect(self._bookmark)
        notes.bookmark_removed.connect(notebook.remove_bookmark)
        notes.bookmark_renamed.connect(notebook.rename_bookmark)
        notes.went_to.connect(self.go_to)
        notes.save_requested.connect(self._save_notes)
        self.evidence.chosen.connect(examination.choose)
        self.evidence.cancel_requested.connect(session.cancel)
        self.evidence.again_requested.connect(session.analyse)
        self.evidence.remove_requested.connect(session.remove)
        self.evidence.open_requested.connect(self._ask_for_files)
        self.views.content_chosen.connect(self._on_content)
        self.views.face_clicked.connect(examination.choose_face)
        self.views.drawn.connect(self._on_drawn)
        self.views.tool_left.connect(lambda: self._use_tool("pan"))
        self.timeline.sought.connect(self.go_to)
        self.timeline.track_chosen.connect(examination.choose_face)
        transport, player = self.transport, bench.player
        transport.play_toggled.connect(player.toggle)
        transport.stepped.connect(player.step)
        transport.key_jumped.connect(player.to_key_frame)
        transport.end_jumped.connect(self._to_end)
        transport.go_to_requested.connect(self._ask_where)
        transport.volume_changed.connect(lambda volume: bench.change(volume=volume))
        transport.cancelled.connect(self._cancel)
        self.inspector.settings.changed.connect(bench.use_settings)
        self.inspector.frame.face_chosen.connect(examination.choose_face)
        self.inspector.frame.box_requested.connect(lambda: self._use_tool("box"))
        self.inspector.verdict.track_chosen.connect(examination.choose_face)
        self.inspector.audio.sought_s.connect(self._go_to_time)

    def _connect_actions(self) -> None:
        bench, views, player = self.bench, self.views, self.bench.player
        examination = bench.examination
        does: dict[str, Callable[[], object]] = {
            "open": self._ask_for_files, "open_folder": self._ask_for_folder, "remove": self._remove_current,
            "save_notes": self._save_notes, "copy": self._copy_picture, "quit": self.close,
            "undo": bench.notebook.undo, "redo": bench.notebook.redo, "bookmark": self._bookmark, "notes": self._write_note,
            "fit": views.fit, "one_to_one": lambda: views.set_scale(1), "two_to_one": lambda: views.set_scale(2),
            "zoom_in": lambda: views.zoom(1.25), "zoom_out": lambda: views.zoom(0.8), "zoom_face": self.zoom_to_face,
            "play": player.toggle, "backward": lambda: player.faster(-1), "pause": player.pause, "forward": lambda: player.faster(1),
            "step_back": lambda: player.step(-1), "step_on": lambda: player.step(1),
            "key_back": lambda: player.to_key_frame(-1), "key_on": lambda: player.to_key_frame(1),
            "to_start": lambda: self._to_end(-1), "to_end": lambda: self._to_end(1), "go_to": self._ask_where, "worst": self._go_to_worst,
            "again": self._analyse_again, "cancel": self._cancel,
            "next_face": lambda: examination.next_face(1), "previous_face": lambda: examination.next_face(-1),
            "follow": examination.follow_region, "clear_region": examination.clear_region, "models": self._ask_for_model,
            "help": self.show_help, "keys": self._show_keys, "log": self._open_log, "about": self._show_about,
        }  # fmt: skip
        for name, do in does.items():
            self.actions_by_name[name].triggered.connect(lambda _checked=False, do=do: do())
        toggles: dict[str, Callable[[bool], object]] = {
            "linked": lambda on: bench.change(linked=on), "solo": self.views.show_alone, "show_list": self.evidence.setVisible,
            "show_inspector": self.inspector.setVisible, "show_timeline": self.timeline.setVisible,
            "full_screen": lambda on: self.showFullScreen() if on else self.showNormal(),
            "draw_box": lambda on: self._use_tool("box" if on else "pan"),
            "draw_region": lambda on: self._use_tool("region" if on else "pan"),
            "occlusion": lambda on: self.make_map() if on else examination.clear_map(),
        }  # fmt: skip
        for name, toggle in toggles.items():
            # Qt calls a method of its own, such as setVisible, without the state.
            self.actions_by_name[name].triggered.connect(lambda on, toggle=toggle: toggle(on))
        for name in ("show_list", "show_inspector", "show_timeline"):
            self.actions_by_name[name].setChecked(True)

    # -- settings, colours, the network

    def _use_settings(self, settings: Settings) -> None:
        name: ThemeName = system_theme() if settings.theme == "system" else settings.theme
        app = QApplication.instance()
        if isinstance(app, QApplication) and self._theme_name != name:
            self._theme_name = name
            theme = apply_theme(app, name)
            for part in (self.message_bar, self.evidence, self.views, self.timeline, self.transport, self.inspector):
                part.set_theme(theme)
        self.views.set_settings(settings)
        self.inspector.settings.set_settings(settings)
        self.actions_by_name["linked"].setChecked(settings.linked)
        for action in self._themes.actions():
            action.setChecked(action.data() == settings.theme)
        self._show_recent(settings.recent)
        self._measure_ela()

    def _use_package(self, package: ModelPackage) -> None:
        self._show_model()
        self._show_verdict()

    def _show_model(self) -> None:
        package = self.bench.package
        engine = self.bench.session.engine
        self.inspector.file.show_model(package.card, package.sha256, f"{engine}, f32" if engine else self.tr("not started yet"))

    def _show_recent(self, recent: Sequence[str]) -> None:
        self._recent.clear()
        for path in recent:
            action = self._recent.addAction(Path(path).name.replace("&", "&&"))
            action.setData(path)
            action.setToolTip(path)
        self._recent.setEnabled(bool(recent))

    def _restore_layout(self) -> None:
        parts = self.bench.settings.layout.split(",")
        if len(parts) == 3:
            states = [QByteArray(base64.b64decode(part)) for part in parts]
            self.restoreGeometry(states[0])
            self.columns.restoreState(states[1])
            self.middle.restoreState(states[2])

    def _layout(self) -> str:
        states = (self.saveGeometry(), self.columns.saveState(), self.middle.saveState())
        return ",".join(base64.b64encode(state.data()).decode() for state in states)

    # -- opening

    def open(self, paths: Sequence[str]) -> None:
        """Open files and folders, and show the first of them."""
        numbers = self.bench.session.add(paths)
        settings = self.bench.settings
        for path in paths:
            settings = settings.with_recent(str(Path(path).absolute()))
        self.bench.use_settings(settings)
        if numbers:
            self.evidence.choose(numbers[0])
            self.bench.examination.choose(numbers[0])
            self.views.current.picture.setFocus()  # so that Space plays

    def _ask_for_files(self) -> None:
        suffixes = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in sorted(VIDEO_SUFFIXES | STILL_SUFFIXES))
        kinds = f"{self.tr('Videos and pictures')} ({suffixes});;{self.tr('All files')} (*)"
        paths, _ = QFileDialog.getOpenFileNames(self, self.tr("Open evidence"), "", kinds)
        if paths:
            self.open(paths)

    def _ask_for_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, self.tr("Open every video and picture in a folder")):
            self.open([folder])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files may be dropped anywhere on the window."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open(paths)

    # -- what the services say

    def _on_item(self, number: int) -> None:
        item = self.bench.session.item(number)
        if item is None:
            return
        self.evidence.put_row(_row(item))
        if number == self.bench.examination.item_id:
            self._show_verdict()
            if item.result is not None:
                self._show_file()
                self.timeline.set_frames(item.frames)
                self.timeline.set_tracks(item.result.tracks)

    def _on_looked(self, number: int) -> None:
        item = self.bench.examination.item
        if item is not None and item.id == number:
            self.timeline.set_frames(item.frames)

    def _on_pictured(self, number: int, picture: Array) -> None:
        rgb = np.asarray(picture.numpy(), np.uint8)
        image = QImage(rgb.data, rgb.shape[1], rgb.shape[0], rgb.shape[1] * 3, QImage.Format.Format_RGB888)
        self.evidence.set_thumbnail(number, image.copy())

    def _on_removed(self, number: int) -> None:
        self.evidence.remove_row(number)

    def _on_chosen(self, item: Item | None) -> None:
        self.evidence_facts, self._measured, self._heard_of = None, None, None
        self.bench.player.pause()
        self.bench.notebook.leave()
        self.timeline.set_media(None)
        self.transport.set_media(None)
        self.timeline.set_frames(item.frames if item else ())
        self.timeline.set_tracks(item.result.tracks if item and item.result else ())
        self.setWindowTitle("dfgui" if item is None else f"{Path(item.path).name} - dfgui")
        nothing = self.tr("Drop videos or pictures here, or press Ctrl+O.")
        self.views.clear(nothing if item is None else self.tr("Opening..."))
        self.inspector.frame.show_frame(None, None, "?", None, False)
        self.inspector.audio.show_sound(None, "" if item is None else self.tr("The file is being opened."))
        self.inspector.settings.show_informativeness(None, "")
        self._frame_line.setText("")
        self._show_verdict()
        self._show_file()
        self._enable()

    def _on_opened(self, facts: MediaFacts) -> None:
        viewer, item = self.bench.viewer, self.bench.examination.item
        self.timeline.set_media(facts)
        self.transport.set_media(facts)
        self._show_file()
        if item is not None:
            self.timeline.set_frames(item.frames)
            self.timeline.set_tracks(item.result.tracks if item.result else ())
        viewer.examine(self._on_examined)
        self._measure_ela()
        if facts.has_audio:
            self.inspector.audio.show_sound(None, self.tr("Reading the sound..."))
            viewer.listen(self._on_heard)
        else:
            self.inspector.audio.show_sound(None, self.tr("This file has no sound."))
        self._enable()

    def _on_open_failed(self, sentence: str) -> None:
        self.views.clear(sentence)

    def _on_shown(self, view: int, shown: Shown) -> None:
        self.views.show_picture(view, shown)
        if view == 0 or shown.sha256:
            self._show_frame(shown)

    def _show_frame(self, shown: Shown) -> None:
        facts = self.bench.viewer.facts
        if facts is None or shown.index != self.bench.viewer.index:
            return
        self.timeline.set_position(shown.index)
        self.transport.set_position(shown.index, shown.pts_s, shown.type)
        self.inspector.audio.set_time(shown.pts_s)
        self.inspector.frame.show_frame(shown.index, shown.pts_s, shown.type, shown.sha256, shown.damaged)
        parts = [self.tr("frame {} of {}").format(shown.index, facts.count)]
        if shown.pts_s is not None:
            parts = [time_code(shown.pts_s), *parts, self.tr("PTS {:.6f} s").format(shown.pts_s)]
        parts += [shown.type, f"SHA-256 {shown.sha256[:16]}…" if shown.sha256 else ""]
        self._frame_line.setText("     ".join(part for part in parts if part))

    def _on_examined(self, answer: Final) -> None:
        if isinstance(answer, Examined):
            self.evidence_facts = answer
            item = self.bench.examination.item
            if item is not None:
                self.bench.notebook.open(answer.sha256, item.path)
        else:
            called_off = self.tr("Without its hash the file can have no notes; open it again.")
            self.message(answer.sentence if isinstance(answer, Failed) else called_off)
        self._show_file()
        self._enable()

    def _on_heard(self, answer: Final) -> None:
        if isinstance(answer, Heard):
            self.inspector.audio.show_sound(answer.sound, "")
        else:
            self.inspector.audio.show_sound(None, answer.sentence if isinstance(answer, Failed) else self.tr("The sound was not read."))

    def _measure_ela(self) -> None:
        """How much error levels can say in this file: once for each quality."""
        wanted = (self.bench.examination.item_id or 0, self.bench.settings.ela_quality)
        if self.bench.viewer.facts is None or self._measured == wanted:
            return
        self._measured = wanted
        self.inspector.settings.show_informativeness(None, self.tr("Measuring what error levels can show in this file..."))
        self.bench.viewer.measure(wanted[1], lambda answer: self._on_measured(wanted, answer))

    def _on_measured(self, wanted: tuple[int, int], answer: Final) -> None:
        if self._measured != wanted:
            return
        if isinstance(answer, Measured):
            self.inspector.settings.show_informativeness(answer.value, ela_sentence(answer.value))
        else:
            sentence = answer.sentence if isinstance(answer, Failed) else self.tr("What error levels can show was not measured.")
            self.inspector.settings.show_informativeness(None, sentence)

    def _on_faces(self, faces: tuple[PlacedFace, ...], chosen: int | None) -> None:
        self.views.show_faces(faces, chosen)
        self.timeline.choose_track(chosen or None)
        self.inspector.frame.show_faces(faces, chosen)
        face = self.bench.examination.face
        by_hand = face.box if face is not None and face.track == BY_HAND else None
        self.inspector.frame.show_hand_score(by_hand, None, self.tr("The face is being scored...") if by_hand else "")
        self._enable()

    def _on_cut(self, cut: WasCut | None, sentence: str) -> None:
        self.inspector.pixels.show_comparison(None if cut is None else cut.pixels, sentence, frame=self.bench.viewer.index)

    def _on_score(self, score: float | None) -> None:
        face = self.bench.examination.face
        if face is not None and face.track == BY_HAND and score is not None:
            self.inspector.frame.show_hand_score(face.box, score, self.tr("Score of this face alone: 0 is real, 1 is fake."))
        elif face is not None and face.score is None and score is not None:
            shown = [PlacedFace(one.track, one.box, one.found, score if one is face else one.score) for one in self.bench.examination.faces]
            self.inspector.frame.show_faces(shown, face.track)
            self.views.show_faces(shown, face.track)

    def _on_heat(self, heat: HeatMap | None) -> None:
        self.views.show_heat(heat)
        self._check_occlusion()
        if heat is not None and heat.map.complete:
            trust = heat.map.faithfulness
            gain = "" if trust is None else self.tr(" Faithfulness: {:+.2f} over hiding in random order.").format(trust.gain)
            known = self.tr("Heat map: {} of {} patches measured one by one.").format(heat.map.evaluated, heat.map.total)
            self.statusBar().showMessage(known + gain)
        elif heat is None:
            self.statusBar().clearMessage()
        self._enable()

    def _check_occlusion(self) -> None:
        has_map = self.bench.examination.heat is not None or self.bench.analyst.is_busy("map")
        self.actions_by_name["occlusion"].setChecked(has_map)

    def _on_region(self, region: Region | None) -> None:
        self.views.show_region(region)
        if region is not None and region.base is not None and region.drop is not None:
            text = self.tr("Hiding this region moves the score of the face from {:.3f} to {:.3f} ({:+.3f}).")
            self.statusBar().showMessage(text.format(region.base, region.base - region.drop, -region.drop))
        elif region is None:
            self.statusBar().clearMessage()
        self._enable()

    def _on_curve(self, curve: tuple[tuple[int, float], ...]) -> None:
        self.timeline.set_region_curve(curve)

    def _on_playing(self, playing: bool, speed: float) -> None:
        self.transport.set_playing(playing, speed or 1.0)

    def _on_died(self, sentence: str) -> None:
        text = self.tr("{} Another process takes its place.").format(sentence)
        self.message_bar.show_message(text, "warning", [(self.tr("Show log"), self._open_log)])

    def message(self, sentence: str) -> None:
        """Tell the person something, in a sentence."""
        self.message_bar.show_message(sentence, "warning")

    def is_settled(self) -> bool:
        """Whether nothing is under way for the chosen file."""
        bench, item = self.bench, self.bench.examination.item
        scanning = item is not None and item.state in ("waiting", "analysing")
        return not (scanning or bench.viewer.busy or bench.analyst.busy or bench.examination.is_settling or bench.player.playing)

    # -- what is shown of the chosen file

    def _show_verdict(self) -> None:
        item, verdict = self.bench.examination.item, self.inspector.verdict
        if item is None:
            verdict.show_state(None)
        elif item.result is not None:
            verdict.show_result(item.result, self.bench.package.card)
        elif item.state == "analysing" and item.total:
            verdict.show_state(self.tr("Analysing {} of {} frames...").format(item.done, item.total))
        else:
            words = {"cancelled": self.tr("The analysis was cancelled. F5 starts it again."), "waiting": self.tr("Waiting...")}
            verdict.show_state(words.get(item.state, self.tr("Reading the file...")))

    def _show_file(self) -> None:
        item, known = self.bench.examination.item, self.evidence_facts
        size, modified = (known.size, known.modified_utc) if known else (None, None)
        self.inspector.file.show_file(self.bench.viewer.facts, item.result if item else None, size, modified)

    def _show_job(self) -> None:
        """What is under way and takes a while, the most recent wish first."""
        job = self.bench.jobs.current
        if job is None:
            self.transport.set_job(None, None)
            return
        text = self._job_names[type(job.request)]
        if job.total and isinstance(job.request, Scan | Map | Follow):
            text = f"{text} {job.done}/{job.total}"
        left = self.bench.jobs.left_s(job)
        self.transport.set_job(text if left is None else self.tr("{}, {:.0f} s left").format(text, max(1, left)), job.fraction)

    def _enable(self) -> None:
        """Actions work where there is something to work on."""
        examination = self.bench.examination
        item, is_open = examination.item, self.bench.viewer.facts is not None
        has_face, has_result = examination.face is not None, item is not None and item.result is not None
        enabled = {
            "remove": item is not None, "again": item is not None, "save_notes": self.bench.notebook.current is not None,
            "bookmark": self.bench.notebook.current is not None, "notes": self.bench.notebook.current is not None,
            "export_frame": is_open and has_face, "export_view": is_open, "copy": is_open, "export_timeline": is_open,
            "export_map": examination.heat is not None and examination.heat.map.complete, "export_scan": has_result,
            "zoom_face": has_face, "occlusion": has_face, "draw_region": has_face, "draw_box": is_open,
            "follow": examination.region is not None and bool(examination.track), "clear_region": examination.region is not None,
            "worst": bool(examination.track), "next_face": bool(examination.faces), "previous_face": bool(examination.faces),
        }  # fmt: skip
        playing = ("play", "backward", "pause", "forward", "step_back", "step_on", "key_back", "key_on", "to_start", "to_end", "go_to")
        zooming = ("fit", "one_to_one", "two_to_one", "zoom_in", "zoom_out")
        for name, on in (enabled | dict.fromkeys((*playing, *zooming), is_open)).items():
            self.actions_by_name[name].setEnabled(on)

    # -- what the person does

    def _on_content(self, view: int, content: str) -> None:
        views = list(self.bench.settings.views)
        views[view] = content  # type: ignore[call-overload]
        self.bench.change(views=tuple(views))
        self._on_faces(self.bench.examination.faces, self.bench.examination.track)

    def _use_tool(self, tool: str) -> None:
        self.views.set_tool("box" if tool == "box" else "region" if tool == "region" else "pan")
        self.actions_by_name["draw_box"].setChecked(tool == "box")
        self.actions_by_name["draw_region"].setChecked(tool == "region")
        if tool != "pan":
            self.bench.player.pause()
            self.views.current.picture.setFocus()
            self.statusBar().showMessage(self.tr("Drag a rectangle, or use the arrow keys (with Shift: its size) and Enter; Esc gives up."))

    def _on_drawn(self, tool: str, box: Box) -> None:
        self._use_tool("pan")
        self.statusBar().clearMessage()
        if tool == "box":
            self.bench.examination.set_box(box)
        else:
            self.bench.examination.hide_region(box)

    def make_map(self) -> None:
        """Make the heat map of the chosen face, close enough to be seen."""
        self.bench.player.pause()
        if self.views.fits:
            self.zoom_to_face()
        self.bench.examination.make_map()

    def zoom_to_face(self) -> None:
        """Show the chosen face and a little around it."""
        if (face := self.bench.examination.face) is not None:
            self.views.zoom_to(face.box)

    def go_to(self, index: int) -> None:
        """Show a frame."""
        self.bench.player.go_to(index)

    def _go_to_time(self, seconds: float) -> None:
        if (facts := self.bench.viewer.facts) is not None:
            self.go_to(index_at(facts, seconds))

    def _to_end(self, direction: int) -> None:
        if (facts := self.bench.viewer.facts) is not None:
            self.go_to(0 if direction < 0 else facts.count - 1)

    def _ask_where(self) -> None:
        facts = self.bench.viewer.facts
        if facts is None:
            return
        self.bench.player.pause()
        dialog = GoToDialog(facts, self.bench.viewer.index, self)
        if dialog.exec() and dialog.place is not None:
            self.go_to(dialog.place)
        dialog.deleteLater()

    def _go_to_worst(self) -> None:
        """The frame in which the chosen face scores highest."""
        item, track = self.bench.examination.item, self.bench.examination.track
        scored = [(face.score, frame.index) for frame in (item.frames if item else ()) for face in frame.faces if face.track == track]
        if scored:
            self.go_to(max(scored, key=lambda one: (one[0], -one[1]))[1])

    def _analyse_again(self) -> None:
        if (number := self.bench.examination.item_id) is not None:
            self.bench.session.analyse(number)

    def _remove_current(self) -> None:
        if (number := self.bench.examination.item_id) is not None:
            self.bench.session.remove(number)

    def _cancel(self) -> None:
        """What is under way, the most recent wish first; then a tool, then a heat map."""
        examination = self.bench.examination
        if self.actions_by_name["draw_box"].isChecked() or self.actions_by_name["draw_region"].isChecked():
            self._use_tool("pan")
            self.statusBar().clearMessage()
        elif (job := self.bench.jobs.current) is not None:
            job.cancel()
        elif (item := examination.item) is not None and item.state in ("waiting", "analysing"):
            self.bench.session.cancel(item.id)  # too young to be shown, or behind others in the queue
        else:
            examination.clear_map()

    def _on_notes(self, notes: Notes | None) -> None:
        self.inspector.notes.show_notes(notes)
        self.timeline.set_bookmarks([(mark.frame, mark.label) for mark in notes.bookmarks] if notes else [])
        self._enable()

    def _on_undo(self, can_undo: bool, can_redo: bool) -> None:
        self.actions_by_name["undo"].setEnabled(can_undo)
        self.actions_by_name["redo"].setEnabled(can_redo)

    def _bookmark(self) -> None:
        viewer = self.bench.viewer
        if viewer.facts is not None:
            self.bench.notebook.add_bookmark(viewer.index, viewer.facts.time_of(viewer.index))

    def _write_note(self) -> None:
        self.inspector.setVisible(True)
        self.inspector.show_page(self.inspector.notes)
        self.inspector.notes.setFocus()

    def _save_notes(self) -> None:
        self.bench.notebook.save()

    def _offer_drafts(self) -> None:
        drafts = self.bench.notebook.drafts()
        if drafts:
            names = ", ".join(Path(draft.path).name for draft in drafts)
            text = self.tr("Notes that were not saved the last time are still there: {}.").format(names)
            actions = [
                (self.tr("Restore"), lambda: self._restore(drafts)),
                (self.tr("Discard"), lambda: self._discard(drafts)),
            ]
            self.message_bar.show_message(text, "info", actions)

    def _restore(self, drafts: Sequence[Notes]) -> None:
        for draft in drafts:
            self.bench.notebook.restore(draft)
        self.open([draft.path for draft in drafts])

    def _discard(self, drafts: Sequence[Notes]) -> None:
        for draft in drafts:
            self.bench.notebook.discard(draft)

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.views.current.grab())
        self.statusBar().showMessage(self.tr("The view was copied."), 3000)

    # -- dialogs

    def _ask_for_model(self) -> None:
        dialog = ModelDialog(load_packages(self.bench.settings.model), self.bench.settings.model, self)
        dialog.set_theme(THEMES[self._theme_name or "light"])
        dialog.model_chosen.connect(self._choose_model)
        dialog.folder_requested.connect(lambda: self._choose_model_folder(dialog))
        dialog.exec()
        dialog.deleteLater()

    def _choose_model(self, name: str) -> None:
        package = package_named(name)
        if isinstance(package, str):
            self.message(package)
        elif package.folder != self.bench.package.folder:
            self.bench.use_package(package, name)

    def _choose_model_folder(self, dialog: ModelDialog) -> None:
        if folder := QFileDialog.getExistingDirectory(dialog, self.tr("Choose a model package")):
            dialog.set_packages(load_packages(folder), folder)

    def show_help(self, page: str = "index") -> None:
        """Open the help at a page."""
        if self._help is None:
            self._help = HelpWindow(parent=self)
        self._help.open_page(page)
        self._help.show()
        self._help.raise_()

    def _show_keys(self) -> None:
        sheet = ShortcutSheet(self.actions_by_name.groups, self)
        sheet.exec()
        sheet.deleteLater()

    def _show_about(self) -> None:
        about = AboutDialog(self.bench.package.card, self)
        about.log_folder_requested.connect(self._open_log)
        about.exec()
        about.deleteLater()

    def _open_log(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    # -- the end

    def event(self, event: QEvent) -> bool:
        """Leave Space to a button that has the keyboard: it would play instead of pressing it."""
        is_space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if event.type() == QEvent.Type.ShortcutOverride and is_space and isinstance(QApplication.focusWidget(), QAbstractButton):
            event.accept()
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the desktop's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange and self.bench.settings.theme == "system":
            self._use_settings(self.bench.settings)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask about notes that were not saved, then end every worker."""
        unsaved = self.bench.notebook.unsaved
        if unsaved and not self._may_close(len(unsaved)):
            event.ignore()
            return
        self.bench.change(layout=self._layout())
        if self._help is not None:
            self._help.close()
        self.bench.close()
        super().closeEvent(event)

    def _may_close(self, count: int) -> bool:
        """Save, keep as drafts, or stay."""
        box = QMessageBox(QMessageBox.Icon.Question, "dfgui", self.tr("The notes of {} files are not saved.").format(count), parent=self)
        save = box.addButton(self.tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep as drafts"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        return clicked is not stay and (clicked is not save or self.bench.notebook.save_all())


def _row(item: Item) -> EvidenceRow:
    result = item.result
    reason = (result.reason or "") if result else ""
    return EvidenceRow(
        item.id, item.path, item.state, reason, item.done, item.total,
        result.verdict if result else None, result.support if result else None, result.sha256 if result else None,
    )  # fmt: skip
