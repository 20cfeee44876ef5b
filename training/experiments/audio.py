"""`audio`: a network on the log-mel spectrogram of the sound track.

It is the paper's third idea for future work.

"Perhaps in certain circumstances the sound may communicate information that may not match the
visual information": so files with a label are classified by their sound alone. No labelled sound
comes with this program or with the data of its other experiments, so we have no figures for it: it
needs files whose labels are about the sound.

    python -m training run audio --data DIR --out RUN

DIR holds `REAL/` and `FAKE/` with videos or sound files; those with the same name (or in one
sub-folder) belong to one original and are not split. `--smoke` on a folder without them makes its
own tones; the fakes lack their upper half.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.media.sound.audio import log_mel
from dfgui.core.media.sound.audio_decoder import SoundDecoder
from training.data.splits import folds
from training.execution import Experiment
from training.experiments.shared.bootstrap import Judge
from training.metrics import learned, prior_log_loss, sigmoid
from training.results import Arm, Curve, Findings, Table
from training.runs import Run

if TYPE_CHECKING:
    import keras


TITLES = {
    "network": "convolutional network on log-mel pieces",
    "bands": "mean and deviation of each band, logistic regression",
}
RATE = 16_000  # Hz, of `dfgui.core.media.sound.audio`
# A decibel value x enters the network as (x - FLOOR_DB) / SPAN_DB - 1.
FLOOR_DB, SPAN_DB = -100.0, 50.0
LEAST_FILES = 8
LABELS = ("REAL", "FAKE")


@dataclass(frozen=True)
class Config:
    """Everything that decides the result."""

    seconds: float = 3.0  # of a piece
    pieces: int = 6  # of a file, evenly spread
    folds: int = 5
    filters: tuple[int, ...] = (16, 32, 64)
    epochs: int = 30
    batch: int = 16
    learning_rate: float = 1e-3
    patience: int = 2  # as printed
    seeds: tuple[int, ...] = field(default=(0, 1, 2))

    def smoke(self) -> Config:
        """Every stage in two minutes."""
        return replace(self, seconds=1.0, pieces=2, folds=2, filters=(8, 8), epochs=2, seeds=(0,))


@dataclass(frozen=True)
class Sounds:
    """Pieces of sound.

    Attributes:
        mel: (n, 64, columns) float32, dB.
        labels: (n,) 1 for FAKE.
        files: (n,) number of the file.
        originals: (n,) original of each; no split may part it.
        words: where they are from.
    """

    mel: NDArray[np.float32]
    labels: NDArray[np.int64]
    files: NDArray[np.int64]
    originals: NDArray[np.str_]
    words: str


def run(run: Run, config: Config) -> Findings:
    """Read the sound, fit over folds of originals, compare.

    Raises:
        AnalysisError: there are too few labelled files with sound, or a class is missing.
    """
    found = listed(run.data)
    run.started(
        tuple(TITLES),
        fits=config.folds * len(config.seeds),
        backbone="no backbone: a small network from random weights",
    )
    sounds = _synthetic(config) if not found and run.smoke else _read(run, found, config)
    names, first = np.unique(sounds.files, return_index=True)
    labels, originals = sounds.labels[first], sounds.originals[first]
    words = [LABELS[label] for label in labels]
    place = folds(
        [str(name) for name in originals], min(config.folds, len(set(originals))), labels=words
    )
    fold_of = place[np.searchsorted(names, sounds.files)]
    scores: dict[str, list[NDArray[np.float64]]] = {name: [] for name in TITLES}
    curves: list[Curve] = []
    for seed in config.seeds:
        pieces, fitted = _network_scores(run, sounds, fold_of, config, seed)
        scores["network"].append(_of_files(pieces, sounds.files, names))
        curves += fitted
    scores["bands"] = [_of_files(_band_scores(sounds, fold_of), sounds.files, names)] * len(
        config.seeds
    )
    arms = tuple(
        _arm(name, labels, np.stack(scores[name], axis=1), list(originals), config)
        for name in TITLES
    )
    return Findings(
        arms=arms,
        curves=tuple(curves),
        tables=(_table(arms, sounds.words),),
        sentences=(sounds.words,),
    )


def listed(root: Path) -> list[tuple[Path, int, str]]:
    """(file, label, original) of everything in `root/REAL` and `root/FAKE`."""
    found = []
    for label, name in enumerate(LABELS):
        for path in sorted((root / name).rglob("*")) if (root / name).is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                inner = path.relative_to(root / name)
                found.append((path, label, inner.parts[0] if len(inner.parts) > 1 else path.stem))
    return found


def _read(run: Run, found: list[tuple[Path, int, str]], config: Config) -> Sounds:
    parts = []
    for number, (path, label, original) in enumerate(found):
        run.progress(0.4 * number / len(found), f"reading the sound of {path.name}")
        run.require_going()
        try:
            mel = pieces_of(samples_of(path), config)
        except AnalysisError as error:
            run.skip(f"{LABELS[label]}/{path.name}", str(error))
            continue
        run.uses(path)
        parts.append((mel, label, number, original))
    for label, name in enumerate(LABELS):
        count = sum(part[1] == label for part in parts)
        if count < LEAST_FILES // 2:
            raise AnalysisError(
                f"{run.data.name} has {count} files with sound in a folder named {name}, and"
                f" {LEAST_FILES // 2} are the least; add some."
            )
    return _joined(
        parts,
        f"{len(parts)} files with sound from {run.data.name}, labelled by whoever made the"
        " folders.",
    )


def _joined(parts: list[tuple[NDArray[np.float32], int, int, str]], words: str) -> Sounds:
    counts = [len(mel) for mel, *_ in parts]
    about = (np.repeat([part[column] for part in parts], counts) for column in (1, 2, 3))
    labels, files, originals = about
    return Sounds(
        np.concatenate([mel for mel, *_ in parts]),
        labels.astype(np.int64),
        files.astype(np.int64),
        originals.astype(np.str_),
        words,
    )


def samples_of(path: Path) -> NDArray[np.float32]:
    """(n,) float32, -1 to 1, 16 kHz: the mean of a file's channels from its first sample on.

    Gaps are filled with silence.

    Raises:
        AnalysisError: the file cannot be read or has no sound.
    """
    with SoundDecoder(path, RATE, playing=False) as decoder:
        chunks = [
            (start, np.asarray(samples, np.float32).mean(axis=1))
            for start, samples in decoder.chunks()
            if len(samples)
        ]
    if not chunks:
        raise AnalysisError("its sound is empty; take it out of the folder.")
    begin = min(start for start, _ in chunks)
    result = np.zeros(max(start + len(samples) for start, samples in chunks) - begin, np.float32)
    for start, samples in chunks:
        result[start - begin : start - begin + len(samples)] = samples
    return np.clip(result, -1, 1)


def pieces_of(samples: NDArray[np.float32], config: Config) -> NDArray[np.float32]:
    """Log-mel spectrograms of evenly spread pieces: (n, 64, 100 x seconds) float32, dB.

    A short file is one piece, followed by silence.
    """
    length = round(config.seconds * RATE)
    room = len(samples) - length
    starts = [0] if room <= 0 else [round(start) for start in np.linspace(0, room, config.pieces)]
    return np.stack(
        [
            log_mel(np.pad(piece, (0, length - len(piece))))
            for piece in (samples[s : s + length] for s in starts)
        ]
    )


def _synthetic(config: Config) -> Sounds:
    """Tones with overtones; those of the fakes end at 2 kHz.

    Only for the smoke run, which says so.
    """
    parts = []
    rng = np.random.default_rng(0)
    time = np.arange(round(1.5 * config.seconds * RATE)) / RATE
    for number in range(2 * LEAST_FILES):
        fake = number % 2
        pitch = rng.uniform(100, 300)
        overtones = range(1, int((2_000 if fake else 7_500) / pitch))
        tone = sum(np.sin(2 * np.pi * pitch * k * time + rng.uniform(0, 6)) / k for k in overtones)
        parts.append(
            (
                pieces_of(np.asarray(0.1 * tone, np.float32), config),
                fake,
                number,
                f"tone {number // 2}",
            )
        )
    return _joined(
        parts,
        "No labelled sound is there: these are tones made for the smoke run, and the figures say"
        " nothing about speech.",
    )


def network(columns: int, filters: Iterable[int]) -> keras.Model:
    """(n, 64, columns) spectrograms in dB -> (n, 1) logits.

    Convolutions, the mean over time and frequency, and one output.
    """
    import keras

    inputs = keras.Input((64, columns), name="mel")
    x = keras.layers.Rescaling(1 / SPAN_DB, offset=-FLOOR_DB / SPAN_DB - 1)(inputs)
    x = keras.layers.Reshape((64, columns, 1))(x)
    for width in filters:
        x = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(1, name="logit")(x), name="log_mel")


@dataclass(frozen=True)
class _Kept:
    scores: list[float]
    curve: Curve


def _network_scores(
    run: Run, sounds: Sounds, fold_of: NDArray[np.int64], config: Config, seed: int
) -> tuple[NDArray[np.float64], list[Curve]]:
    """Scores of all pieces, by networks that neither trained nor stopped on their originals."""
    scores = np.full(len(sounds.labels), np.nan)
    curves = []
    count = int(fold_of.max()) + 1
    for fold in range(count):
        run.progress(
            0.4 + 0.6 * (config.seeds.index(seed) + fold / count) / len(config.seeds),
            f"seed {seed}, fold {fold + 1} of {count}",
        )
        kept = run.once(
            f"network-seed{seed}-fold{fold}",
            partial(_fit, run, sounds, fold_of, config, seed, fold),
            _Kept,
        )
        scores[fold_of == fold] = kept.scores
        curves.append(kept.curve)
    return scores, curves


def _fit(
    run: Run, sounds: Sounds, fold_of: NDArray[np.int64], config: Config, seed: int, fold: int
) -> _Kept:
    import keras

    from training.fitting.epochs import Arrays, EpochSettings, fit, predict

    keras.utils.set_random_seed(seed)
    rest = np.flatnonzero(fold_of != fold)
    judged = _a_share_of_originals(sounds, rest, seed)

    def part(chosen: NDArray[np.int64]) -> Arrays:
        return Arrays(
            sounds.mel[chosen],
            sounds.labels[chosen],
            [str(name) for name in sounds.originals[chosen]],
        )

    model = network(sounds.mel.shape[2], config.filters)
    settings = EpochSettings(
        epochs=config.epochs,
        batch=config.batch,
        learning_rate=config.learning_rate,
        patience=config.patience,
    )
    fitted = fit(
        run,
        model,
        part(rest[~judged]),
        part(rest[judged]),
        settings,
        arm="network",
        seed=seed,
        fold=fold,
    )
    return _Kept(sigmoid(predict(model, sounds.mel[fold_of == fold])).tolist(), fitted.curve)


def _a_share_of_originals(sounds: Sounds, rest: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """Of the pieces to train on, a quarter of the originals for early stopping.

    There is at least one original of each class.
    """
    rng = np.random.default_rng(seed)
    chosen: list[str] = []
    for label in (0, 1):
        names = np.unique(sounds.originals[rest][sounds.labels[rest] == label])
        chosen += list(rng.permutation(names)[: max(1, len(names) // 4)])
    return np.isin(sounds.originals[rest], chosen)


def _band_scores(sounds: Sounds, fold_of: NDArray[np.int64]) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x = np.concatenate([sounds.mel.mean(axis=2), sounds.mel.std(axis=2)], axis=1)
    scores = np.full(len(x), np.nan)
    for fold in range(int(fold_of.max()) + 1):
        out = fold_of == fold
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)).fit(
            x[~out], sounds.labels[~out]
        )
        scores[out] = model.predict_proba(x[out])[:, 1]
    return scores


def _of_files(
    scores: NDArray[np.float64], files: NDArray[np.int64], names: NDArray[np.int64]
) -> NDArray[np.float64]:
    return np.array([scores[files == name].mean() for name in names])


def _arm(
    name: str,
    labels: NDArray[np.int64],
    scores: NDArray[np.float64],
    groups: list[str],
    config: Config,
) -> Arm:

    judge = Judge(labels, groups)
    verdict = learned(labels, scores, groups)
    settings: dict[str, Any] = {"seconds": config.seconds, "pieces": config.pieces}
    metrics = judge.metrics(judge.drawn(scores))
    return Arm(
        name=name,
        title=TITLES[name],
        settings=settings,
        metrics=metrics,
        prior=prior_log_loss(labels),
        verdict=verdict.sentence,
        collapsed=verdict.collapsed,
        n=judge.n,
        seeds=config.seeds,
        beats=verdict.beats,
    )


def _table(arms: tuple[Arm, ...], words: str) -> Table:
    names = ("balanced_accuracy", "roc_auc", "log_loss")
    found = [{metric.name: metric for metric in arm.metrics} for arm in arms]
    rows = tuple(
        (
            arm.title,
            *(f"{by[name].value:.3f} [{by[name].low:.3f}, {by[name].high:.3f}]" for name in names),
        )
        for arm, by in zip(arms, found, strict=True)
    )
    caption = f"{arms[0].n} files, each scored by models that did not hear its original. {words}"
    return Table("Sound alone", ("arm", "balanced accuracy", "ROC-AUC", "log-loss"), rows, caption)


EXPERIMENT = Experiment(
    name="audio",
    title="Sound",
    reproduces="future work 3",
    summary=(
        "A small network on the log-mel spectrogram of the sound track, next to a logistic"
        " regression on its bands. The data of the other experiments has no labelled sound: it"
        " needs yours."
    ),
    needs="folders REAL and FAKE of videos or sound files whose labels speak of the sound",
    arms=tuple(TITLES),
    config=Config,
    run=run,
)
