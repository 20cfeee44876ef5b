"""What a network was trained on, told by its package, its run or its file, so that nothing is judged on what it has seen."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from dfgui.core.card import CHECK_KIND, Card, kind_of, load_package
from dfgui.core.errors import AnalysisError
from dfgui.resources import resource
from training.data.ffpp import TEST_PEOPLE
from training.data.table import read_table
from training.experiments.learn import Config
from training.runs import read_record

UNKNOWN = "something unknown"
IMAGENET = "imagenet"
PLAIN = {"random": frozenset[str](), IMAGENET: frozenset({IMAGENET})}
KERAS_FILE = "b0042744bf5b25fce3cb969f33bebb97"  # MD5 of Keras' own ImageNet weights of the convolutional part
FORMER_PACKAGES = {"08b09af30582": ("210", "241", "055", "147")}  # xception-face 1, once bundled: the people it held out
CROPS_ALONE = ("44eb58d8b768", "e44178bcd706", "d455caebc10c", "70c868131ebc")  # dfdc-only 1, a step on, 2, xception-face 2: no clip at all


def forbid(seen: Iterable[str], wanted: Iterable[str]) -> None:
    """Stop where a backbone has seen what its run is judged on.

    Args:
        seen: of the backbone.
        wanted: what is judged on, in the same names.

    Raises:
        AnalysisError: it has, or it cannot be told.
    """
    known = set(seen)
    both = sorted(known & set(wanted))
    if both:
        listed = ", ".join(both[:8]) + (f" and {len(both) - 8} more" if len(both) > 8 else "")
        raise AnalysisError(f"The backbone has seen {listed}, which this run is judged on; choose another one with --init.")
    if UNKNOWN in known:
        raise AnalysisError(
            "It cannot be told what the backbone has seen, perhaps what this run is judged on. Choose another one with --init, or say for "
            "a file: write a name a line, such as imagenet or dfdc:train, into FILE.seen.txt beside it."
        )


def seen_by_package(card: Card) -> frozenset[str]:
    """What the network of a package was trained on, as its card tells it; `UNKNOWN` is among it where that cannot be told."""
    training, seen = card.training, set[str]()
    for entry in training.data:
        if match := re.match(r"DFDC face crops, split (\w+)", entry):
            seen.add(f"dfdc:{match[1]}")
        elif entry.startswith("FaceForensics++ clips of the train people"):  # older cards name who was held out
            seen |= _all_people_but(re.findall(r"\d{3}", training.split.partition("held out:")[2]))
        elif not entry.startswith(("self-blended images of the real faces", "swaps of the real faces")):
            seen.add(UNKNOWN)
    return frozenset(seen | _seen_before(training.backbone_init))


def seen_by_run(run: Path) -> frozenset[str]:
    """What the network of a run of `learn` was trained on, as its configuration and its table of faces tell it.

    Raises:
        AnalysisError: it is a run of another experiment, or its configuration cannot be read.
    """
    config, seen = config_of(run), {"dfdc:train"}
    finished = (run / "final.keras").is_file()  # before, there is the network of the first stage
    if config.first.sees_clips or (finished and config.second.sees_clips):
        table = run / "ffpp" / "faces.csv"
        seen |= _people_in(table) if table.is_file() else _all_people_but(())
    log = run / "log.jsonl"  # its first line names the package that a run started from, with its hash
    said = log.read_text(encoding="utf-8").partition("\n")[0] if log.is_file() else ""
    return frozenset(seen | (_seen_before(config.init) if config.init in PLAIN else _seen_before(f"{config.init} {said}", config.init)))


def _seen_before(init: str, folder: str = "") -> frozenset[str]:
    """What the network had seen that another one started from.

    Args:
        init: `random`, `imagenet`, or words that hold the first digits of a package's hash in parentheses.
        folder: where that package may lie, beside those that are bundled.
    """
    if init in PLAIN:
        return PLAIN[init]
    names = re.findall(r"\(([0-9a-f]{12})\)", init)
    near = [Path(folder)] if folder else []
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
    """Everybody in FaceForensics++, 000 to 999, but the test people and these: more rather than less than was seen."""
    return frozenset(f"ffpp:{number:03}" for number in range(1000)) - {f"ffpp:{person}" for person in (*TEST_PEOPLE, *held_out)}


def _people_in(table: Path) -> frozenset[str]:
    """Whose frames and whose faces are in the `train` rows of a table of `training.data.ffpp`."""
    rows = [row for row in read_table(table, rows_only=True).rows if row.split == "train"]
    donors = [match[1] for row in rows if (match := re.search(r"-\d{3}_(\d{3})-", row.file))]
    return frozenset(f"ffpp:{person}" for person in {*donors, *(row.original for row in rows)})


def seen_by_file(path: Path) -> frozenset[str]:
    """What its owner says, or that it is Keras' own file."""
    told = path.with_name(f"{path.name}.seen.txt")
    if told.is_file():
        return frozenset(line.strip() for line in told.read_text(encoding="utf-8").splitlines() if line.strip())
    with path.open("rb") as file:
        same = hashlib.file_digest(file, "md5").hexdigest() == KERAS_FILE
    return frozenset({IMAGENET if same else UNKNOWN})


def config_of(run: Path) -> Config:
    """The configuration of a run of `learn`. Raises AnalysisError where it is of another experiment, or cannot be read."""
    record = read_record(run)
    if record.experiment != "learn":
        raise AnalysisError(f"{run.name} is a run of {record.experiment}, which trains no backbone; choose a run of learn.")
    try:
        return msgspec.convert(record.config, type=Config)
    except msgspec.ValidationError as error:
        raise AnalysisError(f"{run.name}/config.json does not suit this version ({error}); choose another with --init.") from error
