"""Shows what the services say: files, frames, faces, scores, maps and notes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QImage

from dfgui.core.analysis_results import BOX_WITHOUT_FACE, SCORE_PRECISION
from dfgui.core.display.naming import without_path
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.display.wording import is_still, time_code
from dfgui.core.media.facts import FrameFacts, MediaFacts
from dfgui.core.network.package import ModelPackage
from dfgui.core.network.score import NotScored
from dfgui.core.values import Array
from dfgui.services.app_services import AppServices
from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.services.evidence.notes import Notes
from dfgui.services.evidence.open_evidence import Item
from dfgui.services.evidence.selection import BY_HAND
from dfgui.services.faces.heat_maps import HeatMap
from dfgui.services.faces.hidden_region import Region
from dfgui.services.folder_search import Search
from dfgui.ui.evidence.evidence_row import EvidenceRow
from dfgui.ui.main.dialogs import open_log_folder
from dfgui.ui.main.parts import Parts
from dfgui.ui.widgets.elided import shortened
from dfgui.ui.widgets.language import worded
from dfgui.worker.messages import (
    Follow,
    Hash,
    Inspect,
    Listen,
    Map,
    Measure,
    Open,
    Request,
    Scan,
    WasCut,
)

FRAME_GAP = " " * 5  # between the facts of the status line
NAME_LETTERS = 28  # of a file's name next to what is done with it


class Presenter(QObject):
    """Listens to the services and puts what they say into the parts of the window.

    Args:
        parts: of the window.
        services: to listen to.
        actions: of the window, by name.
    """

    def __init__(self, parts: Parts, services: AppServices, actions: Mapping[str, QAction]) -> None:
        super().__init__(parts.window)
        self._parts, self._services, self._actions = parts, services, actions
        self._views, self._timeline, self._inspector = (
            parts.views,
            parts.timeline,
            parts.inspector,
        )
        self._job_names: dict[type, str] = {
            Open: self.tr("opening"),
            Hash: self.tr("hashing"),
            Listen: self.tr("reading the sound"),
            Scan: self.tr("analysing"),
            Measure: self.tr("measuring error levels"),
            Map: self.tr("heat map"),
            Follow: self.tr("region along the track"),
            Inspect: self.tr("exporting"),
            Search: self.tr("searching the folder"),
        }
        self._has_heat = False
        self._connect_files()
        self._connect_faces()
        self._connect_rest()

    def _connect_files(self) -> None:
        open_evidence, frame_cache = self._services.open_evidence, self._services.frame_cache
        open_evidence.added.connect(self._on_item)
        open_evidence.changed.connect(self._on_item)
        open_evidence.frames_scanned.connect(self._on_frames_scanned)
        open_evidence.pictured.connect(self._on_pictured)
        open_evidence.removed.connect(self._parts.evidence.remove_row)
        open_evidence.engine_found.connect(lambda _engine: self._show_model())
        frame_cache.opened.connect(self._on_opened)
        frame_cache.failed.connect(self._on_failed)
        frame_cache.shown.connect(self._on_shown)
        frame_cache.view_failed.connect(self._views.show_sentence)
        details = self._services.file_details
        details.hashed_changed.connect(self._show_file)
        details.sound_changed.connect(self._inspector.audio.show_sound)
        details.meter_changed.connect(self._inspector.settings.show_informativeness)
        details.failed.connect(self._parts.warn)

    def _connect_faces(self) -> None:
        selection = self._services.selection
        selection.chosen.connect(self.show_chosen)
        selection.faces_changed.connect(self._on_faces)
        face_cut, heat_maps = self._services.face_cut, self._services.heat_maps
        face_cut.cut_changed.connect(self._on_cut)
        face_cut.score_changed.connect(self._on_score)
        heat_maps.changed.connect(self._on_heat)
        region = self._services.hidden_region
        region.changed.connect(self._on_region)
        region.curve_changed.connect(self._timeline.set_region_curve)
        for part in (face_cut, heat_maps, region):
            part.refused.connect(self._on_refused)

    def _connect_rest(self) -> None:
        services = self._services
        services.model_changed.connect(self.show_package)
        services.died.connect(self._on_died)
        services.player.playing_changed.connect(self._on_playing)
        services.jobs.changed.connect(self._show_job)
        services.face_queries.finished.connect(lambda _kind: self._check_occlusion())
        services.notebook.changed.connect(self._on_notes)
        services.notebook.saved_changed.connect(self._inspector.notes.set_saved)
        services.notebook.failed.connect(self._parts.warn)

    # -- the files and their analysis

    def _on_item(self, number: int) -> None:
        item = self._services.open_evidence.item(number)
        if item is None:
            return
        self._parts.evidence.put_row(_row(item))
        if number == self._services.selection.item_id:
            self._show_verdict()
            if item.result is not None:
                self._show_file()
                self._show_tracks(item)

    def _on_frames_scanned(self, number: int) -> None:
        item = self._services.selection.item
        if item is not None and item.id == number:
            self._timeline.set_frames(item.frames)

    def _on_pictured(self, number: int, picture: Array) -> None:
        rgb = np.asarray(picture.numpy(), np.uint8)
        image = QImage(
            rgb.data, rgb.shape[1], rgb.shape[0], rgb.shape[1] * 3, QImage.Format.Format_RGB888
        )
        self._parts.evidence.set_thumbnail(number, image.copy())

    def show_package(self, _package: ModelPackage) -> None:
        """Name the network that is in use, and say what its verdict is worth."""
        self._show_model()
        self._show_verdict()
        self._show_bounds()

    def _show_bounds(self) -> None:
        facts = self._services.frame_cache.facts
        still = facts is not None and facts.kind == "still"
        self._timeline.set_bounds(
            self._services.package.card.calibration.bounds_of_file(still=still)
        )

    def _show_model(self) -> None:
        package, engine = self._services.package, self._services.open_evidence.engine
        self._inspector.file.show_model(
            package.card,
            package.sha256,
            f"{engine}, {SCORE_PRECISION}" if engine else self.tr("not started yet"),
        )

    def _show_verdict(self) -> None:
        item, verdict = self._services.selection.item, self._inspector.verdict
        self._inspector.settings.show_used_frames(_used_frames(item))
        if item is None:
            verdict.show_state(None)
        elif item.result is not None:
            verdict.show_result(item.result, self._services.package.card)
        elif item.state == "analysing" and item.total:
            verdict.show_state(
                self.tr("Analysing {} of {} frames...").format(item.done, item.total)
            )
        else:
            words = {
                "cancelled": self.tr("The analysis was cancelled. F5 starts it again."),
                "waiting": self.tr("Waiting..."),
                "left_out": self.tr("This file was left out. F5 analyses it anyway."),
            }
            verdict.show_state(words.get(item.state, self.tr("Reading the file...")))

    def _show_file(self) -> None:
        item, known = self._services.selection.item, self._services.file_details.hashed
        size, modified = (known.size, known.modified_utc) if known else (None, None)
        self._inspector.file.show_file(
            self._services.frame_cache.facts, item.result if item else None, size, modified
        )

    def _show_tracks(self, item: Item | None) -> None:
        # Tracks that turn out to hold no face are known only at the end of a scan.
        self._timeline.set_frames(item.frames if item else (), again=True)
        self._timeline.set_tracks(item.result.tracks if item and item.result else ())

    # -- the chosen file

    def show_chosen(self, item: Item | None) -> None:
        """Show another file, or none, and clear what was shown of the one before."""
        parts = self._parts
        self._show_instead("" if item is None else self.tr("Opening..."))
        self._show_tracks(item)
        if item is not None:
            parts.evidence.choose(item.id)
        parts.window.setWindowTitle("dfgui" if item is None else f"{Path(item.path).name} - dfgui")
        self._views.clear("" if item is None else self.tr("Opening..."))
        self._inspector.frame.show_frame(None)
        parts.frame_line.setText("")
        self._show_verdict()
        self._show_file()

    def _show_instead(self, sentence: str) -> None:
        """Say in every part why it shows nothing of the chosen file; empty if none is open."""
        self._timeline.set_media(None, sentence)
        self._parts.transport.set_media(None, sentence)
        self._inspector.frame.show_instead(sentence)
        self._inspector.file.show_instead(sentence)
        self._inspector.notes.show_instead(sentence)

    def _on_failed(self, sentence: str) -> None:
        self._views.clear(without_path(sentence))
        self._show_instead(self.tr("This file could not be opened."))

    def _on_opened(self, facts: MediaFacts) -> None:
        item = self._services.selection.item
        self._timeline.set_media(facts)
        self._show_bounds()
        # The notes may be there already: a scan may have hashed the file before it was opened.
        self._show_bookmarks(self._services.notebook.current)
        self._parts.transport.set_media(facts)
        self._show_file()
        if item is not None:
            self._show_tracks(item)

    # -- its frames

    def _on_shown(self, view: int, shown: ViewPicture) -> None:
        self._views.show_picture(view, shown)
        if view == 0 or shown.frame.sha256:
            self._show_frame(shown.frame)

    def _show_frame(self, frame: FrameFacts) -> None:
        facts = self._services.frame_cache.facts
        if facts is None or frame.index != self._services.frame_cache.index:
            return
        self._timeline.set_position(frame.index)
        self._parts.transport.set_position(frame.index, frame.pts_s, frame.type)
        self._inspector.audio.set_time(frame.pts_s)
        is_still = facts.kind == "still"
        self._inspector.frame.show_frame(frame, is_still=is_still)
        if is_still:
            self._parts.frame_line.setText(self.tr("Still picture"))
            return
        parts = [self.tr("frame {} of {}").format(frame.index, facts.count)]
        if frame.pts_s is not None:
            parts = [time_code(frame.pts_s), *parts, self.tr("PTS {:.6f} s").format(frame.pts_s)]
        # No hash: read here, that of the frame would be taken for the file's.
        self._parts.frame_line.setText(FRAME_GAP.join([*parts, frame.type]))

    def _on_playing(self, playing: bool, speed: float) -> None:
        self._parts.transport.set_playing(playing, speed or 1.0)

    # -- faces, and what is asked about the chosen one

    def _on_faces(self, _faces: tuple[PlacedFace, ...], _chosen: int | None) -> None:
        self._timeline.choose_track(self._services.selection.number)
        self._show_faces()

    def _show_faces(self) -> None:
        """Show the faces of the frame with every score that is known of them."""
        selection, face_cut = self._services.selection, self._services.face_cut
        faces = [replace(face, score=face_cut.score_of(face)) for face in selection.faces]
        self._views.show_faces(faces, selection.track)
        self._inspector.frame.show_faces(faces, selection.track)
        by_hand = next((face for face in faces if face.track == BY_HAND), None)
        if by_hand is None:
            self._inspector.frame.show_hand_score(None, None, "")
        else:
            sentence = self._hand_sentence(by_hand)
            self._inspector.frame.show_hand_score(by_hand.box, by_hand.score, sentence)

    def _on_cut(self, cut: WasCut | None, sentence: str) -> None:
        self._inspector.pixels.show_comparison(
            None if cut is None else cut.pixels, sentence, frame=self._services.frame_cache.index
        )
        if cut is not None and cut.holds_face is False:
            self._parts.warn(BOX_WITHOUT_FACE)

    def _on_score(self, score: float | None) -> None:
        if score is not None:
            self._show_faces()

    def _hand_sentence(self, face: PlacedFace) -> str:
        """How to read the score of a box drawn by hand, and a warning if it holds no face."""
        if face.score is None:
            is_chosen = self._services.selection.track == BY_HAND
            return self.tr("The face is being scored...") if is_chosen else ""
        sentence = self.tr("Score of this face alone: 0 is real, 1 is fake.")
        without_face = self._services.face_cut.is_without_face(face)
        return f"{worded(BOX_WITHOUT_FACE)} {sentence}" if without_face else sentence

    def _on_heat(self, heat: HeatMap | None) -> None:
        self._views.show_heat(heat)
        self._inspector.frame.show_regions(heat.map.regions if heat is not None else ())
        self._check_occlusion()
        if heat is not None and heat.map.regions:
            if not self._has_heat:  # one that follows a setting leaves the person at the settings
                self._inspector.show_page(self._inspector.frame)
            self._parts.say(
                self.tr("Heat map: each region of the face was hidden once; see the Frame page.")
            )
        elif heat is not None and heat.map.complete:
            trust = heat.map.faithfulness
            gain = (
                ""
                if trust is None
                else self.tr(" Faithfulness {:+.2f} (0 = no better than chance).").format(
                    trust.gain
                )
            )
            known = self.tr("Heat map: {} of {} patches measured one by one.").format(
                heat.map.evaluated, heat.map.total
            )
            self._parts.say(known + gain)
        elif heat is not None:
            text = (
                self.tr("Heat map stopped: {} of {} patches were measured one by one.")
                if heat.stopped
                else self.tr("Heat map so far: {} of {} patches were measured one by one.")
            )
            self._parts.say(text.format(heat.map.evaluated, heat.map.total))
        else:
            self._parts.say("")
        self._has_heat = heat is not None

    def _on_refused(self, sentence: str) -> None:
        self._parts.warn(sentence)
        self._check_occlusion()

    def _check_occlusion(self) -> None:
        has_map = self._services.heat_maps.heat is not None or self._services.heat_maps.is_mapping
        self._actions["occlusion"].setChecked(has_map)

    def _on_region(self, region: Region | None) -> None:
        self._views.show_region(region)
        if region is not None and region.base is not None and region.drop is not None:
            text = self.tr(
                "Hiding this region moves the score of the face from {:.3f} to {:.3f} ({:+.3f})."
            )
            said = text.format(region.base, region.base - region.drop, -region.drop)
            if region.part is not None and region.part.precision != SCORE_PRECISION:
                rounded = self.tr("Computed in {}, as heat maps are; scores in tables are in {}.")
                said = f"{said} {rounded.format(region.part.precision, SCORE_PRECISION)}"
            self._parts.say(said)
        elif region is None:
            self._parts.say("")

    # -- notes, work under way, faults

    def _on_notes(self, notes: Notes | None) -> None:
        self._inspector.notes.show_notes(notes)
        self._show_bookmarks(notes)

    def _show_bookmarks(self, notes: Notes | None) -> None:
        self._timeline.set_bookmarks(
            [(mark.frame, mark.label) for mark in notes.bookmarks] if notes else []
        )

    def _show_job(self) -> None:
        """Show what is under way and takes a while, the latest request first."""
        job, transport = self._services.jobs.current, self._parts.transport
        if job is None:
            transport.set_job(None, None)
            return
        text = self._job_names[type(job.request)]
        if job.total and isinstance(job.request, Scan | Map | Follow):
            text = f"{text} {job.done}/{job.total}"
        elif isinstance(job.request, Search) and job.done:
            text = self.tr("{}, {} files seen").format(text, job.done)
        if name := self._file_of(job.request):
            text = self.tr("{}: {}").format(name, text)
        left = self._services.jobs.left_s(job)
        transport.set_job(
            text if left is None else self.tr("{}, {:.0f} s left").format(text, max(1, left)),
            job.fraction,
        )

    def _file_of(self, request: Request | Search) -> str:
        """The name of the file or folder that a request reads, if it need not be the chosen one."""
        path, item = getattr(request, "path", None), self._services.selection.item
        if path is None:
            return ""
        is_chosen = item is not None and os.fsencode(item.path) == path
        if is_chosen and not isinstance(request, Scan):
            return ""
        return shortened(Path(os.fsdecode(path)).name, NAME_LETTERS)

    def _on_died(self, sentence: str) -> None:
        text = self.tr("{} Another process takes its place.").format(worded(sentence))
        self._parts.message_bar.show_message(
            text, "warning", [(self.tr("Show log"), open_log_folder)]
        )


def _used_frames(item: Item | None) -> int | None:
    """The frames that the scan of a video was asked for; None without a result, and for a still."""
    if item is None or item.settings is None or item.result is None or is_still(item.result):
        return None
    return item.settings.frames


def _row(item: Item) -> EvidenceRow:
    result = item.result
    left_out = None if item.left_out is None else NotScored(item.left_out)
    return EvidenceRow(
        item.id,
        item.path,
        item.state,
        item.done,
        item.total,
        result.answer if result else left_out,
        result.sha256 if result else None,
    )
