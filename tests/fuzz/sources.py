"""Harmless files to be damaged: every film and still of the corpus, and films with sound."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import av

from tests.corpus import CASES, missing
from tests.fuzz.mutations import Source
from tests.support.clips import make_clip

SOUND: dict[str, Callable[[Path], object]] = {
    f"sound.{suffix}": lambda path: make_clip(path, frames=50, audio=True)
    for suffix in ("mp4", "mkv", "avi")
}


SOUND_SHARE = 0.2
"""Of the files that are drawn."""


class Sources:
    """Makes each file when it is drawn for the first time.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._made = cache(self._make)
        self._names = sorted(name for name, case in CASES.items() if not missing(case))

    def draw(self, chance: random.Random) -> tuple[str, Source]:
        """The name of a file, which tells its kind, and what it holds."""
        has_sound = chance.random() < SOUND_SHARE
        name = chance.choice(sorted(SOUND) if has_sound else self._names)
        return name, self._made(name)

    def _make(self, name: str) -> Source:
        path = self._folder / name
        if not path.exists():
            if name in SOUND:
                SOUND[name](path)
            else:
                CASES[name].write(path)
        return Source(path.read_bytes(), _packets(path))


def _packets(path: Path) -> list[tuple[int, int]]:
    try:
        with av.open(str(path)) as container:
            return [
                (packet.pos, packet.size)
                for packet in container.demux()
                if packet.size and packet.pos is not None and packet.pos >= 0
            ]
    except av.FFmpegError:  # a still that FFmpeg does not read
        return []
