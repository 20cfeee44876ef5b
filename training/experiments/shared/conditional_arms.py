"""The arms of `conditional_loss`: form of the term, phi and tau, class weights, and names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from training.experiments.shared.crops import CropSettings, Variant, Weights, class_weight

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
