"""Training runs for the window: what is asked for, what a run folder holds, where new ones go."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from dfgui.core.training_events import Event


@dataclass(frozen=True)
class RunRequest:
    """What to run.

    Attributes:
        data: folder of the data sets.
        out: run folder.
        settings: names and values that differ from the defaults, as `--set` takes them.
        smoke: every stage in about two minutes.
    """

    experiment: str
    data: Path
    out: Path
    settings: tuple[tuple[str, str], ...] = ()
    smoke: bool = False

    def arguments(self) -> list[str]:
        """For the training program."""
        sets = [part for name, value in self.settings for part in ("--set", f"{name}={value}")]
        smoke = ["--smoke"] if self.smoke else []
        return [
            "run",
            self.experiment,
            "--data",
            str(self.data),
            "--out",
            str(self.out),
            *smoke,
            *sets,
            "--json",
        ]


class KeptRun(msgspec.Struct, frozen=True):
    """What a run folder says of its run.

    That is its locked configuration, and whether it came to its end.
    """

    experiment: str
    smoke: bool
    config: dict[str, Any]
    finished: bool = False


class _Result(msgspec.Struct):
    complete: bool = True


# -- folders


def runs_folder() -> Path:
    """Where runs are proposed."""
    return Path(platformdirs.user_data_dir("dfgui", appauthor=False)) / "runs"


def models_folder() -> Path:
    """Where the user's own model packages lie."""
    return Path(platformdirs.user_data_dir("dfgui", appauthor=False)) / "models"


def free_folder(parent: Path, name: str) -> Path:
    """A folder that does not exist yet: NAME, NAME-2, NAME-3 and so on."""
    number = 1
    while os.path.lexists(folder := parent / (name if number == 1 else f"{name}-{number}")):
        number += 1
    return folder


def package_name(run: Path) -> str:
    """The name of a model package of this run: of small letters, digits, `.`, `_` and `-`."""
    return re.sub(r"[^a-z0-9._-]+", "-", run.name.lower()).strip("-._") or "model"


def holds_files(folder: Path) -> bool:
    """Whether there is anything in a folder that can be read."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except (OSError, ValueError):
        return False


def run_in(folder: Path) -> KeptRun | None:
    """The run that a folder holds; None if it holds none that can be read."""
    try:
        kept = msgspec.json.decode((folder / "config.json").read_bytes(), type=KeptRun)
    except (OSError, ValueError, msgspec.DecodeError):
        return None
    return msgspec.structs.replace(kept, finished=has_results(folder, complete=True))


def has_results(folder: Path, *, complete: bool = False) -> bool:
    """Whether there are results to report on; with `complete`, those of a finished run."""
    try:
        result = msgspec.json.decode((folder / "results.json").read_bytes(), type=_Result)
    except (OSError, ValueError, msgspec.DecodeError):
        return False
    return result.complete or not complete


def events_in(folder: Path) -> Iterator[Event]:
    """What the run in a folder has said so far, from its `log.jsonl`.

    Lines that are not events are left out.
    """
    try:
        lines = (folder / "log.jsonl").read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError, msgspec.DecodeError):
            yield msgspec.json.decode(line, type=Event)


def report_in(folder: Path) -> Path | None:
    """The page of a report, in this folder or in the one of this run.

    The latter counts only if it is not older than the run's results.
    """
    if os.path.isfile(page := folder / "report.html"):
        return page
    page, results = folder / "report" / "report.html", folder / "results.json"
    if os.path.isfile(page) and (
        not os.path.isfile(results) or page.stat().st_mtime >= results.stat().st_mtime
    ):
        return page
    return None


# -- settings


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Nested settings by their dotted name: {"fit": {"steps": 1}} gives {"fit.steps": 1}."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            found |= {f"{name}.{inner}": one for inner, one in flat(value).items()}
        else:
            found[name] = value
    return found


def in_text(value: Any) -> str:
    """A value as a person types it: words without quotes, else JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def for_set(default: Any, text: str) -> str:
    """What was typed, as `--set` takes it: a word that would be read as a number gets quotes."""
    if not isinstance(default, str):
        return text
    try:
        msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return msgspec.json.encode(text).decode()


def suits(default: Any, text: str) -> bool:
    """Whether what was typed can be a value of this setting.

    It must be of the same kind as the default, or null.
    """
    if default is None or isinstance(default, str):
        return bool(text)
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return False
    if value is None or type(value) is type(default):
        return True
    return isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool)
