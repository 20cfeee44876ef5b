"""A picture of the evidence, the facts about its file, and the media files of a folder."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.media.facts import StreamChoice
from dfgui.core.media.signatures import HEAD_BYTES, is_companion, why_not_media
from dfgui.core.media.turns import UPRIGHT, Turn
from dfgui.core.sentences import Sentence

MAX_PIXELS = 2**27
REPORT_EVERY = 100  # packets or pictures between two reports of progress
Progress = Callable[[str, int, int], None]  # stage, done, of how many (0: not known)
VIDEO_SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".divx",
    ".ts", ".m2t", ".m2ts", ".mts", ".mpg", ".mpeg", ".vob", ".m1v", ".m2v", ".m2p", ".mpe",
    ".wmv", ".asf", ".flv", ".f4v", ".ogv", ".mxf", ".gxf", ".dv", ".dav", ".lrv", ".insv",
    ".h264", ".264", ".hevc", ".h265", ".265", ".obu", ".ivf", ".y4m", ".mj2", ".mjpg", ".mjpeg",
    ".gif", ".avifs", ".heics", ".heifs", ".nut", ".rm", ".rmvb", ".wtv",
})  # fmt: skip
STILL_SUFFIXES = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff",
    ".bmp", ".dib", ".jp2", ".j2k", ".ppm", ".pgm", ".pnm",
    ".heic", ".heif", ".hif", ".avif",
})  # fmt: skip


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of the evidence.

    Attributes:
        index: Position in presentation order, from 0.
        pts_s: Presentation time in seconds on the file's own clock (it need not start at 0); None
            if the file gives none.
        type: How the frame is coded: "I", "P", "B", or "?" if that is not known.
        rgb: (H, W, 3) uint8, 0-255 full range, upright, square pixels, read-only.
        damaged: The decoder met errors in this picture and repaired what it could.
        turn: From the picture as it is stored to the upright one.
    """

    index: int
    pts_s: float | None
    type: str
    rgb: NDArray[np.uint8]
    damaged: bool = False
    turn: Turn = UPRIGHT

    @property
    def stored(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8: the picture on the block grid on which it was coded.

        Pixels are square all the same.
        """
        return self.turn.undo(self.rgb)

    @cached_property
    def sha256(self) -> str:
        """Hex SHA-256 of the text "HxWx3 " and the upright RGB bytes, row by row."""
        digest = hashlib.sha256(("x".join(map(str, self.rgb.shape)) + " ").encode())
        digest.update(np.ascontiguousarray(self.rgb).data)
        return digest.hexdigest()


@dataclass(frozen=True)
class MediaInfo:
    """Facts of one media file, as its container, its stream and its first picture state them.

    `width` and `height` are those of the upright picture with square pixels. `rotation` is the
    clockwise turn in degrees (0, 90, 180, 270) that the file asks for, `mirrored` a left-right
    mirroring after it. `fps` is the mean rate of the frames' times, without times the one that the
    coded video declares, and None if it declares none. `sample_aspect_ratio` is that of the first
    picture. `declared_frames` is the container's own count, `frame_count` what its packets show.
    `matrix` and `colour_range` say how colours were read; the `_declared` flags say whether the
    file says so or the program assumed it. `stream` is the index of the stream or picture that is
    read, one of `choices`.
    """

    kind: Literal["video", "still"]
    container: str
    codec: str
    pixel_format: str
    width: int
    height: int
    coded_width: int
    coded_height: int
    rotation: int
    mirrored: bool
    sample_aspect_ratio: Fraction
    fps: float | None
    is_vfr: bool
    colour_range: Literal["limited", "full"]
    colour_range_declared: bool
    matrix: str
    matrix_declared: bool
    duration_s: float | None
    declared_frames: int | None
    frame_count: int
    has_audio: bool
    streams: tuple[str, ...]
    stream: int = 0
    choices: tuple[StreamChoice, ...] = ()


def sample_indices(count: int, wanted: int) -> list[int]:
    """Choose `wanted` of `count` frames, evenly spread.

    Args:
        count: Frames there are, 0 or more.
        wanted: Frames asked for, 1 or more.

    Returns:
        Ascending unique indices, the centres of equal spans; all indices when `wanted` is `count`
        or more.

    Raises:
        ValueError: a number is out of range.
    """
    if count < 0 or wanted < 1:
        raise ValueError(
            f"expected count of 0 or more and wanted of 1 or more, received {count} and {wanted}"
        )
    if wanted >= count:
        return list(range(count))
    return [(2 * span + 1) * count // (2 * wanted) for span in range(wanted)]


@dataclass(frozen=True)
class MediaFiles:
    """The files that a path stands for.

    Attributes:
        files: To be scanned, sorted. Folders and files that cannot be read are among them, so that
            their results say so.
        left_out: Every other file of the folder, sorted, with the reason.
    """

    files: tuple[Path, ...]
    left_out: tuple[tuple[Path, Sentence], ...] = ()


def media_files(path: Path, progress: Progress | None = None) -> MediaFiles:
    """The media files that a path stands for.

    Args:
        path: A file (taken as it is, whatever its name) or a folder (searched with all folders in
            it, hidden ones too, but without following links to folders).
        progress: Called with "files", those of a folder looked at so far, and 0, as their number is
            not known. What it raises is passed on.

    Returns:
        In a folder, what the first bytes show to be a video or a still, and what has a name like
        one; `files` is empty if all of it is left out.

    Raises:
        AnalysisError: there is nothing at the path, or the folder is empty.
        OSError: the system refuses to say what is at the path.
    """
    if path.is_file():
        return MediaFiles((path,))
    if not path.is_dir():
        if path.exists():
            raise AnalysisError(
                "{path} is neither a file nor a folder; give a video, a still picture or a folder"
                " of them.",
                path=path,
            )
        raise AnalysisError("There is no file or folder {path}; check its name.", path=path)
    entries: dict[Path, Sentence | None] = {}
    for entry in _entries(path):
        entries[entry] = _why_left_out(entry)
        if progress is not None:
            progress("files", len(entries), 0)
    if not entries:
        raise AnalysisError(no_media(path))
    return MediaFiles(
        tuple(sorted(entry for entry, reason in entries.items() if reason is None)),
        tuple(sorted((entry, reason) for entry, reason in entries.items() if reason is not None)),
    )


def no_media(folder: Path) -> Sentence:
    """What to say of a folder in which there is nothing to be scanned."""
    return Sentence("The folder {path} holds no video and no still picture.", path=folder)


def _entries(root: Path) -> Iterator[Path]:
    """Everything below `root` but the folders that were searched."""
    unreadable: list[Path] = []
    for folder, folders, names in os.walk(
        root, onerror=lambda error: unreadable.append(Path(error.filename))
    ):
        yield from (Path(folder, name) for name in names)
        yield from (entry for name in folders if _is_link(entry := Path(folder, name)))
    yield from unreadable


def _is_link(folder: Path) -> bool:
    # Python 3.11 knows no junctions of Windows and follows them.
    is_junction = getattr(os.path, "isjunction", os.path.islink)
    return folder.is_symlink() or bool(is_junction(folder))


def _why_left_out(path: Path) -> Sentence | None:
    """Why an entry of a folder is not scanned; None if it is, or if only a scan can say."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode) and _is_link(path):
            return Sentence("It is a link to a folder; give that folder itself.")
        if stat.S_ISDIR(mode):  # a folder that may not be read
            return None
        if not stat.S_ISREG(mode):
            return Sentence("It is not a regular file.")
        has_media_name = path.suffix.lower() in VIDEO_SUFFIXES | STILL_SUFFIXES
        # What macOS stores about "clip.mp4" is named "._clip.mp4".
        if has_media_name and not path.name.startswith("._"):
            return None
        with path.open("rb", buffering=0) as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        return Sentence("It is a link to a file that is not there.") if path.is_symlink() else None
    except OSError:
        return None
    if has_media_name and not is_companion(head):
        return None
    return why_not_media(head) if head else Sentence("It is empty.")


def in_words(choices: Sequence[StreamChoice]) -> str:
    """Numbers with sizes, such as "0 (160 x 120), 2-4, 5 (film)"; equal neighbours as a range."""
    runs: list[list[StreamChoice]] = []
    for one in choices:
        last = runs[-1][-1] if runs else None
        if last and msgspec.structs.replace(last, index=last.index + 1) == one:
            runs[-1].append(one)
        else:
            runs.append([one])
    words = []
    for run in runs:
        first, last = run[0], run[-1]
        numbers = f"{first.index}-{last.index}" if len(run) > 1 else str(first.index)
        what = "film" if first.film else f"{first.width} x {first.height}" if first.width else ""
        words.append(f"{numbers} ({what})" if what else numbers)
    return ", ".join(words)


def turn_warning(degrees: int, mirrored: bool) -> Sentence | None:
    """The sentence that says how a picture was turned to stand upright, None if it was not."""
    if not degrees:
        mirror = Sentence("The picture is shown mirrored left-right, as the file asks.")
        return mirror if mirrored else None
    return Sentence(
        "The picture is shown turned clockwise by {degrees} degrees and mirrored left-right, as the"
        " file asks."
        if mirrored
        else "The picture is shown turned clockwise by {degrees} degrees, as the file asks.",
        degrees=degrees,
    )


def check_index(index: int, count: int) -> None:
    """Raise AnalysisError, with a sentence for the user, unless there is a frame `index`."""
    if not 0 <= index < count:
        raise AnalysisError(
            "There is no frame {index}; this file has {n} frame, numbered from 0 to {last}.|"
            "There is no frame {index}; this file has {n} frames, numbered from 0 to {last}.",
            index=index,
            n=count,
            last=count - 1,
        )


def check_ascending(indices: Sequence[int], count: int) -> None:
    """Raise ValueError unless strictly ascending, AnalysisError unless every frame exists."""
    if any(later <= earlier for earlier, later in pairwise(indices)):
        raise ValueError("indices: expected strictly ascending frame numbers")
    for index in (indices[0], indices[-1]) if indices else ():
        check_index(index, count)


def check_size(width: int, height: int) -> None:
    """Raise AnalysisError if a picture is larger than this program decodes."""
    if width * height > MAX_PIXELS:
        raise AnalysisError(
            "Its pictures have {width} x {height} pixels; this program reads up to {max_pixels}"
            " million.",
            width=width,
            height=height,
            max_pixels=MAX_PIXELS // 10**6,
        )
