"""Xception with the paper's dense layers in plain PyTorch.

On a processor PyTorch trains it faster than Keras does. Keras describes the network and PyTorch
trains it: `load` and `unload` carry the weights over, in the order of
`build_xception(...).weights`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - everybody's name for it
from numpy.typing import NDArray
from torch import Tensor, nn

# Of the normalisation, as Keras has them (its momentum .99 is what stays).
EPSILON, MOMENTUM = 1e-3, 0.01
ENTRY, MIDDLE, EXIT = (128, 256, 728), 8, (728, 1024)
LAST = (1536, 2048)


def _norm(width: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(width, eps=EPSILON, momentum=MOMENTUM)


class Separable(nn.Module):
    """A convolution of each channel separately, one across the channels, and a normalisation."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(width, width, 3, padding=1, groups=width, bias=False)
        self.pointwise = nn.Conv2d(width, out, 1, bias=False)
        self.norm = _norm(out)

    def forward(self, x: Tensor) -> Tensor:
        """(n, width, H, W) -> (n, out, H, W)."""
        return self.norm(self.pointwise(self.depthwise(x)))


class Block(nn.Module):
    """Separable convolutions with a way around them; a `shortcut` halves the picture.

    Args:
        widths: channels before the first, and after each convolution.
        halves: pool by 2 at the end, and add the halved input.
        bare: the first convolution takes its input as it is, without a ReLU before.
    """

    def __init__(self, widths: Sequence[int], *, halves: bool, bare: bool = False) -> None:
        super().__init__()
        self.shortcut = (
            nn.Conv2d(widths[0], widths[-1], 1, stride=2, bias=False) if halves else None
        )
        self.shortcut_norm = _norm(widths[-1]) if halves else None
        self.convolutions = nn.ModuleList(Separable(width, out) for width, out in pairwise(widths))
        self._bare = bare

    def forward(self, x: Tensor) -> Tensor:
        """(n, c, H, W) -> (n, c', H, W), or half the sides."""
        around = (
            x
            if self.shortcut is None or self.shortcut_norm is None
            else self.shortcut_norm(self.shortcut(x))
        )
        for number, convolution in enumerate(self.convolutions):
            x = convolution(x if self._bare and not number else F.relu(x))
        return around + (x if self.shortcut is None else _halved(x))


def _halved(x: Tensor) -> Tensor:
    """Maximum of 3 x 3 at every other place, padded as TensorFlow's "same" is.

    An even side is padded only at its end.
    """
    return (
        F.max_pool2d(x, 3, 2, ceil_mode=True)
        if x.shape[-1] % 2 == 0
        else F.max_pool2d(x, 3, 2, padding=1)
    )


class TorchXception(nn.Module):
    """The network of `training.network.models.build_xception`.

    Args:
        dense: widths of the hidden dense layers.

    Source: Chollet, CVPR 2017; Denholtz, section 5.1.
    """

    def __init__(self, dense: Sequence[int] = (256, 64)) -> None:
        super().__init__()
        self.first, self.first_norm = nn.Conv2d(3, 32, 3, stride=2, bias=False), _norm(32)
        self.second, self.second_norm = nn.Conv2d(32, 64, 3, bias=False), _norm(64)
        entry = [
            Block((width, out, out), halves=True, bare=not number)
            for number, (width, out) in enumerate(pairwise((64, *ENTRY)))
        ]
        middle = [Block((ENTRY[-1],) * 4, halves=False) for _ in range(MIDDLE)]
        self.blocks = nn.ModuleList([*entry, *middle, Block((ENTRY[-1], *EXIT), halves=True)])
        self.last = nn.ModuleList(
            Separable(width, out) for width, out in pairwise((EXIT[-1], *LAST))
        )
        self.dense = nn.ModuleList(
            nn.Linear(width, out) for width, out in pairwise((LAST[-1], *dense))
        )
        self.logit = nn.Linear((LAST[-1], *dense)[-1], 1)

    def forward(self, rgb: Tensor) -> Tensor:
        """(n, 3, H, W) in 0-255 -> (n, 1) logits, positive for FAKE."""
        x = rgb / 127.5 - 1
        x = F.relu(self.first_norm(self.first(x)))
        x = F.relu(self.second_norm(self.second(x)))
        for block in self.blocks:
            x = block(x)
        for convolution in self.last:
            x = F.relu(convolution(x))
        x = x.mean((2, 3))
        for layer in self.dense:
            x = F.relu(layer(x))
        return self.logit(x)

    def head(self) -> Iterator[nn.Parameter]:
        """The weights of the dense layers."""
        yield from self.dense.parameters()
        yield from self.logit.parameters()

    def norms(self) -> Iterator[nn.Parameter]:
        """The weights of the normalisation layers."""
        for layer in self.modules():
            if isinstance(layer, nn.BatchNorm2d):
                yield from layer.parameters()


def load(network: TorchXception, weights: Sequence[NDArray[np.float32]]) -> None:
    """Give the network the weights of a Keras one.

    Args:
        network: with the same dense layers.
        weights: `build_xception(...).get_weights()`.

    Raises:
        ValueError: their number or a shape differs.
    """
    places = list(_places(network))
    if len(places) != len(weights):
        raise ValueError(f"weights: expected {len(places)} arrays, received {len(weights)}")
    with torch.no_grad():
        for (tensor, kind), array in zip(places, weights, strict=True):
            value = torch.from_numpy(np.ascontiguousarray(array.transpose(_TO_TORCH[kind])))
            if value.shape != tensor.shape:
                raise ValueError(
                    f"weights: expected {tuple(tensor.shape)}, received {tuple(value.shape)}"
                )
            tensor.copy_(value)


def unload(network: TorchXception) -> list[NDArray[np.float32]]:
    """The weights as Keras has them: what `build_xception(...).set_weights` takes."""
    return [
        np.ascontiguousarray(tensor.detach().cpu().numpy().transpose(_TO_KERAS[kind]), np.float32)
        for tensor, kind in _places(network)
    ]


# Keras has (height, width, in, out) for a convolution and (height, width, in, 1) for one of each
# channel.
_TO_TORCH = {"convolution": (3, 2, 0, 1), "depthwise": (2, 3, 0, 1), "dense": (1, 0), "plain": (0,)}
_TO_KERAS = {"convolution": (2, 3, 1, 0), "depthwise": (2, 3, 0, 1), "dense": (1, 0), "plain": (0,)}


def _places(network: TorchXception) -> Iterator[tuple[Tensor, str]]:
    """The tensors of the network in Keras' order, and how each is turned."""
    yield network.first.weight, "convolution"
    yield from _norm_places(network.first_norm)
    yield network.second.weight, "convolution"
    yield from _norm_places(network.second_norm)
    for block in cast(Iterator[Block], iter(network.blocks)):
        yield from _block_places(block)
    for convolution in cast(Iterator[Separable], iter(network.last)):
        yield from _separable_places(convolution)
    for layer in (*cast(Iterator[nn.Linear], iter(network.dense)), network.logit):
        yield layer.weight, "dense"
        yield layer.bias, "plain"


def _block_places(block: Block) -> Iterator[tuple[Tensor, str]]:
    for convolution in cast(Iterator[Separable], iter(block.convolutions)):
        yield from _separable_places(convolution)
    if block.shortcut is not None and block.shortcut_norm is not None:
        yield block.shortcut.weight, "convolution"
        yield from _norm_places(block.shortcut_norm)


def _separable_places(layer: Separable) -> Iterator[tuple[Tensor, str]]:
    yield layer.depthwise.weight, "depthwise"
    yield layer.pointwise.weight, "convolution"
    yield from _norm_places(layer.norm)


def _norm_places(layer: nn.BatchNorm2d) -> Iterator[tuple[Tensor, str]]:
    for name in ("weight", "bias", "running_mean", "running_var"):
        yield cast(Tensor, getattr(layer, name)), "plain"
