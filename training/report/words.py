"""Numbers, names and verdicts in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, Literal, TypeVar

import msgspec

from training.results import Arm, Metric

T = TypeVar("T")
Learned = Literal["yes", "no", "unknown"]

DATA = {"dfdc": "DFDC", "ffpp": "FaceForensics++"}
COLLAPSES = (
    "always FAKE",
    "always REAL",
    "one score for all",
)  # as training.metrics names them
QUANTITIES = {
    "loss": "Training loss",
    "val_loss": "Validation loss",
    "accuracy": "Training accuracy",
    "val_accuracy": "Validation accuracy",
    "auc": "ROC-AUC",
    "roc_auc": "ROC-AUC",
    "val_auc": "Validation ROC-AUC",
    "pr_auc": "PR-AUC",
    "log_loss": "Log-loss",
    "balanced_accuracy": "Balanced accuracy",
    "calibration_error": "Calibration error",
}
ORDER = (
    "precision",
    "recall",
    "accuracy",
    "auc",
    "roc_auc",
    "pr_auc",
    "balanced_accuracy",
    "log_loss",
    "calibration_error",
)
NONE = "\N{EN DASH}"
AS_THE_PAPER = ("precision", "recall")  # the paper gives these four digits
LEARNED = {
    "yes": "beats the prior",
    "no": "does not beat the prior",
    "unknown": "not held against the prior",
}
FOLDERS = re.compile(
    r"(?<![\w.~/:])/(?:[^\s/'\"<>|]+/)+(?=[^\s/'\"<>|]+)"
    r"|(?<!\w)[A-Za-z]:\\(?:[^\s\\'\"<>|]+\\)*(?=[^\s\\'\"<>|]+)"
)
# Also bidi overrides.
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def number(value: float | None, digits: int = 3) -> str:
    """A measured value with that many decimals, or an n-dash if there is none."""
    if value is None or not math.isfinite(value):
        return NONE
    return f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def cell(value: str | float | int | None) -> str:
    """A value of an experiment's own table: four significant digits."""
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", "\N{MINUS SIGN}") if math.isfinite(value) else NONE
    return NONE if value is None else str(value)


def setting(value: Any) -> str:
    """A setting as written on the command line."""
    if value is None:
        return "none"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def kind_of(metric: str) -> str:
    """The measure of a metric, without the data set that its name may begin with."""
    data, _, rest = metric.partition("_")
    return rest if data in DATA else metric


def named(quantity: str) -> str:
    """A quantity or metric as a reader knows it."""
    before, _, rest = quantity.partition("_")
    if before in DATA:
        return f"{DATA[before]}: {named(rest)}"
    if quantity not in QUANTITIES and before == "val":
        return f"Validation, {named(rest)}"
    return QUANTITIES.get(quantity) or capital(quantity.replace("_", " ").strip())


def capital(text: str) -> str:
    """With a capital letter, as at the beginning of a sentence; names like `val_loss` stay."""
    return text if "_" in text else text[:1].upper() + text[1:]


def metric_names(arms: Iterable[Arm]) -> list[str]:
    """Names of all metrics of the arms, the paper's first."""
    names = list(dict.fromkeys(metric.name for arm in arms for metric in arm.metrics))
    return sorted(
        names, key=lambda name: ORDER.index(kind_of(name)) if kind_of(name) in ORDER else len(ORDER)
    )


def metric_of(arm: Arm, name: str) -> Metric | None:
    """The arm's metric of that name."""
    return next((metric for metric in arm.metrics if metric.name == name), None)


def learned(arm: Arm) -> Learned:
    """Whether the arm beats the constant predictor."""
    return "unknown" if arm.beats is None else "yes" if arm.beats else "no"


def collapse(arm: Arm) -> str:
    """How the arm gives one answer to everything; empty if it does not."""
    if not arm.collapsed:
        return ""
    way = next((way for way in COLLAPSES if way in arm.verdict), "one answer to everything")
    return f"{way} at .5" if way.startswith("always") else way


def duration(seconds: float) -> str:
    """A time in everyday words."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def listed(words: Iterable[str]) -> str:
    """One, two and three."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def flat(settings: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Settings with the names that `--set` takes."""
    rows: list[tuple[str, Any]] = []
    for name, value in settings.items():
        rows += (
            flat(value, f"{before}{name}.")
            if isinstance(value, dict) and value
            else [(before + name, value)]
        )
    return rows


def clean(value: T, kind: type[T]) -> T:
    """The value with texts that are safe to show.

    Folders of a machine, control characters and changes of direction are removed.
    """
    return msgspec.convert(_cleaned(msgspec.to_builtins(value)), kind)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return FOLDERS.sub("…/", CONTROL.sub("\N{REPLACEMENT CHARACTER}", value))
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(inner) for name, inner in value.items()}
    return [_cleaned(inner) for inner in value] if isinstance(value, list | tuple) else value
