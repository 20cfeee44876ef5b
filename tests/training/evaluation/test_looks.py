"""Clips are looked at as a scan does.

Halves are clips of their own, each looked at by a network that has met nobody in it.
"""

from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import ModelPackage, load_package
from tests.support.packages import make_package
from tests.training.faces import Picture, frame, replaced, write_clip
from tests.training.material import beside, write_beside, write_data, write_gathered
from training.data.held_clips import clips_of
from training.data.sets.side_by_side import read_videos
from training.data.videos import VideoRow
from training.evaluation.answering import MET, Answerer, answered, clips_to_test
from training.evaluation.looks import Half, Remembering, look_at_clips
from training.network.training_exposure import UNKNOWN


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    """A network that finds a changed face by its red.

    It gives the means of the three colours as features.
    """
    return load_package(make_package(tmp_path_factory.mktemp("models") / "red-mean", features=True))


def _met(package: ModelPackage, *seen: str) -> ModelPackage:
    training = msgspec.structs.replace(package.card.training, seen=seen)
    return ModelPackage(package.folder, msgspec.structs.replace(package.card, training=training))


def _two(picture: Picture, *, fake: bool) -> Picture:
    """Two people: the one on the left, whose face may be replaced, and a bystander."""
    return np.concatenate([replaced(picture) if fake else picture, cv2.flip(picture, 1)], axis=1)


def _halves(folder: Path, clip: Path) -> dict[str, VideoRow]:
    (folder / "pairs.csv").write_text(
        f"file,component,one_panel\n{clip.name},3,0\n", encoding="utf-8"
    )
    return {row.panel: row for row in read_videos(folder).rows}


def test_a_half_is_a_clip_of_its_own(package: ModelPackage, tmp_path: Path) -> None:
    halves = _halves(tmp_path, write_beside(tmp_path / "one.mp4"))
    with Half(halves["right"], compare=True) as video:
        [shown] = video.frames([3])
        assert shown.rgb.shape == (240, 240, 3)
        assert np.abs(shown.rgb.astype(int) - replaced(frame(3))).mean() < 3
        own, other = video.pairs[3]
        np.testing.assert_array_equal(own, shown.rgb)
        assert np.abs(other - frame(3).astype(int)).mean() < 3
    seen = look_at_clips(Detector(package, threads=1), list(halves.values()))
    real, fake = (
        np.mean([face.logit for face in one.faces])
        for one in sorted(seen.looks, key=lambda one: one.is_fake)
    )
    assert fake > real + 0.5
    assert [(one.codec, len(one.faces), one.features) for one in seen.looks] == [
        ("h264", 9, None)
    ] * 2
    assert seen.looks[0].bits_per_pixel == seen.looks[1].bits_per_pixel > 0


def test_only_the_face_that_differs_is_fake(package: ModelPackage, tmp_path: Path) -> None:
    pictures = [
        beside(_two(frame(number), fake=False), _two(frame(number), fake=True))
        for number in range(9)
    ]
    halves = _halves(tmp_path, write_clip(tmp_path / "two.mp4", pictures))
    found = look_at_clips(
        Remembering(package, threads=1), list(halves.values()), tell_faces=True, fold="a fold"
    )
    assert not found.left_out
    by_label = {one.is_fake: one for one in found.looks}
    assert (
        {face.track for face in by_label[True].faces}
        == {face.track for face in by_label[False].faces}
        == {1, 2}
    )
    [track] = by_label[True].fake_tracks
    assert not by_label[False].fake_tracks
    means = {
        number: np.mean([face.logit for face in by_label[True].faces if face.track == number])
        for number in (1, 2)
    }
    real = {
        number: np.mean([face.logit for face in by_label[False].faces if face.track == number])
        for number in (1, 2)
    }
    assert means[track] > real[track] + 0.5  # it is redder, and the bystander is not
    assert means[3 - track] == pytest.approx(real[3 - track], abs=0.2)
    one = by_label[True]
    assert (one.fold, one.main) == ("a fold", track)
    assert one.features is not None
    # Features of the tiny network are means of colours; its logit is (the first - 128) / 16.
    np.testing.assert_allclose(
        (one.features[:, 0] - 128) / 16, [face.logit for face in one.faces], atol=1e-3
    )


@pytest.mark.parametrize(
    ("fake", "why"),
    [
        (lambda picture: picture, "no face in it differs from the other half"),
        (
            lambda picture: replaced(np.roll(picture, 4, axis=1)),
            "it and its partner do not match: around the faces they differ by",
        ),
    ],
)
def test_a_half_whose_replaced_face_cannot_be_told_is_named(
    package: ModelPackage, tmp_path: Path, fake: object, why: str
) -> None:
    assert callable(fake)
    halves = _halves(
        tmp_path,
        write_clip(tmp_path / "same.mp4", [beside(frame(n), fake(frame(n))) for n in range(9)]),
    )
    found = look_at_clips(Detector(package, threads=1), list(halves.values()), tell_faces=True)
    assert [one.clip.panel for one in found.looks] == ["left"]
    [left_out] = found.left_out
    assert (left_out.what, left_out.why[: len(why)]) == ("same.mp4:right", why)
    # a scan need not know
    assert len(look_at_clips(Detector(package, threads=1), list(halves.values())).looks) == 2


def test_clips_that_give_nothing_are_named(package: ModelPackage, tmp_path: Path) -> None:
    grey = write_clip(tmp_path / "grey.mp4", [np.full((240, 240, 3), 99, np.uint8)] * 9)
    (tmp_path / "text.mp4").write_text("no video")
    odd = write_clip(tmp_path / "odd.mkv", [np.full((64, 62, 3), 99, np.uint8)] * 3)
    paths = grey, tmp_path / "text.mp4", tmp_path / "gone.mp4"
    rows = [VideoRow(path.name, str(path), "REAL", path.stem, "real_clips") for path in paths]
    rows.append(VideoRow("odd.mkv", str(odd), "REAL", "odd", "side_by_side", panel="left"))
    rows.append(VideoRow("part.zip/a.mp4", "zip://a.mp4::part.zip", "REAL", "a", "dfdc"))
    found = look_at_clips(Detector(package, threads=1), rows)
    assert not found.looks
    assert [one.what for one in found.left_out] == [
        "grey.mp4",
        "text.mp4",
        "gone.mp4",
        "odd.mkv",
        "part.zip/a.mp4",
    ]
    assert found.left_out[0].why == "no face was found in it"
    assert (
        found.left_out[-1].why
        == "it lies in an archive; unpack the archive and prepare the data set again"
    )


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("material")
    write_data(folder / "data", crops=1)
    write_gathered(folder / "gathered")
    return folder


def test_the_parts_of_the_clips_are_those_that_were_drawn(material: Path) -> None:
    clips = clips_of(material / "data", material / "gathered")
    assert len(clips) == 8 + 6 + 3
    assert {
        source: [clip.split for clip in own]
        for source, own in clips_to_test(material / "data", material / "gathered").items()
    } == {"ffpp": ["test"] * 4, "side_by_side": ["test"] * 2, "real_clips": ["test"]}
    assert len(clips_of(material / "data", None)) == 8
    with pytest.raises(
        AnalysisError, match="data has no folder pairs; name the folder with the gathered clips"
    ):
        clips_of(material / "data", material / "data")


def test_each_clip_is_answered_by_the_first_network_that_has_met_nobody_in_it(
    material: Path, package: ModelPackage
) -> None:
    clips = [
        clip for clip in clips_of(material / "data", material / "gathered") if clip.split != "test"
    ]
    own = Answerer(
        _met(
            package,
            "dfdc:train",
            "ffpp:001",
            "ffpp:002",
            "side_by_side:component-01",
            "real_clips:speaking_01",
        )
    )
    fold = Answerer(
        _met(
            package,
            "side_by_side:component-01",
            "side_by_side:component-03",
            "real_clips:speaking_01",
        ),
        "without ffpp",
    )
    found = answered([own, fold], clips)
    assert sorted((one.clip.source, one.clip.original, one.fold) for one in found.looks) == [
        *[("ffpp", "001", "without ffpp")] * 2, *[("ffpp", "002", "without ffpp")] * 2,
        ("real_clips", "speaking_03", "all"), *[("side_by_side", "component-03", "all")] * 2,
    ]  # fmt: skip
    assert [(one.what, one.why) for one in found.left_out] == [
        (name, MET) for name in ("pair_01.mp4:left", "pair_01.mp4:right", "speaking_01.mp4")
    ]
    # Whoever lends a face is in a fake, too; and a network answers nothing if nobody knows whom it
    # has met.
    donor = answered(
        [Answerer(_met(package, "ffpp:002"))], [clip for clip in clips if clip.source == "ffpp"]
    )
    assert [one.clip.label for one in donor.looks] == ["REAL"]
    assert len(donor.left_out) == 3
    assert not answered([Answerer(_met(package, UNKNOWN))], clips).looks
