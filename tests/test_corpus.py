"""Every kind of input is read as it was made: frames, times, size, turn, colours and the face."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dfgui.cli.corpus import CorpusReader
from tests.corpus import CASES, missing


@pytest.fixture(scope="module")
def reader() -> Iterator[CorpusReader]:
    with CorpusReader() as reader:
        yield reader


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_is_what_was_made(name: str, reader: CorpusReader, tmp_path: Path) -> None:
    case, path = CASES[name], tmp_path / name
    if (program := missing(case)) is not None:
        pytest.skip(f"{program} is not installed")
    case.write(path)
    assert reader.differences(path, case.truth(name)) == []
