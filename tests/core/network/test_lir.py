"""The same figures from `lir`, the toolkit of the Netherlands Forensic Institute.

It is installed with the extra `check`. Its ELUB bounder changes the array that it is given.
"""

from __future__ import annotations

import pytest

from dfgui.core.network.likelihood_ratios import cllr, cllr_min, elub
from tests.core.network.test_likelihood_ratios import LIR
from tests.support.binormal import binormal

bayeserror = pytest.importorskip(
    "lir.algorithms.bayeserror", reason="lir is not installed: pip install -e .[check]"
)
models = pytest.importorskip("lir.data.models")
metrics = pytest.importorskip("lir.metrics")


@pytest.mark.parametrize(("made", "bounds", "cost", "best"), LIR)
def test_lir_gives_the_figures_that_are_cited(
    made: tuple[int, int, float, float], bounds: tuple[float, float], cost: float, best: float
) -> None:
    known = binormal(*made)
    found = bayeserror.elub(known.log10_lr.copy(), known.labels)
    assert [round(float(one), 2) for one in found] == list(bounds)
    given = models.LLRData(features=known.log10_lr.copy(), labels=known.labels)
    assert metrics.cllr(given) == pytest.approx(cost, abs=1e-6)
    assert metrics.cllr_min(given) == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("made", [(10, 22, 1.41, 1.0), (150, 60, 2.0, 2.0), (400, 400, 0.4, 0.7)])
def test_lir_agrees_the_better_the_smaller_its_steps(
    made: tuple[int, int, float, float],
) -> None:
    known = binormal(*made)
    found = bayeserror.elub(known.log10_lr.copy(), known.labels, step_size=0.001)
    assert elub(known) == pytest.approx([float(one) for one in found], abs=0.0021)
    given = models.LLRData(features=known.log10_lr.copy(), labels=known.labels)
    assert cllr(known) == pytest.approx(metrics.cllr(given), abs=1e-9)
    assert cllr_min(known) == pytest.approx(metrics.cllr_min(given), abs=1e-9)
