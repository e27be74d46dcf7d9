"""An optimizer for short trainings: Muon for the weight matrices, AdamW for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from quad_studio.demo.parallel import Group

MUON_MOMENTUM: Final = 0.95
NEWTON_SCHULZ: Final = (3.4445, -4.7750, 2.0315)
WEIGHT_DECAY: Final = 0.01
ALONE: Final = Group()


def orthogonalize(matrix: Any, rounds: int = 5) -> Any:
    """Return roughly the nearest semi-orthogonal matrix, by a quintic Newton-Schulz iteration.

    Source:
        Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024
        (https://kellerjordan.github.io/posts/muon/), coefficients from there.
    """
    a, b, c = NEWTON_SCHULZ
    wide = matrix.shape[0] <= matrix.shape[1]
    x = (matrix if wide else matrix.T).bfloat16()
    x = x / (x.norm() + 1e-7)
    for _ in range(rounds):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x if wide else x.T


class HybridOptimizer:
    """Muon on `matrices`, AdamW on `others`; both follow one learning-rate factor.

    A convolution's weight [out, in, h, w] counts as the matrix [out, in * h * w].
    """

    def __init__(
        self,
        matrices: Sequence[Any],
        others: Sequence[Any],
        *,
        matrix_rate: float,
        other_rate: float,
        group: Group = ALONE,
    ) -> None:
        """Start with zero momentum; the group's processes share the orthogonalizations."""
        import torch

        self._matrices = list(matrices)
        self._group = group
        self._matrix_rate, self._other_rate = matrix_rate, other_rate
        self._momentum = [torch.zeros_like(weight) for weight in self._matrices]
        self._adam = torch.optim.AdamW(
            others, other_rate, betas=(0.9, 0.99), weight_decay=WEIGHT_DECAY
        )

    def step(self, factor: float) -> None:
        """Update every parameter and clear the gradients."""
        import torch

        for group in self._adam.param_groups:
            group["lr"] = self._other_rate * factor
        self._adam.step()
        self._adam.zero_grad()
        rate = self._matrix_rate * factor
        with torch.no_grad():
            for weight, turned in zip(self._matrices, self._orthogonal_updates(), strict=True):
                scale = max(1.0, turned.shape[0] / turned.shape[1]) ** 0.5
                weight.mul_(1 - rate * WEIGHT_DECAY)
                weight.add_(turned.view(weight.shape), alpha=-rate * scale)
                weight.grad = None

    def _orthogonal_updates(self) -> list[Any]:
        """Return every matrix's update [out, rest], each orthogonalized by one of the group."""
        import torch

        flats = []
        for weight, momentum in zip(self._matrices, self._momentum, strict=True):
            momentum.lerp_(weight.grad, 1 - MUON_MOMENTUM)
            update = weight.grad.lerp(momentum, MUON_MOMENTUM)  # Nesterov
            flats.append(update.reshape(len(update), -1))
        by_cost = sorted(range(len(flats)), key=lambda i: flats[i].numel() * min(flats[i].shape))
        mine = set(by_cost[self._group.rank :: self._group.size])
        turned = [
            orthogonalize(flat).to(flat.dtype) if i in mine else torch.zeros_like(flat)
            for i, flat in enumerate(flats)
        ]
        self._group.add_up(turned)
        return turned

    def state_dict(self) -> dict[str, Any]:
        """Return all that a resumed training needs."""
        return {"momentum": self._momentum, "adam": self._adam.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from a saved state."""
        for mine, saved in zip(self._momentum, state["momentum"], strict=True):
            mine.copy_(saved)
        self._adam.load_state_dict(state["adam"])


def split_parameters(named: Sequence[tuple[str, Any]]) -> tuple[list[Any], list[Any]]:
    """Split trainable parameters into hidden weight matrices and all others.

    Embeddings, first and last layers learn better with AdamW, as the authors of Muon advise.
    """
    outer = ("conv_in", "conv_out", "embedding", "time_emb")
    matrices: list[Any] = []
    others: list[Any] = []
    for name, parameter in named:
        if not parameter.requires_grad:
            continue
        hidden = parameter.ndim >= 2 and not any(word in name for word in outer)
        (matrices if hidden else others).append(parameter)
    return matrices, others
