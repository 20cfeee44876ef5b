"""Finds data sets in the registry: by name, by the source of their rows, by what they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import DataSource
from training.data.data_set import DataSet, HeldClips, Trained
from training.data.sets import DATA_SETS
from training.data.table import Row
from training.data.videos import VideoRow, VideoTable
from training.recipe import PAIR_KINDS, Share

BY_NAME: Mapping[str, DataSet] = {one.name: one for one in DATA_SETS}
# By the folder of their prepared pictures, as recipes name them.
TRAINED: Mapping[str, Trained] = {
    one.trained.folder: one.trained for one in DATA_SETS if one.trained
}
# By the source of their rows.
HELD_CLIPS: Mapping[str, HeldClips] = {one.source: one.clips for one in DATA_SETS if one.clips}
NAMELESS = frozenset(one.source for one in DATA_SETS if not one.names_people)


def data_set_named(name: str) -> DataSet:
    """A data set.

    Raises:
        AnalysisError: none has that name.
    """
    if name not in BY_NAME:
        raise AnalysisError(
            f"There is no kind of data set named {name!r}; there are: {', '.join(BY_NAME)}."
        )
    return BY_NAME[name]


def read_videos(name: str, data: str | Path) -> VideoTable:
    """The table of a data set.

    Args:
        name: of the data set.
        data: its local folder or fsspec URL; FaceForensics++ and tables of crops must be local.

    Raises:
        AnalysisError: there is no such data set, or no data of that kind.
    """
    return data_set_named(name).read(data)


def names_in_words() -> str:
    """Every name and what its folder holds, for the help: "`dfdc` (...), `ffpp` or `stills`"."""
    return _listed((f"`{one.name}`{one.hint and f' ({one.hint})'}" for one in DATA_SETS), "or")


def clip_folders_in_words() -> tuple[str, str]:
    """The folders of clips in `data`, and those in the folder of gathered clips, for the help."""
    own = (clips.folder for clips in HELD_CLIPS.values() if clips.among == "data")
    gathered = (
        f"{clips.folder} ({clips.words})"
        for clips in HELD_CLIPS.values()
        if clips.among == "gathered"
    )
    return _listed(own), _listed(gathered)


def _listed(words: Iterable[str], last_word: str = "and") -> str:
    """One, two and three."""
    *first, last = words
    return f"{', '.join(first)} {last_word} {last}" if first else last


def whole_batch() -> tuple[Share, ...]:
    """What every data set adds to a batch, kind by kind."""
    shares = [share for one in DATA_SETS for share in one.shares]
    return tuple(share for kind in PAIR_KINDS for share in shares if share.kind == kind)


def words_of(folder: str) -> str:
    """A data set that a recipe names, in words."""
    return TRAINED[folder].words if folder in TRAINED else folder


def source_of(folder: str) -> DataSource:
    """Name and terms of a data set that a recipe names."""
    if folder in TRAINED:
        return TRAINED[folder].source
    return DataSource(folder, "Its terms are not known here.")


def clips_in_words(source: str) -> str:
    """The clips of a source."""
    return HELD_CLIPS[source].words if source in HELD_CLIPS else source


def people_in(row: Row) -> frozenset[str]:
    """Whom a prepared picture shows: source and person, such as `ffpp:033`.

    It is source and split, such as `dfdc:train`, if the source does not name people.
    """
    others = (name for one in DATA_SETS if one.source == row.source for name in one.others_in(row))
    return _named(row.source, row.split, (row.original, *others))


def people_in_clip(clip: VideoRow) -> frozenset[str]:
    """Whom a clip shows, in the names of `people_in`."""
    return _named(clip.source, clip.split, (clip.original, *clip.people))


def _named(source: str, split: str, people: Iterable[str]) -> frozenset[str]:
    return frozenset(f"{source}:{who}" for who in ((split,) if source in NAMELESS else people))
