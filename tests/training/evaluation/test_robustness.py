"""What happens to pictures on their way, and what it does to a network.

The network's score is known by hand: the mean of red.
"""

from pathlib import Path

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from dfgui.core.network.package import Metric, ModelPackage, load_package
from tests.support.packages import make_package
from tests.training.faces import frame, write_clip, write_crops, write_pair
from tests.training.material import write_gathered
from training.__main__ import app
from training.evaluation.package import TEST_CROPS, measure_test, with_metrics
from training.evaluation.robustness import (
    CLIPS,
    CROPS,
    ON_CLIPS,
    ON_CROPS,
    blurred,
    brighter,
    measure,
    table,
    transcode,
)

FFPP, BESIDE = CLIPS["ffpp"], CLIPS["side_by_side"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pairs of test people, one clip of each, and gathered clips."""
    folder = tmp_path_factory.mktemp("data")
    write_crops(folder, {"train": 1, "test": 4})
    for person, donor in (("469", "481"), ("481", "469")):
        write_pair(folder / "ffpp", person, donor, frames=9)
    write_gathered(folder / "gathered")
    return folder


@pytest.fixture(scope="module")
def measured(data: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    """A network that finds a changed face by its red."""
    package = load_package(make_package(tmp_path_factory.mktemp("models") / "red-mean"))
    return with_metrics(
        with_metrics(package, measure_test(package, data)),
        measure(package, data, gathered=data / "gathered"),
    )


def _table(package: ModelPackage) -> list[tuple[str, ...]]:
    return list(
        table([metric for metric in package.card.metrics if metric.set in (CROPS, FFPP, BESIDE)])
    )


def _value(package: ModelPackage, name: str, of: str) -> float:
    return next(
        metric.value for metric in package.card.metrics if (metric.name, metric.set) == (name, of)
    )


def test_every_change_is_measured_and_the_plain_figures_stay(measured: ModelPackage) -> None:
    # clips of real people alone have no AUC
    changed = ((CROPS, ON_CROPS), (FFPP, ON_CLIPS), (BESIDE, ON_CLIPS))
    conditions = [(of, condition) for of, changes in changed for condition in changes]
    names = [
        (metric.set, metric.name.partition(": ")[2])
        for metric in measured.card.metrics
        if metric.name.startswith("auc: ")
    ]
    assert names == conditions
    assert _value(measured, "auc", TEST_CROPS) == _value(measured, "auc: as they are", CROPS) == 1.0
    assert [row[1] for row in _table(measured)] == [condition for _, condition in conditions]


def test_figures_of_the_same_set_are_replaced(tmp_path: Path) -> None:
    package = load_package(make_package(tmp_path / "red-mean"))
    first, again = (Metric("auc", "a set", value, 0.0, 1.0, 9, 9) for value in (0.5, 0.75))
    other = Metric("auc", "another", 0.25, 0.0, 1.0, 9, 9)
    before = package.card.metrics
    assert with_metrics(with_metrics(package, [first, other]), [again]).card.metrics == (
        *before,
        other,
        again,
    )
    assert load_package(package.folder).card.metrics == (*before, other, again)


def test_the_command_prints_and_writes_only_when_asked(data: Path, tmp_path: Path) -> None:
    package = load_package(make_package(tmp_path / "red-mean"))
    command = ["test", str(package.folder), "--data", str(data)]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (
        0,
        "DFDC test crops: auc 1.000 [1.000, 1.000] n=8",
    )
    assert load_package(package.folder).card == package.card
    assert CliRunner().invoke(app, [*command, "--write"]).exit_code == 0
    written = [
        metric
        for metric in load_package(package.folder).card.metrics
        if metric not in package.card.metrics
    ]
    assert len(written) == len(done.stdout.splitlines())


def test_scores_follow_the_change(measured: ModelPackage) -> None:
    scores = [
        _value(measured, f"mean_score_real: {change}", CROPS)
        for change in ("brightness -60", "as they are", "brightness +60")
    ]
    assert scores == sorted(scores)
    assert scores[0] < 0.1 < scores[1]
    for of in (FFPP, BESIDE):
        plain, fake = (
            _value(measured, f"mean_score_{side}: H.264 4:2:0, CRF 18", of)
            for side in ("real", "fake")
        )
        assert fake > plain


def test_the_table_has_words_and_intervals(measured: ModelPackage) -> None:
    rows = _table(measured)
    assert rows[0][:3] == ("DFDC test crops, changed", "as they are", "1.000 [1.000, 1.000]")
    assert (
        "FaceForensics++ test pairs, first ten seconds, changed",
        "scaled to 1/4, H.264 4:2:0, CRF 18",
    ) in [row[:2] for row in rows]
    assert rows[-1][:2] == (
        "side-by-side test components, first ten seconds, changed",
        "scaled to 1/4, H.264 4:2:0, CRF 18",
    )


def test_a_video_is_cut_scaled_and_compressed(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "source.mp4", [frame(number) for number in range(40)])
    sizes = []
    for crf, times in ((18, 1), (40, 1), (18, 2)):
        made = tmp_path / f"{crf}-{times}.mp4"
        transcode(source, made, crf=crf, times=times, seconds=1)
        sizes.append(made.stat().st_size)
        with av.open(str(made)) as video:
            stream = video.streams.video[0]
            pictures = [picture.to_ndarray(format="rgb24") for picture in video.decode(stream)]
            assert (len(pictures), stream.width, stream.height, stream.pix_fmt) == (
                25,
                240 // times,
                240 // times,
                "yuv420p",
            )
            assert stream.average_rate == 25
        # Each frame of the source is 3 grey levels brighter than the one before, up to white: the
        # order is kept.
        brightness = [float(picture.mean()) for picture in pictures]
        assert brightness == sorted(brightness)
        assert np.abs(pictures[7].mean() - frame(7).mean()) < 3
    assert sizes[1] < sizes[0] / 2
    assert sizes[2] < sizes[0]


def test_changes_of_pictures() -> None:
    picture = frame(0)
    assert (brighter(picture, 60).astype(int) - picture).max() == 60
    assert brighter(picture, -60).min() == 0
    assert blurred(picture, 3).std() < picture.std()
    for change in ON_CROPS.values():
        changed = change(picture)
        assert (changed.shape, changed.dtype) == (picture.shape, np.uint8)
