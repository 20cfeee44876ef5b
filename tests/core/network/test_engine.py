"""The network gives the numbers calculated by hand, for any batch and any number of threads."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.network.engine import Detector, Network
from dfgui.core.network.package import load_package
from tests.support.packages import make_package, read_card, write_card


def crops(*reds: int, side: int = 32) -> NDArray[np.uint8]:
    """Pictures of one colour; green and blue must not matter."""
    pictures = np.full((len(reds), side, side, 3), 77, np.uint8)
    pictures[..., 0] = np.array(reds)[:, None, None]
    return pictures


def test_logits_by_hand(package: Path) -> None:
    detector = Detector(load_package(package), threads=2)
    assert detector.logits(crops(0, 128, 144, 255)).tolist() == [-8.0, 0.0, 1.0, 7.9375]
    half = crops(200)
    half[:, :, :16, 0] = 88
    assert detector.logits(half).tolist() == [1.0]
    assert detector.logits(crops()).shape == (0,)


def test_scores_are_calibrated(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "steep")
    card = read_card(folder)
    card["calibration"]["face"] |= {"slope": 2.0, "intercept": -1.0}
    write_card(folder, card)
    scores = Detector(load_package(folder), threads=1).face_scores(crops(136, 144))
    # logits .5 and 1 become 0 and 1
    assert scores.tolist() == [0.5, round(1 / (1 + math.exp(-1)), 6)]


def test_the_company_and_the_threads_change_nothing(package: Path) -> None:
    pictures = np.random.default_rng(3).integers(0, 256, (17, 32, 32, 3), np.uint8)
    together = Detector(load_package(package), threads=1).logits(pictures)
    for threads in (1, 2, 3):
        detector = Detector(load_package(package), threads=threads)
        assert np.array_equal(detector.logits(pictures), together)
        assert np.array_equal(
            np.concatenate([detector.logits(pictures[i : i + 1]) for i in range(17)]), together
        )
        assert np.array_equal(detector.logits(pictures[::-1]), together[::-1])


def test_another_input_size_for_measuring(package: Path) -> None:
    detector = Detector(load_package(package), threads=1, input_size=48)
    assert detector.logits(crops(144, side=48)).tolist() == [1.0]


@pytest.mark.parametrize(
    "picture", [crops(1, side=31), crops(1).astype(np.float32), crops(1)[..., :2], crops(1)[0]]
)
def test_wrong_pictures(picture: NDArray[np.uint8], package: Path) -> None:
    with pytest.raises(ValueError, match="crops: expected"):
        Detector(load_package(package), threads=1).logits(picture)


def test_a_network_that_does_not_fit_its_card_is_refused_by_name(tmp_path: Path) -> None:
    for fault, words in (
        ({"fixed_side": 48}, "does not take pictures of 32 x 32"),
        ({"outputs": 2}, "does not give one number"),
    ):
        folder = make_package(tmp_path / "misfit", **fault)
        with pytest.raises(AnalysisError, match=f"misfit {words}"):
            Detector(load_package(folder), threads=1)


class Counted:
    """An engine whose network gives the number of red in the first pixel, and one feature."""

    def __init__(self, *outputs: tuple[int | None, ...]) -> None:
        self._outputs = outputs

    def name(self) -> str:
        return "by hand 1"

    def has_bf16(self) -> bool:
        return False

    def read(self, path: Path) -> Counted:
        assert path.name == "model.xml"
        return self

    def takes(self, side: int) -> bool:
        return side == 32

    def resize(self, _side: int) -> tuple[tuple[int | None, ...], ...]:
        return self._outputs

    def compile_faces(self, *, threads: int, precision: str) -> Counted:
        assert (threads, precision) == (1, "f32")
        return self

    def compile_one(self, *, threads: int) -> Any:
        raise RuntimeError(f"no network for {threads}")

    def run(self, crops: NDArray[np.uint8], results: Sequence[NDArray[np.float32]]) -> None:
        for rows in results:
            rows[:] = crops[:, 0, 0, :1]


def test_another_engine_is_passed_in(package: Path) -> None:
    detector = Detector(load_package(package), threads=1, engine=Counted((1, 1), (1, 2)))
    logits, features = detector.logits_and_features(crops(3, 200))
    assert (logits.tolist(), features.tolist()) == ([3.0, 200.0], [[3.0, 3.0], [200.0, 200.0]])
    assert detector.logits(crops(7)).tolist() == [7.0]
    with pytest.raises(AnalysisError, match="cannot be loaded"):
        Network(package, threads=2, engine=Counted())


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        ((), "does not give one number"),
        (((None, 1),), "does not give one number"),
        (((1, 1), (1, 1), (1, 1)), "does not give one number"),
        (((1, 1), (1, None)), "features of the model package red-mean are not one row"),
        (((1, 1), (None,)), "features of the model package red-mean are not one row"),
        (((1, 1), (2, 8)), "features of the model package red-mean are not one row"),
    ],
)
def test_outputs_that_do_not_fit(outputs: Any, words: str, package: Path) -> None:
    with pytest.raises(AnalysisError, match=words):
        Detector(load_package(package), threads=1, engine=Counted(*outputs))


def test_a_network_that_gives_no_number_is_refused_by_name(tmp_path: Path) -> None:
    detector = Detector(load_package(make_package(tmp_path / "void", divisor=0.0)), threads=1)
    with pytest.raises(AnalysisError, match="void gave no number"):
        detector.logits(crops(128))


def test_a_network_that_is_none(tmp_path: Path) -> None:
    folder = make_package(tmp_path / "text")
    (folder / "model.xml").write_text("<net>")
    card = read_card(folder)
    card["files"]["model.xml"] = hashlib.sha256(b"<net>").hexdigest()
    write_card(folder, card)
    with pytest.raises(AnalysisError, match="text cannot be loaded"):
        Detector(load_package(folder), threads=1)


def test_features_come_with_the_logits_if_the_network_gives_them(
    tmp_path: Path, package: Path
) -> None:
    detector = Detector(load_package(make_package(tmp_path / "two", features=True)), threads=2)
    pictures = crops(0, 144, 200)
    logits, features = detector.logits_and_features(pictures)
    assert (detector.features, features.dtype, features.shape) == (3, np.float32, (3, 3))
    # The means of the three colours.
    assert features.tolist() == [[0.0, 77.0, 77.0], [144.0, 77.0, 77.0], [200.0, 77.0, 77.0]]
    assert logits.tolist() == detector.logits(pictures).tolist() == [-8.0, 1.0, 4.5]
    alone = Detector(load_package(package), threads=1)
    assert alone.features == 0
    with pytest.raises(AnalysisError, match="red-mean gives no features"):
        alone.logits_and_features(pictures)
    with pytest.raises(ValueError, match="crops: expected"):
        detector.logits_and_features(crops(1, side=31))
