"""Labels that a network gives: of a face and its mirror image, and mixed with those of the table."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.card import load_package
from dfgui.core.crop import cut, whole
from dfgui.core.detector import Detector
from dfgui.core.errors import AnalysisError
from dfgui.resources import DEFAULT_MODEL, model_folder
from tests.training.faces import frame
from training.data.table import FaceTable, Row
from training.evaluate import sigmoid
from training.experiments.learn import Config, labels_of
from training.runs import Run, Stopped
from training.teach import taught

REDS = {"real": 112, "fake": 160, "other": 128}
SAYS = {name: float(sigmoid(np.array((red - 128) / 16))) for name, red in REDS.items()}  # of the package of tests


@pytest.fixture
def table() -> FaceTable:
    """A flat picture a row, one of them of another split."""
    rows = [Row(name, "z", "FAKE" if name == "fake" else "REAL", name, "validation" if name == "other" else "train") for name in REDS]
    return FaceTable(rows, lambda row: cv2.imencode(".png", np.full((60, 60, 3), (0, 0, REDS[row.file]), np.uint8))[1].tobytes())


def test_each_row_gets_what_the_network_says_of_it(package: Path, table: FaceTable) -> None:
    done: list[int] = []
    np.testing.assert_allclose(taught(package, table, table.rows[::-1], told=done.append), list(SAYS.values())[::-1], atol=0.01)
    assert done == [0]


def test_a_face_and_its_mirror_image_are_said_the_same() -> None:
    folder = model_folder(DEFAULT_MODEL)
    detector = Detector(load_package(folder), threads=1)
    pictures = {"as it is": frame(0), "mirrored": frame(0)[:, ::-1]}
    rows = [Row(name, "z", "REAL", name, "train") for name in pictures]
    scores = taught(folder, FaceTable(rows, lambda row: cv2.imencode(".png", pictures[row.file][:, :, ::-1])[1].tobytes()), rows)
    crops = np.stack([cut(picture, whole(picture), size=detector.input_size, factor=1.0) for picture in pictures.values()])
    logits = detector.logits(crops)
    assert abs(logits[0] - logits[1]) > 0.2  # or the mean would prove nothing
    np.testing.assert_allclose(scores, sigmoid(logits.mean(keepdims=True)).repeat(2), atol=0.02)


@pytest.mark.parametrize("share", [0.0, 0.25])
def test_a_label_is_the_tables_and_in_part_what_the_network_says(tmp_path: Path, package: Path, table: FaceTable, share: float) -> None:
    config = replace(Config(), init=str(package), taught=share)
    labels = labels_of(Run(tmp_path / "run", tmp_path), config, table)
    real, fake, _ = table.rows
    assert labels.keys() == {id(real), id(fake)}  # the network is only asked about what is trained on
    np.testing.assert_allclose([labels[id(real)], labels[id(fake)]], [share * SAYS["real"], 1 - share + share * SAYS["fake"]], atol=0.01)


def test_a_run_that_goes_on_asks_the_network_once(tmp_path: Path, package: Path, table: FaceTable) -> None:
    config = replace(Config(), init=str(package), taught=0.5)
    stopped = Run(tmp_path / "run", tmp_path)
    stopped.stop()
    with pytest.raises(Stopped):
        labels_of(stopped, config, table)
    first = labels_of(Run(tmp_path / "run", tmp_path), config, table)
    unreadable = FaceTable(table.rows, lambda _: b"")
    assert labels_of(Run(tmp_path / "run", tmp_path), config, unreadable) == first


def test_random_weights_teach_nothing(tmp_path: Path, table: FaceTable) -> None:
    with pytest.raises(AnalysisError, match="A network from random weights has nothing to teach"):
        labels_of(Run(tmp_path, tmp_path), replace(Config(), taught=0.5), table)
