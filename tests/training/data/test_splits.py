"""Groups that share a video or a person, splits and folds by group, the check that stops a run."""

from collections import Counter

import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from training.data.splits import assign, check, components, folds, groups
from training.data.table import Row
from training.data.videos import VideoRow


def _video(
    file: str,
    original: str,
    *people: str,
    label: str = "REAL",
    split: str = "train",
    source: str = "s",
) -> VideoRow:
    return VideoRow(file, "", label, original, source, people=people, split=split)


def _pairs(count: int) -> list[VideoRow]:
    """So many real videos, each with a fake made from it."""
    return [
        _video(f"{label}{i}", f"v{i}", label=label)
        for i in range(count)
        for label in ("REAL", "FAKE")
    ]


def test_components_join_through_others() -> None:
    # 0 - 2 share b, 2 - 4 share d, so 0 - 2 - 4; 1 and 3 stand alone.
    assert components(["ab", "c", "bd", "e", "d"]) == [0, 1, 0, 3, 0]


def test_a_late_sample_joins_two_components() -> None:
    assert components(["a", "b", "ab"]) == [0, 0, 0]


def test_groups_are_named_by_their_first_original() -> None:
    rows = [
        _video("1", "m", "anna"),
        _video("2", "k", "ben"),
        _video("3", "m", "anna", "ben"),
        _video("4", "z"),
    ]
    assert groups(rows) == ["s:k", "s:k", "s:k", "s:z"]


def test_equal_names_in_two_data_sets_are_not_one() -> None:
    assert groups([_video("1", "v", "id0", source="a"), _video("2", "v", "id0", source="b")]) == [
        "a:v",
        "b:v",
    ]


def test_a_person_and_a_video_of_one_name_are_not_one() -> None:
    assert groups([_video("1", "033"), _video("2", "097", "033")]) == ["s:033", "s:097"]


def test_face_tables_are_grouped_too() -> None:
    rows = [
        Row("a", "z", "REAL", "v1", "train"),
        Row("b", "z", "FAKE", "v1", "train"),
        Row("c", "z", "REAL", "v2", "train"),
    ]
    assert groups(rows) == ["dfdc:v1", "dfdc:v1", "dfdc:v2"]


def test_a_group_on_two_sides_is_named() -> None:
    rows = [*_pairs(2), _video("late", "v1", split="test")]
    with pytest.raises(
        AnalysisError,
        match=r"s:v1 is on 2 sides of the split: REAL1 in train, late in test\. 1 of 2 groups are",
    ):
        check(rows)
    check(rows[:4])


def test_a_person_on_two_sides_is_seen_through_a_fake() -> None:
    rows = [_video("a", "a", "anna"), _video("b", "b", "ben", split="test")]
    check(rows)
    with pytest.raises(AnalysisError, match="on 2 sides"):
        check([*rows, _video("ab", "a", "anna", "ben", label="FAKE")])


def test_fractions_are_kept_and_groups_stay_whole() -> None:
    rows = assign(_pairs(20), {"train": 0.7, "validation": 0.1, "test": 0.2}, seed=3)
    check(rows)
    assert Counter(row.split for row in rows) == {"train": 28, "validation": 4, "test": 8}  # of 40
    assert [row.file for row in rows] == [row.file for row in _pairs(20)]


def test_large_groups_are_placed_first() -> None:
    # Sizes 6, 2, 2, 2: lacking 6 and 6. The large one goes to a, then a lacks nothing and b takes
    # the rest.
    large = [
        _video(f"{label}{i}", "big", label=label) for i in range(3) for label in ("REAL", "FAKE")
    ]
    rows = assign([*_pairs(3), *large], {"a": 0.5, "b": 0.5})
    assert [row.split for row in rows] == ["b"] * 6 + ["a"] * 6


def test_the_seed_decides_and_repeats() -> None:
    made = [
        [row.split for row in assign(_pairs(12), {"a": 0.5, "b": 0.5}, seed=seed)]
        for seed in (1, 1, 2)
    ]
    assert made[0] == made[1] != made[2]


def test_one_group_for_all_cannot_be_split() -> None:
    rows = [
        _video("1", "a", "anna"),
        _video("2", "a", "anna", "ben", label="FAKE"),
        _video("3", "b", "ben"),
    ]
    with pytest.raises(
        AnalysisError, match="b would hold no REAL: of 1 groups, s:a alone holds 3 of 3 videos"
    ):
        assign(rows, {"a": 0.5, "b": 0.5})


def test_a_split_without_a_class_is_refused() -> None:
    rows = [*_pairs(1), _video("alone1", "w1"), _video("alone2", "w2")]
    with pytest.raises(AnalysisError, match="would hold no FAKE"):
        assign(rows, {"a": 0.5, "b": 0.5})


@pytest.mark.parametrize("fractions", [{}, {"a": 0.5}, {"a": 1.2, "b": -0.2}, {"a": 1.0, "b": 0.0}])
def test_fractions_must_add_up(fractions: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        assign(_pairs(2), fractions)


def test_folds_share_groups_out_evenly() -> None:
    names = groups(_pairs(10))
    found = folds(names, 5, labels=[row.label for row in _pairs(10)])
    assert Counter(found.tolist()) == dict.fromkeys(range(5), 4)  # 20 videos
    assert all(
        len({int(fold) for fold, other in zip(found, names, strict=True) if other == name}) == 1
        for name in names
    )
    np.testing.assert_array_equal(found, folds(names, 5))


def test_more_folds_than_groups_are_refused() -> None:
    with pytest.raises(AnalysisError, match="2 groups cannot be shared out among 3 folds"):
        folds(["a", "a", "b"], 3)
    with pytest.raises(ValueError, match="at least 2"):
        folds(["a", "b"], 1)


def test_a_fold_without_a_class_is_refused() -> None:
    with pytest.raises(AnalysisError, match="fold 1 would hold no 1"):
        folds(["a", "a", "b"], 2, labels=[0, 1, 0])
