"""What an entry of the registry of data sets says: how to read it, and what the rest needs of it.

The entries are in `training.data.sets`, one file each.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dfgui.core.network.package import DataSource
from training.data.prepared.shards import PrepareSettings
from training.data.table import Row
from training.data.videos import VideoTable
from training.recipe import PairKind, Share

# What is taken of clips, and of clips that come with their originals.
CLIPS = PrepareSettings(frames=40, size=0, face_size=288, face_scale=1.6, landmarks=True)
PAIRS = PrepareSettings(
    frames=40, size=0, face_size=288, face_scale=1.6, landmarks=True, pairs=True
)


@dataclass(frozen=True)
class Trained:
    """What `learn` takes of a data set, and what results and cards say of it.

    Attributes:
        folder: of its prepared pictures in the folder of all, and its name in a recipe.
        words: in results and cards, such as `DFDC (face crops)`.
        needs: in the list of what `learn` needs.
        source: its name and terms, for the card.
        shares: how many pairs of each kind it adds to a batch.
        split: by what it is split, for the card; "" if its folders say it.
    """

    folder: str
    words: str
    needs: str
    source: DataSource
    shares: Mapping[PairKind, int]
    split: str = ""


@dataclass(frozen=True)
class HeldClips:
    """Clips of a data set on which networks are calibrated and tested.

    Attributes:
        among: the folder that holds theirs: `data`, or `gathered`, which may be left out.
        folder: theirs.
        words: in calibrations, such as `people speaking`.
        test_words: names the clips of its test part in metrics.
    """

    among: Literal["data", "gathered"]
    folder: str
    words: str
    test_words: str


def _nobody_else(row: Row) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class DataSet:
    """A data set.

    Attributes:
        name: as `prepare --kind` takes it.
        hint: what its folder holds, for the help of the command line; "" if the name says it.
        read: gives its table of videos, from a local folder or an fsspec URL.
        source: what its rows have as `source`.
        settings: what is taken of each video unless the user says otherwise.
        names_people: whether its rows say who is in them. If not, a network that has met one
            picture of a split counts as having met all of that split.
        others_in: people that a row shows and its `original` does not name.
        trained: what `learn` does with it, if it does.
        clips: those that calibrate and test, if it has any.
    """

    name: str
    hint: str
    read: Callable[[str | Path], VideoTable]
    source: str
    settings: PrepareSettings = field(default_factory=PrepareSettings)
    names_people: bool = True
    others_in: Callable[[Row], Collection[str]] = _nobody_else
    trained: Trained | None = None
    clips: HeldClips | None = None

    @property
    def shares(self) -> list[Share]:
        """What it adds to a batch of `learn`."""
        given = self.trained
        return [Share(given.folder, kind, n) for kind, n in given.shares.items()] if given else []
