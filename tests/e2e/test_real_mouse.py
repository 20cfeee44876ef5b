"""The program in a real window on a virtual screen, with a real mouse and keyboard.

The tests see only the pixels of the screen.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.display.rendering import ORANGE
from dfgui.ui.widgets.theme import LIGHT, track_colour
from tests.e2e.conftest import DEMO
from tests.support.program import PROGRAM

TOOLS = ("Xvfb", "openbox", "xdotool")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
WIDTH, HEIGHT = 1280, 800
LONG_S = 120.0  # test machines may run other programs at the same time
Seen = TypeVar("Seen")

# Another program, with a window to drag a file from. It stands in the lower right corner, in
# front of all others.
OTHER = """
import sys
from PySide6.QtCore import QMimeData, QRect, Qt, QUrl
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel

class File(QLabel):
    def mouseMoveEvent(self, event):
        drag, data = QDrag(self), QMimeData()
        data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

app = QApplication([])
file = File("file")
file.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
file.setWindowTitle("other program")
file.setGeometry(QRect(*map(int, sys.argv[2:])))
file.show()
sys.exit(app.exec())
"""
OTHER_PLACE = (WIDTH - 120, HEIGHT - 90, 100, 60)

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


class Screen:
    """A virtual screen with a window manager.

    Attributes:
        environment: Environment for the programs that appear on it.
    """

    def __init__(self, folder: Path) -> None:
        reader, writer = os.pipe()
        self._buffer = folder / "Xvfb_screen0"
        # Without -noreset the server restarts when its last client leaves. That can be xdotool,
        # while the window manager still starts.
        line = [
            "Xvfb",
            "-displayfd",
            str(writer),
            "-screen",
            "0",
            f"{WIDTH}x{HEIGHT}x24",
            "-fbdir",
            str(folder),
            "-noreset",
        ]
        self._server = subprocess.Popen(
            [*line, "-nolisten", "tcp"], pass_fds=[writer], stderr=subprocess.DEVNULL
        )
        os.close(writer)
        with os.fdopen(reader) as pipe:
            display = pipe.readline().strip()  # it says so when it is ready
        assert display, f"Xvfb ended with status {self._server.wait()}"
        self.environment = os.environ | {"DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
        self._manager = subprocess.Popen(
            ["openbox"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            seen(self._is_managed, "the window manager")
        except AssertionError:
            self.close()
            raise

    def close(self) -> None:
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(timeout=30)

    def pixels(self) -> NDArray[np.uint8]:
        """The screen now, (H, W, 3) uint8 red, green, blue.

        The server keeps it in a file in the format of xwd.
        """
        data = self._buffer.read_bytes()
        fields = struct.unpack(">25I", data[:100])
        start = fields[0] + 12 * fields[19]
        rows = np.frombuffer(data, np.uint8, fields[12] * fields[5], start).reshape(
            fields[5], fields[12]
        )
        return rows[:, : 4 * fields[4]].reshape(fields[5], fields[4], 4)[..., 2::-1]

    def _is_managed(self) -> bool:
        """Whether the window manager has started; xdotool says 0 if there is none."""
        assert self._manager.poll() is None, f"openbox ended with status {self._manager.returncode}"
        return self.do("get_num_desktops") not in ("", "0")

    def do(self, *words: str | int) -> str:
        """Run xdotool, and return its output."""
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.stdout.strip()

    def press(self, keys: str) -> None:
        self.do("key", keys)

    def drag(
        self, start: tuple[int, int], end: tuple[int, int], *, steps: int = 4, pause_s: float = 0.0
    ) -> None:
        self.do("mousemove", *start, "mousedown", 1)
        for step in range(1, steps + 1):
            time.sleep(pause_s)
            self.do(
                "mousemove",
                *(round(a + (b - a) * step / steps) for a, b in zip(start, end, strict=True)),
            )
        time.sleep(pause_s)
        self.do("mouseup", 1)

    def windows(self, *which: str) -> dict[str, str]:
        """The named windows by their number, in the order in which they appeared.

        With "--onlyvisible", only those on the screen.
        """
        return {
            window: self.do("getwindowname", window)
            for window in self.do("search", *which, "--name", ".").split()
        }

    def has_window(self, name: str) -> bool:
        """Whether a window with a name that begins so exists and has the keyboard.

        A window manager may give the keyboard to no window, and may overlook a new window until
        something else happens. A user then picks the window in a task bar, and so does this: the
        next look tells whether it appeared and has the keyboard.
        """
        if self.do("getactivewindow", "getwindowname").startswith(name):
            return True
        for window in (
            window for window, title in self.windows().items() if title.startswith(name)
        ):
            self.do("windowactivate", window)
        return False


@pytest.fixture
def screen(tmp_path: Path, home: Path) -> Iterator[Screen]:
    screen = Screen(tmp_path)
    yield screen
    screen.close()


def seen(look: Callable[[], Seen], what: str) -> Seen:
    """Wait until `look` gives something, and return it."""
    until = time.monotonic() + LONG_S
    while not (found := look()):
        assert time.monotonic() < until, f"never seen: {what}"
        time.sleep(0.1)
    return found


def places(
    pixels: NDArray[np.uint8],
    colour: str | tuple[int, int, int],
    *,
    left: float = 0.0,
    right: float = 1.0,
) -> NDArray[np.intp]:
    """The rows and columns of a colour, (n, 2), between shares of the screen's width."""
    rgb = (
        [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        if isinstance(colour, str)
        else list(colour)
    )
    mask = (pixels == rgb).all(axis=2)
    mask[:, : round(left * WIDTH)] = mask[:, round(right * WIDTH) :] = False
    return np.argwhere(mask)


def playhead(screen: Screen, near: int | None = None) -> tuple[int, int] | None:
    """Column of the playhead and a row in its middle, `near` a column if given.

    The playhead is an upright line of its colour, below the views, of which the one with the
    keyboard has a frame of the same colour. A plot with the keyboard has one too, so `near` is then
    needed to tell them apart.
    """
    found = places(screen.pixels(), LIGHT.accent, left=0.17, right=0.72)
    found = found[found[:, 0] > 0.7 * HEIGHT]
    columns, counts = np.unique(found[:, 1], return_counts=True)
    lines = [
        int(column) for column in columns[counts > 60] if near is None or abs(column - near) < 60
    ]
    return (lines[0], int(np.median(found[found[:, 1] == lines[0], 0]))) if lines else None


def face(screen: Screen) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of the chosen face's box in the left view."""
    found = places(screen.pixels(), track_colour(1), left=0.17, right=0.40)
    found = found[found[:, 0] < HEIGHT * 0.6]
    if len(found) < 50:
        return None
    (top, left), (bottom, right) = found.min(axis=0), found.max(axis=0)
    return int(left), int(top), int(right), int(bottom)


def test_open_scrub_and_hide_a_region(screen: Screen, one_face: Path) -> None:
    run(screen, [DEMO], lambda: work(screen, one_face))


def test_a_file_is_dragged_from_another_program(screen: Screen, one_face: Path) -> None:
    def drag_it() -> None:
        seen(lambda: screen.has_window("dfgui"), "the window")
        place = map(str, OTHER_PLACE)
        with subprocess.Popen(
            [sys.executable, "-c", OTHER, str(one_face), *place], env=screen.environment
        ) as other:
            try:
                seen(
                    lambda: "other program" in screen.windows("--onlyvisible").values(),
                    "the other program",
                )
                seen(
                    lambda: was_dragged(screen, one_face),
                    "the file that was dragged into the window",
                )
            finally:
                other.kill()
        seen(lambda: screen.has_window(f"{one_face.name} - dfgui"), "the window with the keyboard")
        seen(lambda: face(screen), "the box of the face")

    run(screen, [], drag_it)


def was_dragged(screen: Screen, clip: Path) -> bool:
    """Drag the file from the other window into the middle, again if it was not accepted."""
    x, y, width, height = OTHER_PLACE
    screen.drag((x + width // 2, y + height // 2), (WIDTH // 2, HEIGHT // 2), steps=12, pause_s=0.1)
    time.sleep(1)
    return f"{clip.name} - dfgui" in screen.windows("--onlyvisible").values()


def run(screen: Screen, files: Sequence[Path], work: Callable[[], None]) -> None:
    """Work in the program, and close it with its keys; it must succeed and print nothing."""
    with subprocess.Popen(
        [*PROGRAM, *files], env=screen.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        try:
            work()
            screen.press("ctrl+q")
            said = program.communicate(timeout=LONG_S)
        except AssertionError as error:
            windows, active = screen.windows("--onlyvisible"), screen.do("getactivewindow")
            program.kill()
            error.add_note(
                f"windows {windows}, {active or 'none'} with the keyboard; the program said"
                f" {program.communicate()}"
            )
            raise
        finally:
            program.kill()
    assert said == (b"", b"")
    assert program.returncode == 0


def work(screen: Screen, clip: Path) -> None:
    seen(lambda: screen.has_window(f"{DEMO.name} - dfgui"), "the window")
    screen.press("ctrl+o")
    seen(lambda: screen.has_window("Open evidence"), "the dialog")
    seen(lambda: has_opened(screen, clip), "the other file's name")

    seen(lambda: face(screen), "the box of the face")
    column, row = seen(lambda: playhead(screen), "the playhead")
    screen.do("mousemove", column + 300, row, "click", 1)
    seen(lambda: playhead(screen, near=column + 300), "the playhead where the mouse clicked")

    assert heat(screen) == 0
    seen(lambda: face(screen), "the box of the face there")
    screen.press("o")
    seen(
        lambda: heat(screen) > 20,
        "the warm end of the heat map's scale",
    )

    left, top, right, bottom = seen(lambda: face(screen), "the box of the face beside its heat map")
    start = left + (right - left) // 4, top + (bottom - top) // 4
    end = left + 3 * (right - left) // 4, top + 3 * (bottom - top) // 4
    assert white_in_error_levels(screen) == 0
    screen.press("r")
    seen(lambda: has_drawn(screen, start, end), "the rectangle that was drawn, in every view")


def has_opened(screen: Screen, clip: Path) -> bool:
    """Type the file's name into the dialog, again if it did not have the keyboard yet."""
    if screen.has_window("Open evidence"):
        screen.press("ctrl+a")
        screen.do("type", "--delay", 5, str(clip))
        screen.press("Return")
        time.sleep(1)
    return screen.has_window(f"{clip.name} - dfgui")


def has_drawn(screen: Screen, start: tuple[int, int], end: tuple[int, int]) -> bool:
    """Draw the rectangle, again if the program missed it.

    Not faster than a hand, since pyqtgraph looks at the mouse a hundred times a second.
    """
    if white_in_error_levels(screen) <= 20:
        screen.drag(start, end, steps=8, pause_s=0.05)
        time.sleep(1)
    return white_in_error_levels(screen) > 20


def heat(screen: Screen) -> int:
    """Number of pixels of the heat map's colour in the views, above the timeline."""
    rows = places(screen.pixels(), ORANGE, left=0.17, right=0.72)[:, 0]
    return int((rows < 0.6 * HEIGHT).sum())


def white_in_error_levels(screen: Screen) -> int:
    """Number of white pixels in the middle view; no error level and no surround is white."""
    view = screen.pixels()[
        round(0.15 * HEIGHT) : round(0.6 * HEIGHT), round(0.38 * WIDTH) : round(0.5 * WIDTH)
    ]
    return int((view.min(axis=2) > 230).sum())
