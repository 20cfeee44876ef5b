"""Training with plain PyTorch: channels last, bf16 if the processor has it, fused AdamW."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from dfgui.core.network.engine import has_bf16
from training.fitting.learner import Pictures, Predict
from training.network.torch_xception import MOMENTUM, TorchXception, load, unload
from training.recipe import FitSettings

if TYPE_CHECKING:
    import keras

BATCH = 64  # pictures asked about at once
EPSILON = 1e-7  # of the optimiser, as Keras has it
_loss = nn.BCEWithLogitsLoss()


class TorchLearner:
    """See `training.fitting.learner.Learner`.

    Args:
        build: makes the Keras network whose weights it starts from; called in any case, since it
            also gives the dense layers.
        settings: of the fit.
        checkpoint: from `save`, or None.
    """

    def __init__(
        self, build: Callable[[], keras.Model], settings: FitSettings, checkpoint: Path | None
    ) -> None:
        self._keras, self._settings = build(), settings
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = TorchXception(_dense(self._keras)).to(self._device)
        load(self._network, self._keras.get_weights())
        _channels_last(self._network)
        self._trained = _trained(self._network, settings)
        self._average: list[Tensor] = [parameter.detach().clone() for parameter in self._trained]
        self._optimizer = torch.optim.AdamW(
            _groups(self._trained, settings.weight_decay),
            lr=settings.learning_rate,
            eps=EPSILON,
            fused=True,
        )
        self._steps = 0
        if checkpoint is not None:
            self._resume(checkpoint)

    @property
    def steps(self) -> int:
        """Steps that were done."""
        return self._steps

    def step(self, pictures: Pictures, labels: NDArray[np.float32], rate: float) -> float:
        """Learn from one batch; returns the loss."""
        self._training_mode()
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad()
        loss = _loss(self._ask(pictures), torch.from_numpy(labels).to(self._device))
        loss.backward()
        nn.utils.clip_grad_norm_(self._trained, self._settings.clip_norm)
        self._optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self._average, [*self._trained], 1 - self._settings.average_decay)
        self._steps += 1
        return float(loss.detach())

    def is_finite(self) -> bool:
        """Whether every weight is a number."""
        return all(
            bool(torch.isfinite(value).all()) for value in self._network.state_dict().values()
        )

    @contextmanager
    def averaged(self, pictures: Iterable[Pictures] = ()) -> Iterator[Predict]:
        """Inside, the averaged weights with statistics from `pictures`; after, its own again."""
        own = {name: value.clone() for name, value in self._network.state_dict().items()}
        with torch.no_grad():
            for parameter, average in zip(self._trained, self._average, strict=True):
                parameter.copy_(average)
            if self._settings.trained != "head":
                self._measure_statistics(pictures)
        try:
            yield self.predict
        finally:
            self._network.load_state_dict(own)

    def predict(self, pictures: Pictures) -> NDArray[np.float32]:
        """(n, H, W, 3) uint8 -> (n,) logits with the weights that it has now."""
        self._network.eval()
        with torch.inference_mode():
            parts = [
                self._ask(pictures[start : start + BATCH])[:, 0].cpu().numpy()
                for start in range(0, len(pictures), BATCH)
            ]
        return np.concatenate(parts)

    def model(self) -> keras.Model:
        """The network with the weights that it has now, in Keras."""
        self._keras.set_weights(unload(self._network))
        return self._keras

    def save(self, path: Path) -> None:
        """Write a checkpoint, tensors and numbers only."""
        state = {
            "steps": self._steps,
            "network": self._network.state_dict(),
            "average": self._average,
            "optimizer": self._optimizer.state_dict(),
        }
        torch.save(state, path)

    def _resume(self, checkpoint: Path) -> None:
        state = torch.load(checkpoint, map_location=self._device, weights_only=True)
        self._network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._average, self._steps = state["average"], state["steps"]

    def _training_mode(self) -> None:
        """Set training mode, except for the head alone: frozen layers keep their statistics."""
        self._network.train(self._settings.trained != "head")

    def _ask(self, pictures: Pictures) -> Tensor:
        rgb = (
            torch.from_numpy(np.ascontiguousarray(pictures))
            .to(self._device)
            .permute(0, 3, 1, 2)
            .float()
        )
        kind = self._device.type
        with torch.autocast(kind, torch.bfloat16, enabled=kind == "cuda" or has_bf16()):
            answer: Tensor = self._network(rgb)
        return answer.float()

    def _measure_statistics(self, pictures: Iterable[Pictures]) -> None:
        """Set the normalisation layers' means and variances to their average over the batches."""
        layers = [layer for layer in self._network.modules() if isinstance(layer, nn.BatchNorm2d)]
        self._network.train()
        for count, batch in enumerate(pictures):
            for layer in layers:
                layer.momentum = 1 / (count + 1)
            self._ask(batch)
        for layer in layers:
            layer.momentum = MOMENTUM


def _channels_last(network: TorchXception) -> None:
    """Keep the kernels channels last, as the pictures come: a step takes about half the time."""
    for parameter in network.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)


def _dense(model: keras.Model) -> list[int]:
    """Widths of the hidden dense layers."""
    return [layer.units for layer in model.layers if layer.name.startswith("dense_")]


def _trained(network: TorchXception, settings: FitSettings) -> list[nn.Parameter]:
    """The weights that are trained; the others need no gradient, so none is computed for them."""
    parts = {
        "head": [*network.head()],
        "norms": [*network.head(), *network.norms()],
        "all": [*network.parameters()],
    }
    trained = parts[settings.trained]
    network.requires_grad_(False)
    for parameter in trained:
        parameter.requires_grad_(True)
    return trained


def _groups(trained: list[nn.Parameter], decay: float) -> list[dict[str, Any]]:
    """Biases and the weights of normalisation, which have one dimension, do not decay."""
    return [
        {"params": [one for one in trained if one.ndim > 1], "weight_decay": decay},
        {"params": [one for one in trained if one.ndim == 1], "weight_decay": 0.0},
    ]
