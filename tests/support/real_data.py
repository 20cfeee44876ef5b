"""Real clips outside the checkout: where they are, and the mark of tests that need them.

They are in `../shared/data`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FFPP = Path(__file__).parents[3] / "shared" / "data" / "ffpp"
needs_ffpp = pytest.mark.skipif(
    not FFPP.is_dir(), reason="the FaceForensics++ clips are not in ../shared/data"
)


def original(person: str) -> Path:
    """A genuine clip of FaceForensics++, lightly compressed."""
    return FFPP / "original_sequences" / "youtube" / "c23" / "videos" / f"{person}.mp4"


def manipulated(pair: str, maker: str) -> Path:
    """A clip of FaceForensics++ whose face was replaced, lightly compressed."""
    return FFPP / "manipulated_sequences" / maker / "c23" / "videos" / f"{pair}.mp4"
