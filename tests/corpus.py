"""Make a corpus: about ninety valid inputs of all kinds, and what each of them holds.

Run as `python tests/corpus.py FOLDER`. Their content is known from how they are made out of the
demo clips; `truth.json` says it, and `dfgui selftest --corpus FOLDER` compares.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script

from dfgui.cli.corpus import TRUTH, Corpus
from tests.corpus_inputs.film import Film
from tests.corpus_inputs.films import films
from tests.corpus_inputs.stills import Still, stills

CASES: dict[str, Film | Still] = {**dict(films()), **dict(stills())}


def missing(case: Film | Still) -> str | None:
    """A program that is needed to make it and is not installed; None if it can be made."""
    return case.needs if case.needs is not None and shutil.which(case.needs) is None else None


def make_corpus(folder: Path) -> Corpus:
    """Write every file that can be made here, and the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, case in CASES.items():
        if (program := missing(case)) is not None:
            print(f"{name} is left out: it needs {program}.")
            continue
        case.write(folder / name)
        made.append(case.truth(name))
    corpus = Corpus("dfgui.corpus/1", tuple(made))
    text = msgspec.json.format(msgspec.json.encode(corpus), indent=1)
    (folder / TRUTH).write_bytes(text + b"\n")
    return corpus


def main() -> None:
    """Make the corpus in the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/corpus.py FOLDER")
    began = time.monotonic()
    corpus = make_corpus(Path(sys.argv[1]))
    print(f"{len(corpus.files)} files in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
