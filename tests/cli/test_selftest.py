"""`dfgui selftest --corpus`: files of known content, and what is said of one that is not so."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dfgui.cli.corpus import TRUTH, Corpus, Truth
from tests.corpus_inputs.stills import stills
from tests.support.program import run

NAME = "rgb.png"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dict(stills())[NAME].write(tmp_path / NAME)
    return tmp_path


def write_truth(folder: Path, **change: object) -> Truth:
    truth = msgspec.structs.replace(dict(stills())[NAME].truth(NAME), **change)
    (folder / TRUTH).write_bytes(msgspec.json.encode(Corpus("dfgui.corpus/1", (truth,))))
    return truth


def test_a_corpus_that_is_read_as_it_was_made(folder: Path) -> None:
    write_truth(folder)
    done = run("selftest", "--corpus", folder)
    assert (done.returncode, done.stdout) == (0, b"1 of 1 files are read as made.\n")


def test_each_difference_is_named(folder: Path) -> None:
    truth = write_truth(folder, frames=2)
    pixel = msgspec.structs.replace(truth.pixels[0], rgb=(0, 0, 0))
    face = msgspec.structs.replace(truth.faces[0], x=0.0)
    write_truth(folder, frames=2, pixels=(pixel,), faces=(face,))
    done = run("selftest", "--corpus", folder)
    *said, last = done.stdout.decode().splitlines()
    assert done.returncode == 1
    assert said[0] == "FAILED: rgb.png: it has 2 frames, 1 were read"
    # The colour that tests/corpus_inputs/scene.py draws into the corner.
    assert said[1] == ("FAILED: rgb.png: frame 0 is (0, 0, 0) at (32, 32), read as (180, 40, 40)")
    assert said[2].startswith("FAILED: rgb.png: the face of frame 0 was found at (")
    assert last == "0 of 1 files are read as made."


def test_a_folder_without_truth_is_no_corpus(tmp_path: Path) -> None:
    done = run("selftest", "--corpus", tmp_path)
    assert done.returncode == 1
    assert b"is no corpus" in done.stdout
