"""Train a LoRA adapter through the plain network: its product is folded into the weights.

With W' = W + B A, the gradient of the loss by W' gives the adapter's exactly: dA = B^T dW' and
dB = dW' A^T. So the graph that was compiled for the base model serves every adapter of any rank.
A convolution's weight [out, in, h, w] counts as the matrix [out, in * h * w]: PEFT's down
convolution has the base's kernel, its up convolution is 1x1, so their product is the same.
The matrices themselves are PEFT's own, in a copy of the network that diffusers saves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FoldedPair:
    """One adapted layer: the plain weight [out, in], its base value, A [r, in] and B [out, r].

    Of a convolution: weights [out, in, h, w], A [r, in, h, w] and B [out, r, 1, 1].
    """

    weight: Any
    base: Any
    lora_a: Any
    lora_b: Any
    scale: float


class FoldedAdapter:
    """The adapter of `adapted`, folded into the weights of `plain`, the same network without it."""

    def __init__(self, plain: Any, adapted: Any, name: str = "default") -> None:
        """Pair the layers by their path."""
        weights = dict(plain.named_modules())
        self._plain = plain
        self._pairs = [
            FoldedPair(
                weight=weights[path].weight,
                base=weights[path].weight.detach().clone(),
                lora_a=module.lora_A[name].weight,
                lora_b=module.lora_B[name].weight,
                scale=float(module.scaling[name]),
            )
            for path, module in adapted.named_modules()
            if hasattr(module, "lora_A") and name in module.lora_A
        ]

    def parameters(self) -> list[Any]:
        """Return the adapter's matrices, A and B of each layer in turn."""
        return [matrix for pair in self._pairs for matrix in (pair.lora_a, pair.lora_b)]

    def fold(self) -> None:
        """Give the plain network the adapter's effect."""
        import torch

        with torch.no_grad():
            for pair in self._pairs:
                product = pair.lora_b.flatten(1) @ pair.lora_a.flatten(1)
                torch.add(pair.base, product.view_as(pair.base), alpha=pair.scale, out=pair.weight)

    def unfold(self) -> None:
        """Give the plain network its base weights back, bit for bit."""
        import torch

        with torch.no_grad():
            for pair in self._pairs:
                pair.weight.copy_(pair.base)

    def collect_gradients(self) -> None:
        """Turn the plain weights' gradients into the adapter's, and clear all plain ones."""
        import torch

        with torch.no_grad():
            for pair in self._pairs:
                gradient = pair.weight.grad.flatten(1)
                down, up = pair.lora_a.flatten(1), pair.lora_b.flatten(1)
                pair.lora_a.grad = (pair.scale * (up.T @ gradient)).view_as(pair.lora_a)
                pair.lora_b.grad = (pair.scale * (gradient @ down.T)).view_as(pair.lora_b)
        self._plain.zero_grad(set_to_none=True)
