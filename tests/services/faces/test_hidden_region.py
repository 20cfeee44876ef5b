"""A region hidden by hand: its drop in the frame, and along its track."""

from __future__ import annotations

import msgspec
import pytest

from dfgui.core.analysis_results import (
    OcclusionSettings,
)
from dfgui.core.geometry import Box
from dfgui.core.network.package import Card
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.open_evidence import Item
from dfgui.services.faces.hidden_region import Region
from dfgui.worker.messages import Follow, Hide, Request
from tests.services.selection_case import (
    LEFT,
    PORTRAIT,
    RIGHT,
    WAIT_MS,
    Case,
    looked_at,
)
from tests.worker.test_handlers import BF16, score


def test_hiding_a_region_by_hand(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.hidden.hide(Box(32, 0, 32, 64))
    assert case.hidden.region == Region(Box(32, 0, 32, 64), OcclusionSettings(16, 16))
    case.settle()
    region = case.hidden.region
    assert region is not None
    assert region.base is not None
    assert region.drop is not None
    assert [region.base, region.drop] == pytest.approx(
        [score(170), score(170) - score(85)], abs=BF16
    )
    case.hidden.hide(Box(100, 0, 20, 20))
    assert case.refused == ["The region lies outside the face; draw it inside the cut."]
    assert case.hidden.region == region
    case.go_to(2)
    assert case.regions[-1] is None


def test_a_region_is_hidden_again_when_its_fill_changes(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(2, (1, LEFT)))
    case.hidden.hide(Box(32, 0, 32, 64))
    case.settle()
    case.hidden.follow()
    case.settle()
    assert case.hidden.followed == Region(Box(32, 0, 32, 64), OcclusionSettings(16, 16))
    assert len(case.hidden.curve) == 2
    # The mean of a face that is 170 everywhere changes nothing.
    case.settings = msgspec.structs.replace(case.settings, fill="mean")
    case.hidden.settings_changed()
    case.settle()
    region = case.hidden.region
    assert region is not None
    assert (region.settings.fill, region.drop) == ("mean", pytest.approx(0, abs=BF16))
    assert (case.hidden.followed, case.hidden.curve) == (None, ())
    assert case.refused[-1].startswith("The curve of the hidden region is gone")


def strip(width: int) -> Box:
    """The left `width` of the 64 columns of the face, which has 170 for red everywhere."""
    return Box(0, 0, width, 64)


def test_a_region_is_asked_about_while_it_is_drawn_and_the_newest_wins(
    case: Case, clip: str
) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    asked: list[Request] = []
    case.face_queries._client.asked.connect(asked.append)
    for width in range(4, 52, 4):
        case.hidden.draw(strip(width))  # all before the first answer
    case.qtbot.waitUntil(lambda: len(asked) == 2, timeout=WAIT_MS)
    case.settle()
    # Only the first and the newest are sent, not the ten between. The network sees half of the
    # columns.
    assert [request.region for request in asked if isinstance(request, Hide)] == [
        Box(0, 0, 2, 32),
        Box(0, 0, 24, 32),
    ]
    known = [region for region in case.regions if region is not None and region.drop is not None]
    assert [region.box for region in known] == [strip(4), strip(48)]
    lowered = [score(170) - score(170 * share / 64) for share in (60, 16)]
    assert [region.drop for region in known] == pytest.approx(lowered, abs=BF16)
    case.hidden.hide(strip(48))  # released where the last request was made
    case.settle()
    assert (len(asked), case.hidden.region) == (2, known[-1])
    case.hidden.hide(strip(32))
    assert len(asked) == 3


def test_what_is_drawn_replaces_what_was_asked_on_the_way(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.hidden.draw(strip(4))
    case.hidden.draw(strip(8))
    case.hidden.hide(strip(32))
    case.settle()
    known = [region for region in case.regions if region is not None and region.drop is not None]
    assert [region.box for region in known] == [strip(32)]
    assert case.hidden.region == known[0]
    assert known[0].drop == pytest.approx(score(170) - score(85), abs=BF16)


def test_a_drawing_that_is_given_up_leaves_the_region_before(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.hidden.draw(strip(16))
    case.hidden.give_up_drawing()
    case.settle()
    assert case.regions[-1] is None
    case.hidden.hide(strip(32))
    case.hidden.draw(strip(8))  # before the answer to the other came
    case.hidden.give_up_drawing()
    case.settle()
    region = case.hidden.region
    assert region is not None
    assert (region.box, region.drop) == (strip(32), pytest.approx(score(170) - score(85), abs=BF16))
    case.hidden.draw(strip(8))
    case.hidden.draw(Box(200, 0, 8, 8))  # outside the face: no message on the way
    assert case.refused == []
    case.hidden.hide(Box(200, 0, 8, 8))
    assert len(case.refused) == 1
    assert case.hidden.region == region


def test_a_region_along_its_track_by_hand(case: Case, clip: str) -> None:
    frames = [
        looked_at(index, (1, LEFT if index < 20 else RIGHT), (2, RIGHT)) for index in (0, 10, 20)
    ]
    case.open(clip, *frames, looked_at(30, (2, RIGHT)))
    case.hidden.hide(Box(-20, 0, 52, 80))  # reaches over the face: its left half is hidden
    case.hidden.follow()
    case.settle()
    drops = [score(170) - score(85), score(170) - score(85), score(85) - score(42.5)]
    assert [index for index, _ in case.hidden.curve] == [0, 10, 20]
    assert [drop for _, drop in case.hidden.curve] == pytest.approx(drops, abs=BF16)
    case.go_to(3)
    assert len(case.hidden.curve) == 3  # it is the track's and not the frame's
    case.hidden.clear()
    assert case.curves[-1] == ()


@pytest.mark.parametrize(
    "how", ["another face", "a box by hand", "another file", "another network"]
)
def test_a_curve_on_its_way_does_not_come_into_the_next(
    how: str, case: Case, clip: str, card: Card
) -> None:
    case.settings = AppSettings(patch=16, stride=16, fill="blur")
    case.open(clip, *(looked_at(index, (1, LEFT), (2, RIGHT)) for index in range(60)))
    case.open_evidence.put(Item(2, PORTRAIT))
    case.hidden.hide(Box(0, 0, 32, 64))
    changes = {
        "another face": lambda: case.it.choose_face(2),
        "a box by hand": lambda: case.it.set_box(RIGHT),
        "another file": lambda: case.it.choose(2),
        "another network": lambda: case.it.use_card(card),
    }
    done: list[bool] = []

    def change(curve: tuple[tuple[int, float], ...]) -> None:
        """Act at the second point, since a fast worker soon sends them all."""
        if len(curve) == 2 and not done:
            done.append(case.face_queries.is_busy("follow"))
            changes[how]()
            done.append(case.hidden.curve == () and not case.face_queries.is_busy("follow"))

    case.hidden.curve_changed.connect(change)
    case.hidden.follow()
    case.qtbot.waitUntil(lambda: len(done) == 2, timeout=WAIT_MS)
    assert done == [True, True]
    case.settle()
    assert (case.hidden.curve, case.curves[-1]) == ((), ())


def test_a_track_is_followed_only_where_it_was_found(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(9, (2, LEFT)), looked_at(12, (1, RIGHT)))
    case.hidden.hide(Box(0, 32, 64, 32))
    asked: list[Request] = []
    case.face_queries._client.asked.connect(asked.append)
    case.hidden.follow()
    case.settle()
    (follow,) = (request for request in asked if isinstance(request, Follow))
    assert (follow.faces, follow.region) == (((0, LEFT), (12, RIGHT)), (0.0, 0.5, 1.0, 0.5))
