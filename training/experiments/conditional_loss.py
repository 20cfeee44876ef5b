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

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.execution import Experiment
from training.experiments.shared.bootstrap import measure
from training.experiments.shared.conditional_arms import (
    CASES_AND_BASE,
    FORMS,
    SEARCHED,
    TERMS,
    WEIGHTS,
    Config,
    Form,
    arm_name,
    arms,
)
from training.experiments.shared.conditional_report import findings, kept_steps
from training.experiments.shared.crops import (
    NEEDS,
    Bench,
    Variant,
    class_weight,
)
from training.experiments.shared.outcome import Outcome
from training.experiments.shared.phi_tau import Searched, Space, held_back, search
from training.results import Findings
from training.runs import Run


def run(run: Run, config: Config) -> Findings:
    """Fit the arms, search phi and tau, fit what the search chose, and compare.

    Raises:
        AnalysisError: the data or a setting is not suitable.
    """
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
