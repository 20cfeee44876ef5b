"""Which clips test, choose and train.

The constants are what the seed draws, and hold what was promised.
"""

from training.data.held_out import (
    REAL_CLIPS,
    REAL_CLIPS_COUNTS,
    SIDE_BY_SIDE,
    draw_clips,
    draw_components,
    split_of,
    split_of_clip,
)

# Clips of each component, as `pairs.csv` has them.
SIZES = {
    0: 1,
    1: 18,
    2: 2,
    3: 3,
    4: 3,
    5: 7,
    6: 3,
    7: 3,
    8: 1,
    9: 1,
    10: 1,
    11: 1,
    12: 4,
    13: 2,
    14: 1,
    15: 3,
}
CLIPS = [f"speaking_{number:02d}" for number in range(56)]


def _clips(split: str) -> int:
    return sum(SIZES[number] for number in SIDE_BY_SIDE[split])


def test_the_constants_are_what_the_seed_draws() -> None:
    assert draw_components(SIZES) == SIDE_BY_SIDE
    assert draw_clips(CLIPS, REAL_CLIPS_COUNTS) == REAL_CLIPS


def test_the_parts_are_as_large_as_promised() -> None:
    assert len(SIDE_BY_SIDE["test"]) >= 4
    assert _clips("test") >= 12
    assert len(SIDE_BY_SIDE["validation"]) in (2, 3)
    assert _clips("validation") >= 6
    assert not SIDE_BY_SIDE["test"] & SIDE_BY_SIDE["validation"]
    assert 1 not in SIDE_BY_SIDE["test"] | SIDE_BY_SIDE["validation"]  # the largest
    assert (len(REAL_CLIPS["test"]), len(REAL_CLIPS["validation"])) == (28, 16)
    assert not REAL_CLIPS["test"] & REAL_CLIPS["validation"]


def test_any_seed_keeps_the_promise() -> None:
    for seed in range(30):
        drawn = draw_components(SIZES, seed=seed)
        test, validation = drawn["test"], drawn["validation"]
        assert len(test) >= 4
        assert sum(SIZES[number] for number in test) >= 12
        assert len(validation) in (2, 3)
        assert sum(SIZES[number] for number in validation) >= 6
        assert not test & validation
        assert 1 not in test | validation


def test_what_is_not_drawn_trains() -> None:
    assert {split_of(number) for number in (1, 5, 99)} == {"train"}
    assert [split_of(min(SIDE_BY_SIDE[split])) for split in ("test", "validation")] == [
        "test",
        "validation",
    ]
    assert sum(split_of_clip(name) == "train" for name in CLIPS) == 12
    assert split_of_clip("another") == "train"
