r"""`conditional_loss`: figures 10 and 11, tables 1 and 2, section 5.4: Eq. 1, its phi and tau.

The arms of the paper are the baseline (cross-entropy alone), high and low phi, high and low tau,
and what it proposes at its end, high phi with low tau. They are run with the sign as printed, which
rewards calling everything FAKE, then as intended, and with the well-behaved form; each with the
class weights of appendix A 9 as printed and without any, because the paper does not say whether it
used both together. So each fault is fixed alone, and then the other one as well. At the end a
search over phi and tau asks whether any of them beats the baseline; it chooses on a part of the
training pictures.

    python -m training run conditional_loss --data DIR --out RUN --init PACKAGE

DIR holds `dfdc_faces.csv` with its archives. Figures: validation accuracy per epoch as in figures
10 and 11, with the fixed arms next to them; validation log-loss with the prior's line; the term and
its gradient over I (figure 7, and the defect); I and the gradient in the steps of the fits; and the
search.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from training.experiments import Experiment
from training.experiments.crops import NEEDS, CropSettings, Weights, class_weight

if TYPE_CHECKING:
    from typing import Self

    from training.experiments.crops import Bench, Variant
    from training.experiments.phi_tau import Searched
    from training.results import Findings
    from training.runs import Run

Case = Literal["high_phi", "low_phi", "high_tau", "low_tau", "high_phi_low_tau"]
Form = Literal["as_printed", "as_intended", "well_behaved"]
CASES: dict[Case, str] = {
    "high_phi": "high phi",
    "low_phi": "low phi",
    "high_tau": "high tau",
    "low_tau": "low tau",
    "high_phi_low_tau": "high phi with low tau",
}
CASES_AND_BASE: tuple[Case | Literal["baseline"], ...] = ("baseline", *CASES)
TERMS: dict[Form, str] = {
    "as_printed": "sign as printed",
    "as_intended": "sign as intended",
    "well_behaved": "well-behaved form",
}
WEIGHTS: dict[Weights, str] = {
    "as_printed": "class weights as printed",
    "none": "no class weights",
    "balanced": "balanced class weights",
}
FORMS = tuple(TERMS)
PREFIX = {"as_printed": "", "as_intended": "intended_", "well_behaved": "well_behaved_"}
SUFFIX = {"as_printed": "", "none": "_unweighted", "balanced": "_balanced"}
SEARCHED = "searched_"


@dataclass(frozen=True)
class Strengths:
    """Phi and tau of the arms.

    The paper gives none; it mentions punishment factors of 10000 and of 1.
    """

    phi: float = 100.0  # while tau is tuned
    high_phi: float = 10_000.0
    low_phi: float = 1.0
    tau: float = 1.0  # while phi is tuned
    high_tau: float = 10.0
    low_tau: float = 0.1

    def cases(self) -> dict[Case, tuple[float, float]]:
        """Phi and tau of every case."""
        return {
            "high_phi": (self.high_phi, self.tau),
            "low_phi": (self.low_phi, self.tau),
            "high_tau": (self.phi, self.high_tau),
            "low_tau": (self.phi, self.low_tau),
            "high_phi_low_tau": (self.high_phi, self.low_tau),
        }


@dataclass(frozen=True)
class Ranges:
    """The ranges of the search, both on a logarithmic scale."""

    phi: tuple[float, float] = (1e-3, 1e4)
    tau: tuple[float, float] = (1e-3, 10.0)


@dataclass(frozen=True)
class Config(CropSettings):
    """Everything that decides the result."""

    printed: Strengths = field(default_factory=Strengths)  # of Eq. 1, with either sign
    # Its pull is phi, not phi x tau x N.
    well_behaved: Strengths = field(
        default_factory=lambda: Strengths(0.5, 2.0, 0.1, 1.0, 10.0, 0.1)
    )
    cases: tuple[Case, ...] = tuple(CASES)
    class_weights: tuple[Weights, ...] = ("as_printed", "none")  # every arm with each of them
    forms: tuple[Form, ...] = FORMS
    searched_forms: tuple[Form, ...] = ("as_intended", "well_behaved")
    search_weights: Weights = "none"  # class weights of the search and of its baseline
    trials: int = 30  # of the search, for each form
    # A shifted threshold cannot improve a ranking.
    objective: Literal["roc_auc", "pr_auc", "balanced_accuracy", "log_loss"] = "roc_auc"
    searched: Ranges = field(default_factory=Ranges)
    searched_well_behaved: Ranges = field(default_factory=lambda: Ranges((1e-3, 10.0), (0.1, 30.0)))
    search_share: float = 0.25  # of the training originals, held back to choose on
    search_seed: int = 0
    trainable_arms: tuple[str, ...] = ("baseline", "high_phi")

    def smoke(self) -> Self:
        """Every stage in two minutes; nothing is learned."""
        few = replace(self.small(), class_weights=("as_printed",), cases=("high_phi", "low_tau"))
        return replace(few, trials=2, trainable_arms=("high_phi",))


def strengths(config: Config, form: Form) -> Strengths:
    """Phi and tau of one form of the term."""
    return config.well_behaved if form == "well_behaved" else config.printed


def arm_name(case: str, form: str, weights: str) -> str:
    """Name of a case or `baseline`, in one form of the term with one kind of class weights."""
    return f"{'' if case == 'baseline' else PREFIX[form]}{case}{SUFFIX[weights]}"


def arms(config: Config, labels: NDArray[np.int64]) -> list[Variant]:
    """Every case in every form with every kind of class weights; the paper's own first.

    Raises:
        AnalysisError: there are no class weights of that name.
    """
    from training.experiments.crops import Variant

    found = []
    for weights in dict.fromkeys((*config.class_weights, config.search_weights)):
        changes = {"class_weight": class_weight(weights, labels), "form": "none"}
        found.append(
            Variant(
                arm_name("baseline", "", weights),
                f"baseline, {WEIGHTS[weights]}",
                changes,
                short="baseline",
            )
        )
        if weights in config.class_weights:
            for form, case in product(config.forms, config.cases):
                phi, tau = strengths(config, form).cases()[case]
                title = f"{CASES[case]}, {TERMS[form]}, {WEIGHTS[weights]}"
                more = {"form": form, "phi": phi, "tau": tau}
                found.append(
                    Variant(arm_name(case, form, weights), title, changes | more, short=CASES[case])
                )
    return found


def run(run: Run, config: Config) -> Findings:
    """Fit the arms, search phi and tau, fit what the search chose, and compare.

    Raises:
        AnalysisError: the data or a setting is not suitable.
    """
    from training.experiments.conditional_report import findings, kept_steps
    from training.experiments.crops import Bench
    from training.experiments.outcome import Outcome

    bench = Bench(run, config)
    variants = bench.variants(arms(config, bench.labels))
    bench.start(
        variants, more_fits=len(config.searched_forms) * (config.trials + len(config.seeds)) + 1
    )
    trials = bench.fit(variants, kept_steps, done=(0.1, 0.7))
    searches = search_all(bench, config)
    if searches and not run.stopping():
        trials += bench.fit(
            [chosen(one, config, bench.labels) for one in searches], kept_steps, done=(0.95, 0.99)
        )
    return findings(Outcome(bench.judge, trials), searches, config, bench.notes())


def search_all(bench: Bench, config: Config) -> list[Searched]:
    """The search of every form.

    Each try is one fit on the remaining part, judged on the part that is held back. After Ctrl-C:
    the searches so far.
    """
    from training.experiments.bootstrap import measure
    from training.experiments.crops import Variant
    from training.experiments.phi_tau import Searched, Space, held_back, search
    from training.fitting.fit import DivergedError

    trainable = config.backbone == "trainable"
    weights = {"class_weight": class_weight(config.search_weights, bench.labels)}
    spaces = {
        form: Space(ranges.phi, ranges.tau, config.trials, config.objective, config.search_seed)
        for form in config.searched_forms
        for ranges in (config.searched_well_behaved if form == "well_behaved" else config.searched,)
    }
    if bench.run.stopping() or not spaces:
        return []
    train, back = held_back(
        bench.data(trainable=trainable)[0], config.search_share, config.search_seed
    )

    def reached(name: str, **changes: Any) -> float:
        fitted = bench.fitted(
            Variant(name, name, weights | changes, trainable), config.search_seed, train, back
        )
        return measure(back.y, fitted.scores)[config.objective]

    def tried(form: Form, number: int, phi: float, tau: float) -> float:
        share = (config.searched_forms.index(form) + number / config.trials) / len(spaces)
        bench.run.progress(
            0.7 + 0.25 * share, f"search, {TERMS[form]}, try {number + 1} of {config.trials}"
        )
        try:
            return reached(f"search_{form}_{number}", form=form, phi=phi, tau=tau)
        except DivergedError as error:
            bench.run.skip(f"search, {form}, phi {phi:.3g}, tau {tau:.3g}", str(error))
            return spaces[form].worst

    base = bench.run.once("search-baseline", lambda: reached("search_baseline", form="none"), float)
    found = [
        Searched(form, space, base, tuple(search(bench.run, form, space, partial(tried, form))))
        for form, space in spaces.items()
    ]
    return [one for one in found if one.tries]


def chosen(searched: Searched, config: Config, labels: NDArray[np.int64]) -> Variant:
    """The arm with the values that a search found."""
    from training.experiments.crops import Variant

    best = searched.space.best(searched.tries)
    weights = {"class_weight": class_weight(config.search_weights, labels)}
    title = (
        f"phi {best.phi:.3g} and tau {best.tau:.3g} from the search, {TERMS[searched.form]},"
        f" {WEIGHTS[config.search_weights]}"
    )
    changes = {"form": searched.form, "phi": best.phi, "tau": best.tau}
    return Variant(
        f"{SEARCHED}{searched.form}",
        title,
        weights | changes,
        trainable=config.backbone == "trainable",
    )


EXPERIMENT = Experiment(
    name="conditional_loss",
    title="The conditional loss",
    reproduces="figures 10 and 11, tables 1 and 2, section 5.4",
    summary=(
        "Eq. 1 with high and low phi and tau, as printed, as intended and in a well-behaved form,"
        " each with the printed class weights and without; then a search over phi and tau."
    ),
    needs=NEEDS,
    arms=tuple(
        dict.fromkeys(
            arm_name(case, form, weights)
            for weights in ("as_printed", "none")
            for form in FORMS
            for case in CASES_AND_BASE
        )
    ),
    config=Config,
    run=run,
)
