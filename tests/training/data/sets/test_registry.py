"""The registry of data sets: every entry is listed, and what others make of the entries."""

import pkgutil

from training.data import sets
from training.data.lookup import (
    HELD_CLIPS,
    NAMELESS,
    TRAINED,
    clip_folders_in_words,
    clips_in_words,
    names_in_words,
    people_in,
    people_in_clip,
    source_of,
    whole_batch,
    words_of,
)
from training.data.sets import DATA_SETS
from training.data.table import Row
from training.data.videos import VideoRow
from training.recipe import Share


def test_every_file_of_the_registry_is_listed_once() -> None:
    names = [one.name for one in DATA_SETS]
    assert sorted(names) == sorted(module.name for module in pkgutil.iter_modules(sets.__path__))
    assert len(TRAINED) == sum(one.trained is not None for one in DATA_SETS)
    assert len(HELD_CLIPS) == sum(one.clips is not None for one in DATA_SETS)


def test_a_batch_has_the_shares_kind_by_kind() -> None:
    """In another order, a run in progress would be refused as one of another configuration."""
    assert whole_batch() == (
        Share("crops", "pairs", 6),
        Share("ffpp", "pairs", 2),
        Share("side_by_side", "pairs", 2),
        Share("stills", "unrelated", 1),
        Share("crops", "blends", 2),
        Share("ffpp", "blends", 1),
        Share("side_by_side", "blends", 1),
        Share("speaking", "blends", 1),
    )


def test_whom_a_picture_shows() -> None:
    crop = Row("a.png", "z", "REAL", "clip.mp4", "train", "dfdc")
    assert people_in(crop) == {"dfdc:train"}
    swap = Row("x/033_097.mp4#00001:real", "z", "REAL", "033", "train", "ffpp")
    assert people_in(swap) == {"ffpp:033", "ffpp:097"}
    still = VideoRow("a.png", "a.png", "REAL", "a", "stills", split="validation")
    assert people_in_clip(still) == {"stills:validation"}
    clip = VideoRow("033_097.mp4", "", "FAKE", "033", "ffpp", ("033", "097"))
    assert people_in_clip(clip) == {"ffpp:033", "ffpp:097"}
    assert frozenset({"dfdc", "stills"}) == NAMELESS


def test_what_the_help_says() -> None:
    assert names_in_words().startswith("`dfdc` (as Kaggle serves it), `crops` (a table")
    assert names_in_words().endswith("`real_clips` or `stills`")
    assert clip_folders_in_words() == (
        "ffpp",
        "pairs (side-by-side swaps) and real_clips (people speaking)",
    )


def test_a_data_set_that_is_not_known_has_its_own_name() -> None:
    assert (words_of("speaking"), words_of("mine")) == (
        "people speaking (frames of clips)",
        "mine",
    )
    assert (clips_in_words("ffpp"), clips_in_words("mine")) == ("FaceForensics++", "mine")
    assert source_of("mine").terms == "Its terms are not known here."
