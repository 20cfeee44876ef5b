"""The paper's conditional loss (Eq. 1) on `keras.ops`, in three forms.

They are as printed, as intended, and a form whose gradient does not vanish.
"""

from __future__ import annotations

from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dfgui.core.errors import AnalysisError

Sign = Literal["as_printed", "as_intended"]
Form = Literal["none", "as_printed", "as_intended", "well_behaved"]
FORMS: tuple[Form, ...] = ("none", "as_printed", "as_intended", "well_behaved")
# Keeps the well-behaved term finite if every prediction is 1: it is then 16.1 phi.
EPSILON = 1e-7


def conditional_term(
    y_true: Any, y_pred: Any, *, phi: float, tau: float, sign: Sign = "as_printed"
) -> Any:
    """The conditional part of the loss, Eq. 1 of the paper.

        term = -[1 - tanh^2(I tau)] phi        (as printed)
        term = +[1 - tanh^2(I tau)] phi        (as intended)
        I = sum(y_pred) - N
        d term / d I = +2 phi tau tanh(I tau) [1 - tanh^2(I tau)]     (as printed; -2 as intended)

    It is meant to punish a batch in which everything is called FAKE, when I is 0. It cannot, for
    three reasons:

    - The sign. At I = 0 the printed term is -phi, its lowest value: collapse is rewarded. I is
      never above 0, the derivative as printed is never above 0 there, and so each step that follows
      it raises the predictions.
    - The derivative. It is exactly 0 at I = 0, where all the pull is needed, and vanishes again
      for |I tau| >> 1: with tau 10 and I -1 it is 1.6e-7 phi. In float32 it is exactly 0 from |I
      tau| = 10 on. Between, it is at most .77 phi tau.
    - The condition. The paper's collapse is not I = 0: a network that answers the prior .8486 to
      everything calls all FAKE at .5 with I = -.1514 N, -4.8 for a batch of 32, where the
      derivative with tau 1 is 5.0e-4 phi.

    Args:
        y_true: labels, N of them, any shape.
        y_pred: predictions in 0-1, N of them.
        phi: punishment factor.
        tau: tightness, above 0.
        sign: "as_printed", or "as_intended", which punishes.

    Returns:
        A scalar, one for the whole batch.

    Source: Denholtz, section 5.4, equation 1.
    """
    i = _iota(y_true, y_pred)
    return _direction(sign) * phi * (1.0 - keras.ops.square(keras.ops.tanh(i * tau)))


def conditional_value(
    i: ArrayLike, *, phi: float, tau: float, sign: Sign = "as_printed"
) -> NDArray[np.float64]:
    """The term of `conditional_term` at I, in float64: (...) like `i`."""
    return np.asarray(_direction(sign) * phi * _sech2(i, tau))


def conditional_gradient(
    i: ArrayLike, *, phi: float, tau: float, sign: Sign = "as_printed"
) -> NDArray[np.float64]:
    """Derivative by I of `conditional_term` at I, in float64: (...) like `i`."""
    return np.asarray(
        _direction(sign)
        * -2.0
        * phi
        * tau
        * np.tanh(np.asarray(i, np.float64) * tau)
        * _sech2(i, tau)
    )


def well_behaved_term(y_true: Any, y_pred: Any, *, phi: float, tau: float) -> Any:
    """What Eq. 1 is meant for, with a gradient that does not vanish.

        term = -phi log(1 - m^tau),  m = mean(y_pred)
        d term / d m = phi tau m^(tau - 1) / (1 - m^tau)

    It is 0 if everything is called REAL and grows without bound towards "all FAKE". It is a
    cross-entropy: with tau 1 it is that of one more picture, labelled REAL and scored m, with the
    weight phi. So it undoes the saturation of a sigmoid as cross-entropy does: if every
    prediction is p and moves with one common logit, its derivative by that logit is phi tau p^tau
    (1 - p) / (1 - p^tau), which rises to phi, its largest value, as p goes to 1. As in Eq. 1, phi
    says how hard it pulls and tau how near to "all FAKE" it begins: at p = .8486 the pull is .85
    phi with tau 1, .36 phi with tau 10, .12 phi with tau 20. It sees the mean, so that a batch of
    another size changes nothing.

    Like any term that knows the predictions alone, it moves the level of all scores and says
    nothing about which picture is fake.

    Args:
        y_true: labels, any shape; unused, so that all forms are called alike.
        y_pred: predictions in 0-1.
        phi: pull at collapse, in the units of the mean cross-entropy's pull on a common logit.
        tau: tightness, above 0.

    Returns:
        A scalar, 0 to 16.1 phi.
    """
    mean = keras.ops.mean(keras.ops.convert_to_tensor(y_pred, dtype=keras.config.floatx()))
    return -phi * keras.ops.log((1.0 - keras.ops.power(mean, tau)) + EPSILON)


def well_behaved_value(mean: ArrayLike, *, phi: float, tau: float) -> NDArray[np.float64]:
    """The term of `well_behaved_term` at a mean prediction, in float64.

    The mean is 1 + I / N. The result is (...) like `mean`.
    """
    return np.asarray(-phi * np.log((1.0 - np.asarray(mean, np.float64) ** tau) + EPSILON))


def well_behaved_gradient(mean: ArrayLike, *, phi: float, tau: float) -> NDArray[np.float64]:
    """Derivative by the mean of `well_behaved_term`, in float64: (...) like `mean`.

    The derivative by I is 1 / N of that.
    """
    m = np.maximum(np.asarray(mean, np.float64), EPSILON)  # with tau below 1 it is infinite at 0
    return np.asarray(phi * tau * m ** (tau - 1.0) / ((1.0 - m**tau) + EPSILON))


def term_and_gradient(
    form: Form, i: ArrayLike, n: ArrayLike, *, phi: float, tau: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Any form's term and its derivative by I, in float64.

    Args:
        form: any but "none".
        i: (steps,) I of each batch.
        n: (steps,) pictures in each batch.
        phi: see the terms.
        tau: see the terms.
    """
    if form == "well_behaved":
        size = np.asarray(n, np.float64)
        mean = np.clip(1.0 + np.asarray(i, np.float64) / size, 0.0, 1.0)
        return (
            well_behaved_value(mean, phi=phi, tau=tau),
            well_behaved_gradient(mean, phi=phi, tau=tau) / size,
        )
    if form == "none":
        raise ValueError("form: expected a form with a term, received 'none'")
    return conditional_value(i, phi=phi, tau=tau, sign=form), conditional_gradient(
        i, phi=phi, tau=tau, sign=form
    )


@keras.saving.register_keras_serializable("dfgui")
class ConditionalLoss(keras.losses.Loss):
    """Binary cross-entropy, and the conditional term once.

    Keras multiplies each picture's cross-entropy by its class weight, sums, and divides by the
    number of pictures (not by the sum of the weights). The term is one number for the whole batch
    and belongs to no picture, so it is added after that, once and without a weight; as part of each
    picture's loss, class weights .84 and .16 would scale it by .74.
    """

    def __init__(
        self,
        form: Form = "none",
        *,
        phi: float = 1.0,
        tau: float = 1.0,
        from_logits: bool = True,
        name: str = "conditional_loss",
        reduction: str = "sum_over_batch_size",
    ) -> None:
        """Choose the form.

        Args:
            form: "none" (cross-entropy alone), "as_printed", "as_intended" or "well_behaved".
            phi: punishment factor.
            tau: tightness, above 0.
            from_logits: whether the network gives logits rather than predictions in 0-1.
            name: as Keras has it.
            reduction: of the cross-entropy, as Keras has it.

        Raises:
            AnalysisError: the form, phi or tau does not suit.
        """
        super().__init__(name=name, reduction=reduction)
        require_form(form, phi, tau)
        self.form, self.phi, self.tau, self.from_logits = form, phi, tau, from_logits

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Mean cross-entropy, weighted if weights are given, plus the term."""
        return super().__call__(y_true, y_pred, sample_weight) + self.term(y_true, y_pred)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """(n,) cross-entropy of each picture, without the term."""
        return keras.losses.binary_crossentropy(y_true, y_pred, from_logits=self.from_logits)

    def term(self, y_true: Any, y_pred: Any) -> Any:
        """The conditional term of a batch; 0 with the form "none"."""
        if self.form == "none":
            return 0.0
        predictions = self.predictions(y_pred)
        if self.form == "well_behaved":
            return well_behaved_term(y_true, predictions, phi=self.phi, tau=self.tau)
        return conditional_term(y_true, predictions, phi=self.phi, tau=self.tau, sign=self.form)

    def predictions(self, y_pred: Any) -> Any:
        """What the network gave, in 0-1."""
        given = keras.ops.convert_to_tensor(y_pred, dtype=keras.config.floatx())
        return keras.ops.sigmoid(given) if self.from_logits else given

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again."""
        own = {"form": self.form, "phi": self.phi, "tau": self.tau, "from_logits": self.from_logits}
        return {**super().get_config(), **own}


class StepValues(keras.metrics.Metric):
    """Of the last batch alone: its loss, I and size, so that a callback can keep them step by step.

    Keras itself only gives the mean of the loss since the beginning of the epoch. Compile this as a
    weighted metric, so that it sees the class weights.
    """

    NAMES = ("step_loss", "step_i", "step_size")

    def __init__(self, loss: ConditionalLoss, name: str = "step") -> None:
        super().__init__(name=name)
        self._loss = loss
        self._values = [
            self.add_variable(shape=(), initializer="zeros", name=one) for one in self.NAMES
        ]

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Forget the batch before."""
        predictions = self._loss.predictions(y_pred)
        found = (
            self._loss(y_true, y_pred, sample_weight),
            _iota(y_true, predictions),
            keras.ops.size(y_true),
        )
        for variable, value in zip(self._values, found, strict=True):
            variable.assign(keras.ops.cast(value, variable.dtype))

    def result(self) -> dict[str, Any]:
        """`step_loss`, `step_i` and `step_size`."""
        return {
            name: variable.value for name, variable in zip(self.NAMES, self._values, strict=True)
        }


def require_form(form: str, phi: float, tau: float) -> None:
    """Raise AnalysisError if the form is unknown, phi is negative or tau is not above 0."""
    if form not in FORMS:
        raise AnalysisError(
            f"There is no form {form!r} of the conditional loss; there are: {', '.join(FORMS)}."
        )
    if not (0 <= phi < np.inf and 0 < tau < np.inf):
        raise AnalysisError(
            f"The conditional loss needs phi of 0 or more and tau above 0, it was given phi {phi:g}"
            f" and tau {tau:g}."
        )


def _iota(y_true: Any, y_pred: Any) -> Any:
    predictions = keras.ops.convert_to_tensor(y_pred, dtype=keras.config.floatx())
    return keras.ops.sum(predictions) - keras.ops.cast(keras.ops.size(y_true), predictions.dtype)


def _direction(sign: Sign) -> float:
    if sign not in ("as_printed", "as_intended"):
        raise ValueError(f"sign: expected 'as_printed' or 'as_intended', received {sign!r}")
    return -1.0 if sign == "as_printed" else 1.0


def _sech2(i: ArrayLike, tau: float) -> NDArray[np.float64]:
    """1 - tanh^2(i tau), without the cancellation that makes it 0 from |i tau| = 19 on."""
    decay = np.exp(-2.0 * np.abs(np.asarray(i, np.float64) * tau))
    return np.asarray(4.0 * decay / (1.0 + decay) ** 2)
