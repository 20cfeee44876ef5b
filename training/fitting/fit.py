"""Trains a network from paired batches, and resumes from the last checkpoint.

It stops on NaN, and writes JSON lines and TensorBoard.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import fmean

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray
from tensorboard.summary import Writer

from dfgui.core.errors import AnalysisError
from dfgui.core.files import replacing
from training.fitting.learner import Learner, Predict, chosen, learner
from training.recipe import CHECKPOINTS, Engine, FitSettings

Batch = tuple[NDArray[np.uint8], NDArray[np.float32]]
STEPS = "steps.jsonl"
Judge = Callable[[Predict], dict[str, float]]


class DivergedError(AnalysisError):
    """The loss or a weight is not a number; the last checkpoint is from before."""


def learning_rate(step: int, settings: FitSettings) -> float:
    """Linear warm-up, the peak for `hold` steps, then one cosine to 0 at the last step."""
    if step < settings.warm_up:
        return settings.learning_rate * (step + 1) / settings.warm_up
    start = settings.warm_up + settings.hold
    done = (step - start) / max(1, settings.steps - start)
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * min(max(done, 0.0), 1.0)))


def fit(
    build: Callable[[], keras.Model],
    batches: Callable[[int], Batch],
    settings: FitSettings,
    run: Path,
    *,
    judge: Judge,
    told: Callable[[int, dict[str, float]], None] = lambda step, values: None,
    stopping: Callable[[], bool] = lambda: False,
    engine: Engine = "keras",
) -> keras.Model:
    """Train, or resume where an earlier call on the same `run` folder stopped.

    Args:
        build: makes the network to start from.
        batches: step -> (pictures, labels); the same step gives the same batch.
        settings: steps, rates and intervals.
        run: folder for `settings.json`, `steps.jsonl`, `tensorboard`, the checkpoint and the result
            `final.keras`.
        judge: metrics of the network with averaged weights on held-out pictures; it is given a
            function from pictures to logits.
        told: step and values, as often as they are logged.
        stopping: asked after each step; if it says yes, the checkpoint is written and the network
            so far is the result.
        engine: the library that trains.

    Returns:
        The network with averaged weights.

    Raises:
        DivergedError: the loss or a weight became NaN or infinite.
    """
    run.mkdir(parents=True, exist_ok=True)
    (run / "settings.json").write_bytes(msgspec.json.format(msgspec.json.encode(asdict(settings))))
    last = run / CHECKPOINTS[chosen(engine)]
    learning = learner(engine, build, settings, last if last.exists() else None)
    recent: list[float] = []  # losses since the last line of the log
    with _log(run, told) as write:
        for step, (pictures, labels) in _ahead(
            batches, learning.steps, settings.steps, settings.readers
        ):
            recent.append(_one_step(learning, step, pictures, labels, settings))
            if (step + 1) % settings.log_every == 0:
                write(
                    step + 1,
                    {"loss": fmean(recent), "learning_rate": learning_rate(step, settings)},
                )
                recent.clear()
            end = stopping() or step + 1 == settings.steps
            judging, saving = (
                (step + 1) % every == 0 or end
                for every in (settings.judge_every, settings.save_every)
            )
            if judging or saving:
                _require_finite(learning, step)
            if judging:
                with learning.averaged(_unseen(batches, settings)) as predict:
                    write(
                        step + 1, {f"val_{name}": value for name, value in judge(predict).items()}
                    )
            if saving:
                _save(learning.save, last)
            if end:
                break
    with learning.averaged(_unseen(batches, settings)):
        _save(learning.model().save, run / "final.keras")
    return keras.models.load_model(run / "final.keras", compile=False)


def history(run: Path) -> dict[int, dict[str, float]]:
    """What was logged of each step, in their order.

    A step that was done again after a kill counts as it was the last time.
    """
    found: dict[int, dict[str, float]] = {}
    for line in (run / STEPS).read_bytes().splitlines():
        values = msgspec.json.decode(line, type=dict[str, float])
        step = int(values.pop("step"))
        found[step] = {**found.get(step, {}), **values}
    return dict(sorted(found.items()))


def _unseen(batches: Callable[[int], Batch], settings: FitSettings) -> Iterator[NDArray[np.uint8]]:
    """Pictures of batches after the last step, which the training does not see."""
    return (batches(settings.steps + number)[0] for number in range(settings.refreshing))


def _one_step(
    learning: Learner,
    step: int,
    pictures: NDArray[np.uint8],
    labels: NDArray[np.float32],
    settings: FitSettings,
) -> float:
    loss = learning.step(pictures, labels, learning_rate(step, settings))
    if not math.isfinite(loss):
        raise DivergedError(
            f"The loss is {loss} at step {step}. The last checkpoint is from before it; lower the"
            " learning rate."
        )
    return loss


def _require_finite(learning: Learner, step: int) -> None:
    """A finite loss may have an infinite gradient: its weights must not become a checkpoint."""
    if not learning.is_finite():
        raise DivergedError(
            f"A weight is not finite after step {step}. The last checkpoint is from before it;"
            " lower the learning rate."
        )


def _ahead(
    batches: Callable[[int], Batch], start: int, stop: int, readers: int
) -> Iterator[tuple[int, Batch]]:
    """Yields (step, batch) in order, while threads make the next few."""
    with ThreadPoolExecutor(readers) as pool:
        waiting: deque[Future[Batch]] = deque(
            pool.submit(batches, step) for step in range(start, min(stop, start + 2 * readers))
        )
        for step in range(start, stop):
            batch = waiting.popleft().result()
            if step + 2 * readers < stop:
                waiting.append(pool.submit(batches, step + 2 * readers))
            yield step, batch


@contextmanager
def _log(
    run: Path, told: Callable[[int, dict[str, float]], None]
) -> Iterator[Callable[[int, dict[str, float]], None]]:
    began = time.monotonic()
    board = Writer(str(run / "tensorboard"))
    with (run / STEPS).open("ab") as lines:

        def write(step: int, values: dict[str, float]) -> None:
            lines.write(
                msgspec.json.encode(
                    {"step": step, "seconds": round(time.monotonic() - began, 1), **values}
                )
                + b"\n"
            )
            lines.flush()
            for name, value in values.items():
                board.add_scalar(name, value, step)
            told(step, values)

        try:
            yield write
        finally:
            board.close()


def _save(write: Callable[[Path], object], path: Path) -> None:
    """Write to a temporary file, then replace it: a kill leaves the older checkpoint whole."""
    with replacing(path, keeps_suffix=True) as part:
        write(part)
