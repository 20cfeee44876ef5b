"""Why the program reads a file of androidx/media's tests differently from ffprobe."""

from __future__ import annotations

import re

REASONS: tuple[tuple[str, str, str], ...] = (
    (
        r"avi/sample-with-large-length\.avi$",
        r"^times: 58, ffprobe 56$",
        "ffprobe 5.1 gives no time to the last two frames; their packets have one by their place",
    ),
    (
        r"heif/.*\.heic$",
        r"where ffprobe finds none$",
        "ffprobe 5.1 reads no HEIC that holds pictures alone",
    ),
    (
        r"jpeg/.*-shortened.*\.jpg$",
        r"where ffprobe finds none$",
        "a JPEG that its makers shortened: ffprobe 5.1 finds no size in it, Pillow decodes it",
    ),
    (
        r"mp4/sample_edit_list_no_sync_frame_before_edit\.mp4$",
        r"^frames: 62, ffprobe 68$",
        "the file has no key frame before the first one shown: ffprobe shows six pictures without"
        " what they refer to, the program leaves them out and says so",
    ),
    (
        r"mp4/sample_vvc\.mp4$",
        r"where ffprobe finds none$",
        "ffprobe 5.1 has no decoder for VVC, the FFmpeg in PyAV has one",
    ),
    (
        r"mp4/sample_with_invalid_nalu\.mp4$",
        r"^frames: 30, ffprobe 29$",
        "one of 30 pictures is broken on purpose: ffprobe passes over it, the program counts it and"
        " names it as not decoded",
    ),
    (
        r"webp/black_large\.webp$",
        r"^refused: Its pictures have 16000 x 9000 pixels",
        "more pixels than the program reads, which the sentence says",
    ),
)
"""Pattern of the file's name, pattern of the difference, reason; the first that fits counts."""


def reason(name: str, difference: str) -> str | None:
    """The reason of a difference; None if it has none.

    Args:
        name: of the file, from the folder of media on, with "/".
        difference: as `tests/androidx_media.py` words it.
    """
    return next(
        (
            why
            for file, kind, why in REASONS
            if re.search(file, name) and re.search(kind, difference)
        ),
        None,
    )
