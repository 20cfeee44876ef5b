"""Results of fitted arms: tables, figures and sentences, all made from their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from training.experiments.shared.bootstrap import WORDS, Judge
from training.experiments.shared.crops import Trial
from training.metrics import learned, prior_log_loss
from training.results import Arm, Curve, Figure, Level, Metric, Series, Table

# What the paper's tables do not show.
BESIDE = (
    "balanced_accuracy",
    "roc_auc",
    "pr_auc",
    "log_loss",
    "calibration_error",
)
# Share called FAKE from which an arm has collapsed; one seed in three may have missed a few
# pictures.
NEARLY = 0.99
UNCHANGED = "does not change beyond chance"


class Outcome:
    """Fitted arms, and their results on the evaluation set."""

    def __init__(self, judge: Judge, trials: Sequence[Trial]) -> None:
        self._judge = judge
        self.trials = {trial.variant.name: trial for trial in trials}
        self._drawn = {name: judge.drawn(trial.scores) for name, trial in self.trials.items()}
        self.share = float(judge.labels.mean())  # of FAKE in the evaluation set
        self.prior = prior_log_loss(judge.labels)  # of the constant predictor on that set

    @property
    def intervals(self) -> str:
        """What the intervals are based on, for a caption."""
        return (
            f"Means over the seeds on {self._judge.n} crops of {self._judge.group_count} originals,"
            f" {self.share:.4f} FAKE; 95 % intervals from resampling originals and seeds."
        )

    def __contains__(self, name: str) -> bool:
        return name in self.trials

    def title(self, name: str) -> str:
        """Title of an arm, for a sentence."""
        return self.trials[name].variant.title

    def metric(self, name: str, metric: str) -> Metric:
        """A metric of an arm: mean over its seeds, with an interval over originals and seeds."""
        return self._judge.interval(metric, self._drawn[name][metric])

    def difference(self, name: str, base: str, metric: str) -> Metric:
        """The difference between one arm and another, over the same draws."""
        return self._judge.difference(self._drawn[name], self._drawn[base], metric)

    def arms(self, *, more: dict[str, tuple[Metric, ...]] | None = None) -> tuple[Arm, ...]:
        """Every arm with its metrics and its verdict; `more` holds further metrics by arm."""
        return tuple(
            self._arm(trial, (more or {}).get(name, ())) for name, trial in self.trials.items()
        )

    def _arm(self, trial: Trial, more: tuple[Metric, ...]) -> Arm:
        name, labels = trial.variant.name, self._judge.labels
        verdict = learned(labels, trial.scores, self._judge.groups)
        return Arm(
            name=name,
            title=trial.variant.title,
            settings={**trial.variant.changes, "whole network trained": trial.variant.trainable},
            metrics=(*self._judge.metrics(self._drawn[name]), *more),
            prior=self.prior,
            verdict=verdict.sentence,
            collapsed=verdict.collapsed,
            n=len(labels),
            seeds=trial.seeds,
            beats=verdict.beats,
        )

    def curves(self) -> tuple[Curve, ...]:
        """The curves of every fit."""
        return tuple(fit.curve for trial in self.trials.values() for fit in trial.fits)

    def all_fake(self, name: str) -> int:
        """Number of seeds of an arm that call every picture FAKE at .5."""
        return int((self.trials[name].scores >= 0.5).all(axis=0).sum())

    def called_fake(self, name: str) -> float:
        """Share of the pictures that an arm calls FAKE at .5, mean over its seeds."""
        return float((self.trials[name].scores >= 0.5).mean())

    def fell(self, name: str) -> bool:
        """Whether an arm calls everything FAKE at .5, or all but a hundredth."""
        return self.called_fake(name) >= NEARLY

    def rose(self, name: str) -> bool:
        """The other collapse: an arm calls nothing FAKE at .5, or no more than a hundredth."""
        return self.called_fake(name) <= 1 - NEARLY

    def answer(self, name: str) -> str:
        """One sentence: what the arm decides at .5, and whether it ranks.

        A threshold cannot hide a ranking.
        """
        fell, seeds = self.fell(name), len(self.trials[name].seeds)
        precision, recall, auc = (
            self.metric(name, metric) for metric in ("precision", "recall", "roc_auc")
        )
        if fell:
            reached = (
                f"all of it in {self.all_fake(name)} of {_count(seeds, 'seed')}; precision"
                f" {precision.value:.4f}, recall {recall.value:.4f}"
            )
            decides = f"calls {self.called_fake(name):.1%} FAKE at .5 ({reached})"
        else:
            turned = (
                f"calls {1 - self.called_fake(name):.1%} REAL at .5, "
                if self.rose(name)
                else "decides at .5 "
            )
            decides = (
                f"{turned}with the balanced accuracy"
                f" {shown(self.metric(name, 'balanced_accuracy'))}"
            )
        if auc.low > 0.5:
            collapse = (
                ", so what collapsed is the decision at .5 and not what was learned" if fell else ""
            )
            ranks = f"it ranks fakes above real pictures{collapse}"
        elif auc.high < 0.5:
            ranks = "it ranks real pictures above fakes"
        else:
            ranks = "it does not rank better than chance" + (
                ", so no learning shows" if fell else ""
            )
        return f"{_capital(self.title(name))} {decides}; ROC-AUC {shown(auc)}: {ranks}."

    def mend(self, name: str, base: str) -> str:
        """One sentence: what an arm changes against another, in decision at .5 and ranking."""
        parts = []
        for metric in ("balanced_accuracy", "roc_auc"):
            ours, theirs, change = (
                self.metric(name, metric),
                self.metric(base, metric),
                self.difference(name, base, metric),
            )
            at = " at .5" if metric == "balanced_accuracy" else ""
            parts.append(
                f"{WORDS[metric]}{at} {ours.value:.3f} instead of {theirs.value:.3f} (difference"
                f" {shown(change, sign=True)})"
            )
        decision, ranking = (
            direction(self.difference(name, base, metric))
            for metric in ("balanced_accuracy", "roc_auc")
        )
        says = f"the decision at .5 {decision}, the ranking {ranking}"
        return (
            f"{_capital(self.title(name))} against {self.title(base)}: {parts[0]}, {parts[1]}:"
            f" {says}."
        )

    def effect(self, names: Sequence[str], base: str) -> str:
        """What arms change against another, as a sentence without its beginning.

        The changes are in the decision at .5 and in the ranking.
        """
        said = []
        for words, metric in (
            ("the decision at .5", "balanced_accuracy"),
            ("the ranking", "roc_auc"),
        ):
            sides: dict[str, list[str]] = {}
            for name in names:
                sides.setdefault(direction(self.difference(name, base, metric)), []).append(
                    self.short(name)
                )
            said.append(f"{words} {_sides(sides)}")
        return ", and ".join(said)

    def short(self, name: str) -> str:
        """Short title of an arm, if the rest of its title is said elsewhere."""
        variant = self.trials[name].variant
        return variant.short or variant.title

    def table(
        self,
        title: str,
        metrics: Sequence[str],
        caption: str,
        *,
        names: Iterable[str] | None = None,
    ) -> Table:
        """A row for each arm: values with their intervals."""
        rows = tuple(
            (self.title(name), *(shown(self.metric(name, metric)) for metric in metrics))
            for name in names or self.trials
        )
        return Table(title, ("arm", *(WORDS[metric] for metric in metrics)), rows, caption)

    def bars(self, name: str, title: str, names: Sequence[str] = ()) -> Figure:
        """Balanced accuracy at .5 next to ROC-AUC: what is decided, and what was learned.

        Shows all arms if none are named.
        """
        chosen = names or tuple(self.trials)
        series = []
        for metric in ("balanced_accuracy", "roc_auc"):
            found = [self.metric(arm, metric) for arm in chosen]
            low, high = [one.low for one in found], [one.high for one in found]
            series.append(
                Series(
                    WORDS[metric],
                    [self.title(arm) for arm in chosen],
                    [one.value for one in found],
                    low,
                    high,
                )
            )
        return Figure(
            name, title, "", "", "bars", tuple(series), self.intervals, (Level("guessing", 0.5),)
        )

    def accuracy_curves(self, name: str, title: str, names: Sequence[str] = ()) -> Figure:
        """Validation accuracy per epoch with the level of calling everything FAKE.

        Shows all arms if none are named.
        """
        fake = Level(f"always FAKE {self.share:.4f}", self.share)
        return self.epochs(
            name, title, "val_accuracy", "validation accuracy", names=names, line=fake
        )

    def loss_curves(self, name: str, title: str, names: Sequence[str] = ()) -> Figure:
        """Validation log-loss per epoch with that of the constant predictor."""
        line = Level(f"prior {self.prior:.4f}", self.prior)
        return self.epochs(name, title, "val_loss", "validation log-loss", names=names, line=line)

    def epochs(
        self, name: str, title: str, key: str, y: str, *, names: Sequence[str], line: Level
    ) -> Figure:
        """A value per epoch, one line for each arm.

        The line is the mean over the seeds that got so far, with their range.
        """
        series = []
        for arm in names or tuple(self.trials):
            per_seed = [fit.curve.values[key] for fit in self.trials[arm].fits]
            columns = [
                [values[epoch] for values in per_seed if epoch < len(values)]
                for epoch in range(max(map(len, per_seed)))
            ]
            x: list[float | str] = [float(epoch) for epoch in range(1, len(columns) + 1)]
            mean, low, high = (
                [float(np.mean(column)) for column in columns],
                [*map(min, columns)],
                [*map(max, columns)],
            )
            series.append(Series(self.short(arm) if names else self.title(arm), x, mean, low, high))
        return Figure(
            name,
            title,
            "epoch",
            y,
            "lines",
            tuple(series),
            "Mean over the seeds that got so far, and their range.",
            (line,),
        )


def shown(metric: Metric, *, sign: bool = False, digits: int = 3) -> str:
    """`0.776 [0.754, 0.798]`; with a sign for a difference."""
    form = f"{'+' if sign else ''}.{digits}f"
    return f"{metric.value:{form}} [{metric.low:{form}}, {metric.high:{form}}]"


def direction(change: Metric) -> str:
    """What a difference of a metric that is better when higher says, given its interval."""
    if change.low > 0:
        return "gets better"
    return "gets worse" if change.high < 0 else UNCHANGED


def _sides(sides: Mapping[str, Sequence[str]]) -> str:
    if len(sides) == 1:
        (side,) = sides
        return f"{side} with any" if side == UNCHANGED else f"{side} with all"
    return "; ".join(f"{side} with {listed(arms)}" for side, arms in sides.items())


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
