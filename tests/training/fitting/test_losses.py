"""Eq. 1 and its gradient, the well-behaved form, class weights.

All are checked against values worked out by hand.
"""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from training.fitting.losses import (
    ConditionalLoss,
    StepValues,
    conditional_gradient,
    conditional_term,
    conditional_value,
    term_and_gradient,
    well_behaved_gradient,
    well_behaved_term,
    well_behaved_value,
)

# tanh(.5) = .46211716, so 1 - tanh^2(.5) = 1 - .21355227 = .78644773
SECH2_HALF = 0.78644773
LOG2 = 0.69314718
LABELS = np.array([[1.0], [1.0], [1.0], [0.0]], np.float32)
# predictions .75, .5, .75, .5
LOGITS = np.array([[math.log(3)], [0.0], [math.log(3)], [0.0]], np.float32)
# Cross-entropies: -log .75 = .28768207, -log .5, -log .75, -log(1 - .5).
LOSSES = [0.28768207, LOG2, 0.28768207, LOG2]


def _number(value: object) -> float:
    return float(keras.ops.convert_to_numpy(value))


def test_the_term_of_a_batch() -> None:
    # Predictions .75, .75, 1, .5 sum to 3, so I = 3 - 4 = -1; I tau = -.5; phi 10.
    labels, predictions = (
        np.ones((4, 1), np.float32),
        np.array([[0.75], [0.75], [1.0], [0.5]], np.float32),
    )
    printed = conditional_term(labels, predictions, phi=10.0, tau=0.5)
    intended = conditional_term(labels, predictions, phi=10.0, tau=0.5, sign="as_intended")
    assert keras.ops.shape(printed) == ()
    assert _number(printed) == pytest.approx(-10 * SECH2_HALF, rel=1e-6)
    assert _number(intended) == pytest.approx(10 * SECH2_HALF, rel=1e-6)


def test_as_printed_collapse_is_the_lowest_value_there_is() -> None:
    """All FAKE with certainty: I = 0, tanh 0 = 0, the term -phi.

    Everything else is higher: the sign rewards collapse.
    """
    ones = np.ones((3, 1), np.float32)
    assert _number(conditional_term(ones, ones, phi=7.0, tau=2.0)) == -7.0
    assert _number(conditional_term(ones, ones, phi=7.0, tau=2.0, sign="as_intended")) == 7.0
    i = np.linspace(-32, 0, 641)
    assert conditional_value(i, phi=7.0, tau=2.0).argmin() == 640
    assert (conditional_gradient(i, phi=7.0, tau=2.0) <= 0).all()  # each step down it raises I


def test_the_gradient_by_hand() -> None:
    # 2 phi tau tanh(I tau) [1 - tanh^2(I tau)] at I -1, tau .5, phi 10:
    # 2 * 10 * .5 * -.46211716 * .78644773 = -3.63430993
    assert conditional_gradient(-1.0, phi=10.0, tau=0.5) == pytest.approx(-3.63430993, rel=1e-6)
    assert conditional_gradient(-1.0, phi=10.0, tau=0.5, sign="as_intended") == pytest.approx(
        3.63430993, rel=1e-6
    )
    assert conditional_gradient(0.0, phi=10.0, tau=0.5) == 0


def test_the_gradient_vanishes_away_from_collapse() -> None:
    # tau 10, I -1: 1 - tanh^2(10) = 4 e^-20 / (1 + e^-20)^2 = 8.2446145e-9,
    # times 2 * 10 * tanh(10) = 20: 1.6489229e-7 phi.
    assert abs(conditional_gradient(-1.0, phi=1.0, tau=10.0)) == pytest.approx(
        1.6489229e-7, rel=1e-6
    )
    # The paper's collapse: .8486 for everything, 32 pictures, so I = -.1514 * 32 = -4.8448;
    # 4 e^-9.6896 = 2.4767e-4 and twice that.
    assert abs(conditional_gradient(-4.8448, phi=1.0, tau=1.0)) == pytest.approx(4.953e-4, rel=1e-3)
    # Its largest value: at tanh^2 = 1/3, 2 * sqrt(1/3) * 2/3 = .76980036 phi tau.
    assert np.abs(
        conditional_gradient(np.linspace(-3, 0, 30_001), phi=1.0, tau=1.0)
    ).max() == pytest.approx(0.76980036, rel=1e-6)


def _derivative_by_logits(labels: np.ndarray, logits: np.ndarray, **loss: object) -> np.ndarray:
    """d loss / d logit as Keras finds it.

    It is what one step of plain descent with rate 1 takes off a weight for each picture.
    """
    count = len(labels)
    weights = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((count,)), weights])
    weights.set_weights([logits])
    model.compile(keras.optimizers.SGD(1.0), ConditionalLoss(**loss))
    model.train_on_batch(np.eye(count, dtype=np.float32), labels)
    return logits - weights.get_weights()[0]


def test_the_gradient_that_training_follows() -> None:
    # By a logit z: the mean cross-entropy has (p - y) / 4, the term dterm/dI p (1 - p).
    # I = .75 + .5 + .75 + .5 - 4 = -1.5; tau 1/3: I tau = -.5; phi 6:
    # 2 * 6 / 3 * -.46211716 * .78644773 = -1.45372397 as printed.
    gradient = -1.45372397
    cross_entropy = np.array([[-0.25], [-0.5], [-0.25], [0.5]]) / 4
    slope = np.array([[0.1875], [0.25], [0.1875], [0.25]])
    printed = _derivative_by_logits(LABELS, LOGITS, form="as_printed", phi=6.0, tau=1 / 3)
    np.testing.assert_allclose(printed, cross_entropy + gradient * slope, atol=1e-5)
    intended = _derivative_by_logits(LABELS, LOGITS, form="as_intended", phi=6.0, tau=1 / 3)
    np.testing.assert_allclose(intended, cross_entropy - gradient * slope, atol=1e-5)


def test_in_float32_the_term_is_dead_a_few_tau_away() -> None:
    """Whatever phi: 1 - tanh^2(12) is 1.5e-10, and float32 has no number between 1 - 6e-8 and 1."""
    logits = np.zeros((4, 1), np.float32)  # I = -2
    dead = _derivative_by_logits(LABELS, logits, form="as_printed", phi=1e4, tau=6.0)
    np.testing.assert_array_equal(dead, _derivative_by_logits(LABELS, logits, form="none"))


def test_the_well_behaved_form_by_hand() -> None:
    # Mean (.75 + .5 + .75 + .5) / 4 = .625; tau 2: m^2 = .390625;
    # -3 log(.609375) = 3 * .49532151 = 1.48596455
    predictions = np.array([[0.75], [0.5], [0.75], [0.5]], np.float32)
    assert _number(well_behaved_term(LABELS, predictions, phi=3.0, tau=2.0)) == pytest.approx(
        1.48596455, rel=1e-5
    )
    assert well_behaved_value(0.625, phi=3.0, tau=2.0) == pytest.approx(1.48596455, rel=1e-5)
    # Derivative by the mean: 3 * 2 * .625 / .609375 = 6.15384615
    assert well_behaved_gradient(0.625, phi=3.0, tau=2.0) == pytest.approx(6.15384615, rel=1e-5)
    # By a logit, / 4 and times p (1 - p), on top of the cross-entropy's (p - y) / 4.
    slope = np.array([[0.1875], [0.25], [0.1875], [0.25]])
    expected = np.array([[-0.25], [-0.5], [-0.25], [0.5]]) / 4 + 6.15384615 / 4 * slope
    np.testing.assert_allclose(
        _derivative_by_logits(LABELS, LOGITS, form="well_behaved", phi=3.0, tau=2.0),
        expected,
        atol=1e-5,
    )


def test_with_tau_1_it_is_the_cross_entropy_of_one_more_real_picture() -> None:
    # Scored with the mean .625: -log(1 - .625) = .98082925
    assert well_behaved_value(0.625, phi=1.0, tau=1.0) == pytest.approx(0.98082925, rel=1e-6)


@pytest.mark.parametrize("tau", [0.5, 1.0, 10.0])
def test_the_well_behaved_pull_on_a_common_logit_is_largest_at_collapse(tau: float) -> None:
    """By the common logit: (derivative by the mean) p (1 - p), which goes to phi.

    Eq. 1's goes to 0 there.
    """
    p = 1 / (1 + np.exp(-np.linspace(0, 6, 61)))  # .5 to .9975
    pull = well_behaved_gradient(p, phi=5.0, tau=tau) * p * (1 - p)
    assert (np.diff(pull) > 0).all()
    assert pull[-1] == pytest.approx(5.0, rel=0.02)
    logits = np.full((4, 1), 9.0, np.float32)
    change = _derivative_by_logits(
        np.ones((4, 1), np.float32), logits, form="well_behaved", phi=5.0, tau=tau
    )
    assert change.sum() == pytest.approx(5.0, rel=0.01)  # the cross-entropy adds -1.2e-4
    ceasing = _derivative_by_logits(
        np.ones((4, 1), np.float32), logits, form="as_intended", phi=5.0, tau=tau
    )
    assert abs(ceasing.sum()) < 0.01


def test_the_well_behaved_form_stays_finite() -> None:
    ones = np.ones((2, 1), np.float32)
    # -2 log 1e-7
    assert _number(well_behaved_term(ones, ones, phi=2.0, tau=3.0)) == pytest.approx(
        32.236, abs=0.01
    )
    assert np.isfinite(well_behaved_gradient([0.0, 1.0], phi=2.0, tau=0.5)).all()


def test_term_and_gradient_of_steps() -> None:
    # Eq. 1 as above; well-behaved by I: 1 / N of that by the mean,
    # and mean = 1 + I / N = 1 - 1.5 / 4 = .625.
    term, gradient = term_and_gradient("as_printed", [-1.0], [4], phi=10.0, tau=0.5)
    assert (term[0], gradient[0]) == (pytest.approx(-10 * SECH2_HALF), pytest.approx(-3.63430993))
    term, gradient = term_and_gradient("well_behaved", [-1.5], [4], phi=3.0, tau=2.0)
    assert (term[0], gradient[0]) == (
        pytest.approx(1.48596455, rel=1e-5),
        pytest.approx(6.15384615 / 4, rel=1e-5),
    )


def _loss(weights: list[float] | None = None, **form: object) -> float:
    sample_weight = None if weights is None else np.array(weights, np.float32)
    return _number(ConditionalLoss(**form)(LABELS, LOGITS, sample_weight))


def test_without_a_term_it_is_the_mean_cross_entropy() -> None:
    assert _loss() == pytest.approx(sum(LOSSES) / 4, rel=1e-6)
    predictions = np.array([[0.75], [0.5], [0.75], [0.5]], np.float32)
    assert _number(ConditionalLoss(from_logits=False)(LABELS, predictions)) == pytest.approx(
        sum(LOSSES) / 4, rel=1e-5
    )


# Three FAKE, one REAL. Keras multiplies each cross-entropy by its weight and divides the sum by 4.
# as printed: (.84 * (.28768207 + .69314718 + .28768207) + .16 * .69314718) / 4
#   = (1.06554951 + .11090355) / 4 = .29411326
# balanced: n / (2 count): FAKE 4 / 6, REAL 4 / 2: (.66666667 * 1.26851132 + 2 * .69314718) / 4
#   = (.84567421 + 1.38629436) / 4 = .55799214
WEIGHTED = [
    ({1: 0.84, 0: 0.16}, 0.29411326),
    ({1: 4 / 6, 0: 4 / 2}, 0.55799214),
    (None, 0.49041463),
]


@pytest.mark.parametrize(("class_weight", "expected"), WEIGHTED)
def test_class_weights(class_weight: dict[int, float] | None, expected: float) -> None:
    weights = None if class_weight is None else [class_weight[int(label)] for label in LABELS[:, 0]]
    assert _loss(weights) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("class_weight", "expected"), WEIGHTED)
@pytest.mark.parametrize("form", ["none", "as_printed"])
def test_keras_gives_the_same_and_the_term_is_added_once(
    form: str, class_weight: dict[int, float] | None, expected: float
) -> None:
    """The term of the batch is -6 * .78644773 (see above), with whatever class weights."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")]
    )
    loss = ConditionalLoss(form, phi=6.0, tau=1 / 3)
    model.compile(keras.optimizers.SGD(0.0), loss, weighted_metrics=[StepValues(loss)])
    logs = model.fit(LOGITS, LABELS, batch_size=4, class_weight=class_weight, verbose=0).history
    whole = expected - (6 * SECH2_HALF if form == "as_printed" else 0.0)
    assert logs["loss"][0] == pytest.approx(whole, rel=1e-5)
    assert logs["step_loss"][0] == pytest.approx(whole, rel=1e-5)
    assert logs["step_i"][0] == pytest.approx(-1.5, rel=1e-5)
    assert logs["step_size"][0] == 4


def test_the_values_of_a_step_forget_the_step_before() -> None:
    loss = ConditionalLoss()
    metric = StepValues(loss)
    metric.update_state(LABELS, LOGITS)
    metric.update_state(LABELS[:1], LOGITS[:1])
    found = {name: _number(value) for name, value in metric.result().items()}
    assert found == pytest.approx({"step_loss": LOSSES[0], "step_i": -0.25, "step_size": 1})


def test_the_loss_is_made_again_from_its_configuration() -> None:
    loss = ConditionalLoss("as_intended", phi=3.0, tau=0.25, from_logits=False)
    again = ConditionalLoss.from_config(loss.get_config())
    assert (again.form, again.phi, again.tau, again.from_logits) == (
        "as_intended",
        3.0,
        0.25,
        False,
    )


@pytest.mark.parametrize(
    "wrong",
    [{"form": "printed"}, {"phi": -1.0}, {"tau": 0.0}, {"tau": math.nan}, {"phi": math.inf}],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(AnalysisError, match=r"no form 'printed'|phi of 0 or more and tau above 0"):
        ConditionalLoss(**wrong)


def test_an_unknown_sign_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected 'as_printed' or 'as_intended'"):
        conditional_value(0.0, phi=1.0, tau=1.0, sign="printed")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected a form with a term"):
        term_and_gradient("none", [0.0], [1], phi=1.0, tau=1.0)
