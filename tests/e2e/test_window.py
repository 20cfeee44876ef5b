"""A user at work, through the real `main()`: opening, frames, views, heat map, boxes by hand."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from dfgui.core.geometry import Box
from dfgui.services.app_settings import AppSettings, load_settings, save_settings
from dfgui.services.evidence.open_evidence import Item
from dfgui.services.evidence.selection import BY_HAND
from dfgui.ui.dialogs.goto import GoToDialog
from dfgui.ui.main.main_window import MainWindow
from dfgui.ui.widgets.theme import DARK
from tests.e2e.conftest import DEMO, FRAMES, Program
from tests.e2e.hands import (
    LEFT,
    LONG_MS,
    drag,
    drag_over,
    drop,
    dropped,
    mouse,
    named,
    number_on,
    painted,
    paints_its_pixels,
    press,
    scene_point,
    shown_of,
    wait_frame,
    wait_settled,
    when_asked,
)  # fmt: skip
from tests.support.clips import cut_bytes, make_clip
from tests.support.program import SCORE_RED_170, Y_RED_170

KEY = Qt.Key
ALT, CTRL, SHIFT, NONE = (
    getattr(Qt.KeyboardModifier, name)
    for name in ("AltModifier", "ControlModifier", "ShiftModifier", "NoModifier")
)


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty frames without a face, each with its number in it; key frames 0, 10 and 20."""
    return make_clip(tmp_path_factory.mktemp("clips") / "numbered.mp4")


@pytest.fixture(scope="module")
def flat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture without a face, with 170 for red, green and blue everywhere."""
    return make_clip(
        tmp_path_factory.mktemp("clips") / "flat.mp4",
        size=(160, 120),
        frames=3,
        flat=(Y_RED_170, 128, 128),
    )


@pytest.fixture(scope="module")
def two_faces(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """The same face twice, 320 pixels apart."""
    both = np.hstack([portrait, portrait])
    return make_clip(
        tmp_path_factory.mktemp("clips") / "two.mp4", size=(640, 320), frames=5, picture=both
    )


def current(window: MainWindow) -> Item:
    item = window.services.selection.item
    assert item is not None
    return item


def test_open_step_jump_and_scrub(program: Program, qtbot: QtBot, numbered: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        assert window.windowTitle() == "numbered.mp4 - dfgui"
        assert (shown_of(window).frame.index, number_on(window)) == (0, 0)
        keys = [
            (KEY.Key_Period, NONE, 1),
            (KEY.Key_Period, NONE, 2),
            (KEY.Key_Comma, NONE, 1),
            (KEY.Key_Right, ALT, 10),
        ]
        keys += [(KEY.Key_End, NONE, 29), (KEY.Key_Left, ALT, 20), (KEY.Key_Home, NONE, 0)]
        for key, modifier, index in keys:
            press(qtbot, window, key, modifier)
            wait_frame(qtbot, window, index)
            assert number_on(window) == index
            assert f"frame {index} of 30" in window.frame_line.text()
        plot = window.timeline._plot
        qtbot.mousePress(plot.viewport(), LEFT, pos=plot.point(12, 0.5).toPoint())
        wait_frame(qtbot, window, 12)
        for index in range(13, 25):
            qtbot.mouseMove(plot.viewport(), plot.point(index, 0.5).toPoint())
        qtbot.mouseRelease(plot.viewport(), LEFT, pos=plot.point(24, 0.5).toPoint())
        wait_frame(qtbot, window, 24)
        assert number_on(window) == 24

    program.run(work, numbered)


def test_go_to_a_frame(program: Program, qtbot: QtBot, numbered: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)

        def answer(dialog: GoToDialog) -> None:
            (field,) = dialog.findChildren(QLineEdit)
            qtbot.keyClicks(field, "17")
            qtbot.keyClick(field, KEY.Key_Return)

        when_asked(GoToDialog, answer)
        press(qtbot, window, KEY.Key_G)
        wait_frame(qtbot, window, 17)
        assert number_on(window) == 17

    program.run(work, numbered)


def test_what_plays_stops_at_its_end(program: Program, qtbot: QtBot, numbered: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        press(qtbot, window, KEY.Key_Space)
        assert window.services.player.playing
        qtbot.waitUntil(lambda: not window.services.player.playing, timeout=LONG_MS)
        wait_frame(qtbot, window, 29)
        assert number_on(window) == 29

    program.run(work, numbered)


def test_a_file_without_a_face_has_no_score(program: Program, qtbot: QtBot, numbered: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        item = current(window)
        assert item.result is not None
        assert (item.result.status, item.result.score, len(item.frames)) == (
            "not_scored",
            None,
            FRAMES,
        )
        assert not window.actions_by_name["occlusion"].isEnabled()

    program.run(work, numbered)


def test_the_views_paint_the_pixels_of_their_arrays(
    program: Program, qtbot: QtBot, numbered: Path, one_face: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        views = [panel.picture for panel in window.views.panels[:2]]
        for key in (KEY.Key_1, KEY.Key_2):
            press(qtbot, window, key, CTRL)
            assert all(paints_its_pixels(view) for view in views)
        drop(window, [one_face])
        qtbot.waitUntil(lambda: window.services.face_cut.cut is not None, timeout=LONG_MS)
        wait_settled(qtbot, window)
        press(qtbot, window, KEY.Key_1, CTRL)
        error_levels, face_crop = (panel.picture for panel in window.views.panels[1:])
        assert paints_its_pixels(error_levels)
        assert paints_its_pixels(face_crop)

    program.run(work, numbered)


def test_error_levels_follow_their_quality(program: Program, qtbot: QtBot) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        before = shown_of(window, 1)
        window.inspector.show_page(window.inspector.settings)
        slider = named(window.inspector, QSlider, "JPEG quality, slider")
        slider.setFocus()
        qtbot.keyClick(slider, KEY.Key_PageDown)
        quality = slider.value()
        assert quality < 90
        qtbot.waitUntil(
            lambda: shown_of(window, 1).settings.ela.quality == quality, timeout=LONG_MS
        )
        wait_settled(qtbot, window)
        press(qtbot, window, KEY.Key_1, CTRL)
        assert paints_its_pixels(window.views.panels[1].picture)
        # A coarser save changes more.
        coarse, fine = shown_of(window, 1).values, before.values
        assert coarse is not None
        assert fine is not None
        assert coarse.mean() > 1.2 * fine.mean()

    program.run(work, DEMO)


def test_a_heat_map_comes_and_goes(program: Program, qtbot: QtBot, one_face: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        action = window.actions_by_name["occlusion"]
        press(qtbot, window, KEY.Key_O)
        press(qtbot, window, KEY.Key_Escape)  # before any part of the map is known
        wait_settled(qtbot, window)
        assert window.services.heat_maps.heat is None
        assert not action.isChecked()
        bare = painted(window.views.panels[2].picture)
        press(qtbot, window, KEY.Key_O)
        qtbot.waitUntil(
            lambda: (
                window.services.heat_maps.heat is not None
                and window.services.heat_maps.heat.map.complete
            ),
            timeout=LONG_MS,
        )
        assert action.isChecked()
        assert window.services.heat_maps.heat is not None
        # A black square takes red from the mean, and the score is a function of that: hiding lowers
        # it everywhere.
        values = window.services.heat_maps.heat.map.values.numpy()
        assert values.shape == (32, 32)
        assert (values > 0).all()
        assert not np.array_equal(bare, painted(window.views.panels[2].picture))
        assert window.views.panels[2].heat_bar.isVisible()
        press(qtbot, window, KEY.Key_Escape)
        assert window.services.heat_maps.heat is None
        assert not action.isChecked()
        assert not window.views.panels[2].heat_bar.isVisible()
        qtbot.waitUntil(lambda: np.array_equal(bare, painted(window.views.panels[2].picture)))

    program.run(work, one_face)


def test_a_scan_is_cancelled_and_begun_again(program: Program, qtbot: QtBot) -> None:
    save_settings(_with(load_settings(), frames=100))

    def work(window: MainWindow) -> None:
        qtbot.waitUntil(lambda: current(window).done > 0, timeout=LONG_MS)
        press(qtbot, window, KEY.Key_Escape)
        assert current(window).state == "analysing"
        press(qtbot, window, KEY.Key_Escape, SHIFT)
        qtbot.waitUntil(lambda: current(window).state == "cancelled")
        seen = len(current(window).frames)
        wait_settled(qtbot, window)
        assert len(current(window).frames) == seen < 100
        press(qtbot, window, KEY.Key_F5)
        qtbot.waitUntil(lambda: current(window).done > 0, timeout=LONG_MS)
        assert current(window).state == "analysing"

    program.run(work, DEMO)


def test_a_box_by_hand_is_scored_and_a_region_hidden(
    program: Program, qtbot: QtBot, flat: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        selection, page = window.services.selection, window.inspector.frame
        scores: list[float | None] = []
        window.services.face_cut.score_changed.connect(scores.append)
        press(qtbot, window, KEY.Key_D)
        for key, modifier in ((KEY.Key_Left, NONE), (KEY.Key_Up, SHIFT), (KEY.Key_Return, NONE)):
            press(qtbot, window, key, modifier)
        assert selection.track == BY_HAND
        assert selection.face is not None
        by_keys = selection.face.box
        assert by_keys.w > by_keys.h > 20
        qtbot.waitUntil(
            lambda: scores[-1:] == [pytest.approx(SCORE_RED_170, abs=1e-3)], timeout=LONG_MS
        )
        assert any(f"{SCORE_RED_170:.3f}" == text.text() for text in page.findChildren(QLabel))

        press(qtbot, window, KEY.Key_D)
        drag(qtbot, window.views.panels[0].picture, (40, 20), (120, 100))
        assert selection.face.box != by_keys
        assert np.allclose(selection.face.box, Box(40, 20, 80, 80), atol=1)
        wait_settled(qtbot, window)

        press(qtbot, window, KEY.Key_R)
        # All of the face, and a little around it.
        drag(qtbot, window.views.panels[0].picture, (30, 10), (130, 110))
        qtbot.waitUntil(
            lambda: (
                window.services.hidden_region.region is not None
                and window.services.hidden_region.region.drop is not None
            ),
            timeout=LONG_MS,
        )
        # Nothing but black: the logit is -128 / 16, the score 0.000335.
        assert window.services.hidden_region.region is not None
        assert window.services.hidden_region.region.base == pytest.approx(SCORE_RED_170, abs=0.01)
        assert window.services.hidden_region.region.drop == pytest.approx(
            SCORE_RED_170 - 0.000335, abs=0.01
        )
        assert "to 0.000" in window.statusBar().currentMessage()

        press(qtbot, window, KEY.Key_R)
        press(qtbot, window, KEY.Key_Escape)
        assert window.services.hidden_region.region is not None  # only the drawing was cancelled
        assert not window.actions_by_name["draw_region"].isChecked()
        press(qtbot, window, KEY.Key_Backspace)
        assert window.services.hidden_region.region is None

    program.run(work, flat)


def test_the_score_moves_while_a_region_is_dragged(
    program: Program, qtbot: QtBot, flat: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        view = window.views.panels[0].picture
        press(qtbot, window, KEY.Key_D)
        drag(qtbot, view, (40, 20), (120, 100))
        wait_settled(qtbot, window)
        press(qtbot, window, KEY.Key_R)
        start = scene_point(view, 30, 10)
        mouse(view, QEvent.Type.MouseMove, start, Qt.MouseButton.NoButton)
        mouse(view, QEvent.Type.MouseButtonPress, start, LEFT)
        drops: list[float] = []
        for x in (60, 80, 130):  # the button stays down: parts of the face, then all of it
            qtbot.wait(15)
            mouse(view, QEvent.Type.MouseMove, scene_point(view, x, 110), LEFT)
            qtbot.waitUntil(lambda x=x: _is_hidden_to(window, x), timeout=LONG_MS)
            region = window.services.hidden_region.region
            assert region is not None
            assert region.base is not None
            assert region.drop is not None
            assert (
                f"from {region.base:.3f} to {region.base - region.drop:.3f}"
                in window.statusBar().currentMessage()
            )
            assert window.actions_by_name["draw_region"].isChecked()
            drops.append(region.drop)
        assert sorted(set(drops)) == drops  # the more is hidden, the more red is gone
        # Nothing but black: the logit is -128 / 16, the score 0.000335.
        assert drops[-1] == pytest.approx(SCORE_RED_170 - 0.000335, abs=0.01)
        mouse(
            view,
            QEvent.Type.MouseButtonRelease,
            scene_point(view, 130, 110),
            Qt.MouseButton.NoButton,
        )
        wait_settled(qtbot, window)
        assert window.services.hidden_region.region is not None
        assert window.services.hidden_region.region.drop == pytest.approx(drops[-1], abs=0.01)
        assert "from 0.9" in window.statusBar().currentMessage()
        assert not window.actions_by_name["draw_region"].isChecked()

    program.run(work, flat)


def _is_hidden_to(window: MainWindow, x: int) -> bool:
    """Whether the drop for hiding the face up to this column is known."""
    region = window.services.hidden_region.region
    return (
        region is not None and region.drop is not None and abs(region.box.x + region.box.w - x) <= 2
    )


def test_a_region_is_followed_along_its_track(
    program: Program, qtbot: QtBot, one_face: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        selection = window.services.selection
        face = selection.face
        assert face is not None
        frames = [
            frame.index
            for frame in current(window).frames
            for one in frame.faces
            if one.track == face.track
        ]
        press(qtbot, window, KEY.Key_R)
        x, y, w, h = face.box
        drag(qtbot, window.views.panels[0].picture, (x + w / 4, y + h / 4), (x + w / 2, y + h / 2))
        wait_settled(qtbot, window)
        press(qtbot, window, KEY.Key_R, SHIFT)
        qtbot.waitUntil(lambda: not window.services.face_queries.is_busy("follow"), timeout=LONG_MS)
        assert sorted(index for index, _ in window.services.hidden_region.curve) == frames
        assert len(frames) == FRAMES
        assert all(
            lowered > 0 for _, lowered in window.services.hidden_region.curve
        )  # black takes red from the mean

    program.run(work, one_face)


def test_a_face_is_chosen_by_a_click(program: Program, qtbot: QtBot, two_faces: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        selection, view = window.services.selection, window.views.panels[0].picture
        faces = sorted((face for face in selection.faces), key=lambda face: face.box.x)
        assert len(faces) == 2
        for face in (*faces, faces[0]):
            qtbot.mouseClick(
                view.graphics.viewport(), LEFT, pos=scene_point(view, *face.box.centre)
            )
            assert selection.track == face.track
            wait_settled(qtbot, window)
            cut = window.services.face_cut.cut
            assert cut is not None
            assert abs(cut.square.centre[0] - face.box.centre[0]) <= 1
        press(qtbot, window, KEY.Key_F)
        assert selection.track == faces[1].track

    program.run(work, two_faces)


def test_twenty_files_of_which_three_are_bad(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    good = make_clip(tmp_path / "clip-00.mp4", frames=3)
    paths = [
        good,
        *(shutil.copy(good, tmp_path / f"clip-{number:02}.mp4") for number in range(1, 17)),
    ]
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "letter.mp4").write_text("Dear Sir or Madam")
    bad = [
        tmp_path / "empty.mp4",
        tmp_path / "letter.mp4",
        cut_bytes(good, tmp_path / "half.mp4", 0.5),
    ]
    paths[4:4], paths[11:11] = bad[:1], bad[1:2]
    paths.append(bad[2])

    def work(window: MainWindow) -> None:
        drop(window, [Path(path) for path in paths])
        open_evidence = window.services.open_evidence
        assert [item.path for item in open_evidence.items] == [str(path) for path in paths]
        qtbot.waitUntil(
            lambda: all(item.state in ("done", "failed") for item in open_evidence.items),
            timeout=LONG_MS,
        )
        failed = [item for item in open_evidence.items if item.state == "failed"]
        assert {item.path for item in failed} == {str(path) for path in bad}
        assert all(
            item.result and item.result.reason and item.result.reason.endswith(".")
            for item in failed
        )
        assert window.windowTitle() == "clip-00.mp4 - dfgui"
        # A bad file says why instead of a picture; a good one after it is shown.
        for item in (failed[0], open_evidence.items[0]):
            window.evidence._select(item.id)
            wait_idle(qtbot, window)
            sentence = window.views.panels[1].sentence.text()
            assert bool(sentence) == (item.state == "failed")
        drop(window, [Path(paths[0])])
        assert len(open_evidence.items) == 20  # what is open is not opened twice

    program.run(work)


def wait_idle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(
        lambda: not window.services.frame_cache.busy and not window.services.selection.is_settling,
        timeout=LONG_MS,
    )


def test_a_killed_worker_costs_one_file_and_is_named(
    program: Program, qtbot: QtBot, numbered: Path
) -> None:
    save_settings(_with(load_settings(), frames=100))

    def work(window: MainWindow) -> None:
        open_evidence = window.services.open_evidence
        qtbot.waitUntil(lambda: open_evidence.items[0].done > 0, timeout=LONG_MS)
        pid = open_evidence.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: open_evidence.items[1].state == "done", timeout=LONG_MS)
        first = open_evidence.items[0]
        assert first.state == "failed"
        assert first.result is not None
        assert first.result.score is None
        assert (
            first.result.reason
            == "The analysis of this file stopped: its process ended unexpectedly."
        )
        assert window.message_bar.isVisible()
        assert (
            window.message_bar.sentence()
            == f"{first.result.reason} Another process takes its place."
        )
        assert open_evidence.pid not in (None, pid)
        press(qtbot, window, KEY.Key_F5)
        qtbot.waitUntil(lambda: open_evidence.items[0].state == "analysing", timeout=LONG_MS)

    program.run(work, DEMO, numbered)
    errors = program.errors()
    assert len(errors) == 1
    assert "ended with status -9" in errors[0]


def test_a_heat_map_that_fails_is_named_and_gives_the_key_back(
    program: Program, qtbot: QtBot, bright_face: Path, root_package: Path
) -> None:
    save_settings(_with(load_settings(), model=str(root_package)))

    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        action = window.actions_by_name["occlusion"]
        assert action.isEnabled()
        for _ in range(2):  # the key asks again: there is no partial map to remove
            press(qtbot, window, KEY.Key_O)
            qtbot.waitUntil(lambda: window.message_bar.sentence() != "", timeout=LONG_MS)
            reason = (
                "The network of the model package root gave no number for a face; choose another"
                " package."
            )
            assert window.message_bar.sentence() == reason
            assert (window.services.heat_maps.heat, action.isChecked(), action.isEnabled()) == (
                None,
                False,
                True,
            )
            window.message_bar.dismiss()

    program.run(work, bright_face)


def test_a_heat_map_whose_worker_was_killed_is_named_and_made_anew(
    program: Program, qtbot: QtBot, one_face: Path
) -> None:
    # This takes minutes: the tests' own network may finish too soon.
    save_settings(_with(load_settings(), model="xception-face", patch=4, stride=1))

    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        face_queries = window.services.face_queries
        action = window.actions_by_name["occlusion"]
        score, pid = window.services.face_cut.score, face_queries._client.pid
        assert pid is not None
        press(qtbot, window, KEY.Key_O)
        qtbot.waitUntil(lambda: window.services.heat_maps.heat is not None, timeout=LONG_MS)
        os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: not face_queries.is_busy("map"), timeout=LONG_MS)
        sentences = [window.message_bar.sentence()]
        window.message_bar.dismiss()
        sentences.append(window.message_bar.sentence())
        ended = "The analysis of this file stopped: its process ended unexpectedly."
        assert sorted(sentences) == [ended, f"{ended} Another process takes its place."]
        window.services.change(patch=16, stride=16)
        press(qtbot, window, KEY.Key_O)
        if not action.isChecked():  # the visible part of the first map is gone
            press(qtbot, window, KEY.Key_O)
        qtbot.waitUntil(
            lambda: (
                window.services.heat_maps.heat is not None
                and window.services.heat_maps.heat.map.complete
            ),
            timeout=LONG_MS,
        )
        assert face_queries._client.pid not in (None, pid)
        assert window.services.face_cut.score == score

    program.run(work, one_face)
    (error,) = program.errors()
    assert "ended with status -9" in error


def test_only_files_are_taken_from_a_drag_and_a_folder_stands_for_what_is_in_it(
    program: Program, qtbot: QtBot, flat: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    clips = [Path(shutil.copy(flat, folder / name)) for name in ("a.mp4", "b.mp4")]
    (folder / "letter.txt").write_text("Dear Sir or Madam")

    def work(window: MainWindow) -> None:
        text, address = QMimeData(), QMimeData()
        text.setText(str(flat))
        address.setUrls([QUrl("https://example.org/clip.mp4")])
        assert not drag_over(window, text)
        assert not dropped(window, address)
        assert window.services.open_evidence.items == ()
        drop(window, [folder], window.timeline)
        wait_settled(qtbot, window)
        items = window.services.open_evidence.items
        assert [item.path for item in items if item.left_out is None] == list(map(str, clips))
        (left_out,) = (item for item in items if item.left_out is not None)
        assert left_out.path == str(folder / "letter.txt")
        assert window.windowTitle() == "a.mp4 - dfgui"

    program.run(work)


def test_frames_are_shown_although_their_worker_was_killed(
    program: Program, qtbot: QtBot, numbered: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        pid = window.services.frame_cache.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        press(qtbot, window, KEY.Key_Period)
        wait_frame(qtbot, window, 1)
        assert number_on(window) == 1

    program.run(work, numbered)
    program.errors()


def test_settings_and_recent_files_are_remembered(
    program: Program, qtbot: QtBot, numbered: Path
) -> None:
    widths: list[int] = []

    def change(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        window.inspector.show_page(window.inspector.settings)
        slider = named(window.inspector, QSlider, "JPEG quality, slider")
        slider.setFocus()
        qtbot.keyClick(slider, KEY.Key_PageDown)
        assert window.services.settings.ela.quality == 81
        next(
            action for action in window.menus.themes.actions() if action.data() == "dark"
        ).trigger()
        box = window.views.panels[0].contents
        box.setFocus()
        for _ in range(4):
            qtbot.keyClick(box, KEY.Key_Down)
        window.resize(1000, 650)
        window.columns.setSizes([205, 475, 310])
        widths.extend(window.columns.sizes())

    def look(window: MainWindow) -> None:
        assert (window.width(), window.height()) == (1000, 650)
        assert window.services.settings.theme == "dark"
        assert window.palette().window().color().name() == DARK.window
        assert window.services.settings.ela.quality == 81
        assert window.views.panels[0].content == "noise"
        (recent,) = window.menus.recent.actions()
        assert recent.text() == "&1  numbered.mp4"
        recent.trigger()
        wait_settled(qtbot, window)
        assert number_on(window) >= 0
        assert current(window).path == str(numbered)
        assert window.columns.sizes() == widths

    program.run(change, numbered)
    program.run(look)


def test_a_network_that_is_gone_is_named_and_the_bundled_one_used(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    save_settings(_with(load_settings(), model=str(tmp_path / "gone")))

    def work(window: MainWindow) -> None:
        assert (
            window.message_bar.sentence()
            == "The model package gone has no readable card.json; choose another package."
        )
        assert window.services.package.card.name == "xception-face"

    program.run(work)


def _with(settings: AppSettings, **values: object) -> AppSettings:
    import msgspec

    return msgspec.structs.replace(settings, **values)


def test_a_message_moves_nothing_and_the_newest_is_read(
    program: Program, qtbot: QtBot, flat: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        places = [panel.geometry() for panel in window.views.panels]
        for sentence in ("The first is old.", "The second is new."):
            window.message(sentence)
        assert window.message_bar.isVisible()
        assert window.message_bar.sentence() == "The second is new."
        qtbot.wait(50)
        assert [panel.geometry() for panel in window.views.panels] == places
        bar = window.message_bar.geometry()
        assert window.views.rect().contains(bar)
        press(qtbot, window, KEY.Key_Escape)
        assert window.message_bar.isVisible()

    program.run(work, flat)


def test_nothing_is_open(program: Program) -> None:
    def work(window: MainWindow) -> None:
        assert window.windowTitle() == "dfgui"
        assert window.start.isVisible()
        assert QApplication.activeModalWidget() is None

    program.run(work)
