"""Fits a network pass by pass, and resumes a killed fit from its saved state.

It has early stopping, validation after each pass and TensorBoard.
"""

from __future__ import annotations

import math
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray
from tensorboard.summary import Writer

from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file
from training.fitting.batches import Arrays as Arrays
from training.fitting.batches import Batches, batches_of
from training.fitting.fit import DivergedError
from training.fitting.losses import (
    ConditionalLoss,
    Form,
    StepValues,
    require_form,
    term_and_gradient,
)
from training.metrics import auc, prior_log_loss, sigmoid
from training.results import Curve
from training.runs import Run, Stopped

STATE = "state.json"
PROGRESS_S = 2.0  # between two reports of how far a fit is
Span = tuple[float, float]


@dataclass(frozen=True)
class EpochSettings:
    """What a fit needs to be repeated.

    The paper gives patience 2 and the class weights, and no other value.

    Attributes:
        epochs: at most.
        learning_rate: of Adam.
        patience: epochs without a lower validation loss before it ends.
        passes_per_batch: how often each mini-batch is trained on before the next one comes
            (appendix A 7).
        class_weight: weights of REAL (0) and FAKE (1) in the cross-entropy, as Keras applies them;
            None for none.
        form: of the conditional term; "none" is cross-entropy alone.
        phi: punishment factor of the term.
        tau: its tightness.
        judged_at_once: validation samples in one batch.
    """

    epochs: int = 20
    batch: int = 32
    learning_rate: float = 1e-3
    patience: int = 2
    passes_per_batch: int = 1
    class_weight: dict[int, float] | None = None
    form: Form = "none"
    phi: float = 1.0
    tau: float = 1.0
    judged_at_once: int = 128


@dataclass(frozen=True)
class Fitted:
    """A fit that has ended. The network has the weights of the best epoch.

    Attributes:
        curve: per epoch `loss` (what was minimised: class weights and term included), and of the
            validation part `val_loss` (cross-entropy alone, unweighted, to compare with the
            prior), `val_accuracy`, `val_auc` and `val_share_fake` (called FAKE at .5).
        scores: (n,) of the validation part at the best epoch, 0-1.
        epochs: how many there were.
        best_epoch: the one with the lowest `val_loss`, from 1.
        stopped: whether patience ended it before the last epoch.
        steps: per step `loss` and `i` (I of Eq. 1), and with a conditional term `term` and
            `gradient` (of the term by I).
    """

    curve: Curve
    scores: NDArray[np.float64]
    epochs: int
    best_epoch: int
    stopped: bool
    steps: dict[str, list[float]]
    settings: EpochSettings


class _State(msgspec.Struct):
    """State from which a killed fit resumes; weights are in files next to it, named by epoch."""

    made_by: dict[str, Any]
    values: dict[str, list[float]]
    steps: dict[str, list[float]]
    scores: list[float]
    best_epoch: int

    @property
    def epochs(self) -> int:
        return len(self.values.get("val_loss", ()))


def fit(
    run: Run,
    model: keras.Model,
    train: Arrays | keras.utils.PyDataset,
    validation: Arrays,
    settings: EpochSettings,
    *,
    arm: str,
    seed: int,
    fold: int = 0,
    done: Span | None = None,
) -> Fitted:
    """Train until `patience` epochs bring no lower validation loss.

    A killed fit resumes after its last whole epoch. Given the same weights, data, settings and seed
    it does the same steps; the caller seeds the weights.

    Args:
        run: keeps the state in `parts`, is told every epoch, and may ask to stop.
        model: gives (n, 1) logits, positive for FAKE; is compiled here.
        train: the samples; or batches of (x, y), whose `workers` read ahead in threads. Either way
            each epoch draws a new order.
        validation: chooses the best epoch.
        settings: see there.
        arm: with seed and fold, names this fit in the run; letters, digits, `.`, `_`, `-`.
        seed: of the order.
        fold: see `arm`.
        done: the share of the whole run at the beginning and at the end of this fit, if it is to
            report how far it is.

    Raises:
        AnalysisError: a class is missing, a group is on both sides, the data does not suit the
            network, or the state of an interrupted fit is of another configuration.
        DivergedError: the loss is not a number.
        Stopped: Ctrl-C came; the same call resumes after the last whole epoch.
    """
    _require(model, train, validation, settings)
    folder = _folder(run, arm, seed, fold)
    state = _read(folder, _made_by(model, train, validation, settings))
    loss = ConditionalLoss(settings.form, phi=settings.phi, tau=settings.tau)
    model.compile(
        keras.optimizers.Adam(settings.learning_rate), loss, weighted_metrics=[StepValues(loss)]
    )
    if state.epochs < settings.epochs and not _out_of_patience(state, settings):
        size = {"batch": settings.batch, "passes": settings.passes_per_batch}
        with (
            batches_of(train, **size, seed=seed) as batches,
            _board(run.board(arm, seed, fold)) as board,
        ):
            steps = _Steps(run, batches, settings, state, done)
            judge = _Judge(run, validation, settings, state, board, (arm, seed, fold))
            _train(model, batches, settings, state, [steps, judge], folder)
    model.set_weights(_best_weights(folder, state))
    shutil.rmtree(folder)
    curve = Curve(arm, seed, fold, prior_log_loss(validation.y), state.values)
    stopped = state.epochs < settings.epochs
    return Fitted(
        curve,
        np.array(state.scores),
        state.epochs,
        state.best_epoch,
        stopped,
        _with_term(state.steps, settings),
        settings,
    )


def _train(
    model: keras.Model,
    batches: Batches,
    settings: EpochSettings,
    state: _State,
    callbacks: list[keras.callbacks.Callback],
    folder: Path,
) -> None:
    patience = _Patience(
        folder,
        state,
        monitor="val_loss",
        mode="min",
        patience=settings.patience,
        restore_best_weights=True,
    )
    if state.epochs:
        _restore(model, folder, state)
    model.fit(
        batches,
        epochs=settings.epochs,
        initial_epoch=state.epochs,
        class_weight=settings.class_weight,
        shuffle=False,  # the batches do that
        verbose=0,
        callbacks=[*callbacks, patience, _Keeper(folder, state)],
    )


def predict(model: keras.Model, x: NDArray[Any], *, batch: int = 128) -> NDArray[np.float32]:
    """Logits of (n, ...) samples, (n,) float32, with memory for one batch only."""
    parts = [
        np.asarray(model.predict_on_batch(x[start : start + batch]))[:, 0]
        for start in range(0, len(x), batch)
    ]
    return np.concatenate(parts).astype(np.float32)


def validation_values(logits: NDArray[np.floating], labels: NDArray[np.int64]) -> dict[str, float]:
    """Values that describe the validation part after an epoch.

    Args:
        logits: (n,) of the network.
        labels: (n,) 1 for FAKE, 0 for REAL; both must occur.

    Returns:
        `val_loss` (cross-entropy in nats, unweighted, without a conditional term), `val_accuracy`,
        `val_auc`, `val_share_fake`.
    """
    x = np.asarray(logits, dtype=np.float64)
    called = x >= 0
    return {
        "val_loss": float(np.mean(np.logaddexp(0.0, x) - labels * x)),
        "val_accuracy": float(np.mean(called == (labels == 1))),
        "val_auc": auc(labels, x),
        "val_share_fake": float(called.mean()),
    }


# Checks before a fit


def _require(
    model: keras.Model,
    train: Arrays | keras.utils.PyDataset,
    validation: Arrays,
    settings: EpochSettings,
) -> None:
    for name in ("epochs", "batch", "passes_per_batch", "judged_at_once"):
        if getattr(settings, name) < 1:
            raise AnalysisError(
                f"{name} must be 1 or more, it is {getattr(settings, name)}; correct the setting."
            )
    if not (settings.patience >= 0 and 0 < settings.learning_rate < math.inf):
        raise AnalysisError(
            f"patience {settings.patience} or learning_rate {settings.learning_rate} does not suit;"
            " correct the setting."
        )
    require_form(settings.form, settings.phi, settings.tau)
    if settings.class_weight is not None and set(settings.class_weight) != {0, 1}:
        raise AnalysisError(
            "class_weight needs a weight for 0 (REAL) and for 1 (FAKE), it has"
            f" {sorted(settings.class_weight)}."
        )
    _require_part(model, validation, "validate on")
    if isinstance(train, Arrays):
        _require_part(model, train, "learn from")
        shared = sorted({*train.groups} & {*validation.groups})
        if shared:
            raise AnalysisError(
                f"{shared[0]} is on both sides of the split ({len(shared)} such groups); correct"
                " the split."
            )
    elif not train.num_batches:
        raise AnalysisError("There is no batch to learn from.")


def _require_part(model: keras.Model, part: Arrays, purpose: str) -> None:
    if not len(part.x) == len(part.y) or len(part.groups) not in (0, len(part.y)):
        raise ValueError(
            f"Arrays: expected equal lengths, received {len(part.x)} x, {len(part.y)} y,"
            f" {len(part.groups)} groups"
        )
    fake = int(np.sum(part.y == 1))
    if not 0 < fake < len(part.y):
        raise AnalysisError(
            f"The part to {purpose} needs both classes, it has {len(part.y) - fake} REAL and {fake}"
            " FAKE; add the other."
        )
    expected, received = tuple(model.input_shape[1:]), part.x.shape[1:]
    if len(expected) != len(received) or any(
        side not in (None, given) for side, given in zip(expected, received, strict=True)
    ):
        raise AnalysisError(
            f"The samples to {purpose} have the size {received}, and the network takes {expected};"
            " make them that size."
        )


# During a fit


class _Steps(keras.callbacks.Callback):
    """Keeps every step, reports progress, and ends the fit on Ctrl-C or a loss that is no number.

    `keras.callbacks.TerminateOnNaN` would print a line to standard output, and let the epoch end as
    if it had been a whole one.
    """

    def __init__(
        self, run: Run, batches: Batches, settings: EpochSettings, state: _State, done: Span | None
    ) -> None:
        super().__init__()
        self._run, self._batches, self._settings, self._state, self._done = (
            run,
            batches,
            settings,
            state,
            done,
        )
        self._epoch, self._told = 0, time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._epoch = epoch
        self._batches.begin(epoch)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        values = logs or {}
        loss = float(values["step_loss"])
        if not math.isfinite(loss):
            raise DivergedError(
                f"The loss is {loss} at step {batch + 1} of epoch {self._epoch + 1}; lower"
                " learning_rate or phi."
            )
        for name in ("loss", "i", "size"):
            self._state.steps.setdefault(name, []).append(float(values[f"step_{name}"]))
        if self._run.stopping():
            raise Stopped
        self._tell(batch)

    def _tell(self, batch: int) -> None:
        now = time.monotonic()
        if self._done is None or now - self._told < PROGRESS_S:
            return
        self._told = now
        begin, end = self._done
        share = (self._epoch + (batch + 1) / len(self._batches)) / self._settings.epochs
        self._run.progress(
            begin + (end - begin) * share,
            f"epoch {self._epoch + 1}, step {batch + 1} of {len(self._batches)}",
        )


class _Judge(keras.callbacks.Callback):
    """Measures the validation part after each epoch and reports it."""

    def __init__(
        self,
        run: Run,
        part: Arrays,
        settings: EpochSettings,
        state: _State,
        board: Writer,
        name: tuple[str, int, int],
    ) -> None:
        super().__init__()
        self._run, self._part, self._settings, self._state, self._board, self._name = (
            run,
            part,
            settings,
            state,
            board,
            name,
        )
        self._prior = prior_log_loss(part.y)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        logits = predict(self.model, self._part.x, batch=self._settings.judged_at_once)
        if not np.isfinite(logits).all():
            raise DivergedError(
                f"The network's answers are not numbers after epoch {epoch + 1}; lower"
                " learning_rate or phi."
            )
        values = {"loss": float(logs["loss"]), **validation_values(logits, self._part.y)}
        logs.update(values)  # early stopping looks here
        losses = self._state.values.get("val_loss", [])
        if not losses or values["val_loss"] < min(losses):
            self._state.best_epoch, self._state.scores = epoch + 1, sigmoid(logits).tolist()
        for name, value in values.items():
            self._state.values.setdefault(name, []).append(value)
            self._board.add_scalar(name, value, epoch + 1)
        self._run.epoch(*self._name, epoch + 1, values, self._prior)


class _Patience(keras.callbacks.EarlyStopping):
    """Early stopping that remembers what it had seen before the fit was killed."""

    def __init__(self, folder: Path, state: _State, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._folder, self._state = folder, state

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        super().on_train_begin(logs)
        if self._state.epochs:
            self.best_epoch = self._state.best_epoch - 1
            self.best = self._state.values["val_loss"][self.best_epoch]
            self.wait = self._state.epochs - self._state.best_epoch
            self.best_weights = _best_weights(self._folder, self._state)


class _Keeper(keras.callbacks.Callback):
    """Writes the state after each epoch.

    `keras.callbacks.BackupAndRestore` writes the weights and the number of the epoch in place, one
    after the other: killed between them it repeats an epoch, killed while writing one it leaves a
    file that cannot be read; and early stopping forgets its best weights. Here files are written
    under new names, and one file that names them replaces the older one.
    """

    def __init__(self, folder: Path, state: _State) -> None:
        super().__init__()
        self._folder, self._state = folder, state

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self.model.save_weights(_weights_file(self._folder, self._state))
        if self._state.best_epoch == epoch + 1:
            with _best_file(self._folder, self._state).open("wb") as file:
                np.savez(file, *self.model.get_weights())
        replace_file(self._folder / STATE, msgspec.json.encode(self._state))
        needed = {
            STATE,
            _weights_file(self._folder, self._state).name,
            _best_file(self._folder, self._state).name,
        }
        for other in self._folder.iterdir():
            if other.name not in needed:
                other.unlink()


@contextmanager
def _board(folder: Path) -> Iterator[Writer]:
    writer = Writer(str(folder))
    try:
        yield writer
    finally:
        writer.close()


def _out_of_patience(state: _State, settings: EpochSettings) -> bool:
    return state.epochs > 1 and state.epochs - state.best_epoch >= max(1, settings.patience)


def _with_term(steps: dict[str, list[float]], settings: EpochSettings) -> dict[str, list[float]]:
    kept = {name: steps[name] for name in ("loss", "i")}
    if settings.form == "none":
        return kept
    term, gradient = term_and_gradient(
        settings.form, kept["i"], steps["size"], phi=settings.phi, tau=settings.tau
    )
    return {**kept, "term": term.tolist(), "gradient": gradient.tolist()}


# State of a killed fit


def _folder(run: Run, arm: str, seed: int, fold: int) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9._-]+", arm):
        raise ValueError(f"arm: expected letters, digits, '.', '_' and '-', received {arm!r}")
    return run.folder / "parts" / f"fitting-{arm}-seed{seed}-fold{fold}"


def _made_by(
    model: keras.Model,
    train: Arrays | keras.utils.PyDataset,
    validation: Arrays,
    settings: EpochSettings,
) -> dict[str, Any]:
    """What must be the same for a fit to resume."""
    count = len(train.y) if isinstance(train, Arrays) else train.num_batches
    more = {
        "weights": model.count_params(),
        "samples": count,
        "validation samples": len(validation.y),
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(asdict(settings) | more))
    return plain


def _read(folder: Path, made_by: dict[str, Any]) -> _State:
    path = folder / STATE
    if not path.exists():
        return _State(made_by, {}, {}, [], 0)
    try:
        state = msgspec.json.decode(path.read_bytes(), type=_State)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(
            f"{folder.name}/{STATE} cannot be read ({error}); remove {folder.name} from the run to"
            " begin this fit again."
        ) from error
    other = [name for name in made_by if state.made_by.get(name) != made_by[name]]
    if other:
        raise AnalysisError(
            f"{folder.name}/{STATE} is of a fit with another {other[0]}; remove {folder.name} from"
            " the run to begin again."
        )
    return state


def _restore(model: keras.Model, folder: Path, state: _State) -> None:
    model.optimizer.build(model.trainable_variables)
    path = _weights_file(folder, state)
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        raise AnalysisError(
            f"{folder.name}/{path.name} cannot be read; remove {folder.name} from the run to begin"
            " this fit again."
        ) from error


def _best_weights(folder: Path, state: _State) -> list[NDArray[Any]]:
    with np.load(_best_file(folder, state), allow_pickle=False) as kept:
        return [kept[f"arr_{number}"] for number in range(len(kept.files))]


def _weights_file(folder: Path, state: _State) -> Path:
    return folder / f"epoch{state.epochs}.weights.h5"


def _best_file(folder: Path, state: _State) -> Path:
    return folder / f"best{state.best_epoch}.npz"
