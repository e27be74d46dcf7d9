"""The student of the distillation: the simulator with an adapter's matrices as parameters."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import fx

from quad_studio.adapters.weights import AdapterWeights
from quad_studio.quad.affine import Encoding
from quad_studio.quad.calibrate import Feed
from quad_studio.quad.network.program import SiteProgram
from quad_studio.quad.slots import pad_to_slots


class Student:
    """Trains slot tensors through a program with frozen, already rounded weights.

    Attributes:
        step: Optimizer steps done.
        losses: (step, loss) so far.
    """

    def __init__(
        self,
        program: SiteProgram,
        encodings: Mapping[str, Encoding],
        feeds: Sequence[Feed],
        options: Any,
    ) -> None:
        """Remember what to clone; nothing is computed before `teach`."""
        self._options, self._feeds = options, list(feeds)
        self._encodings = encodings
        self._program = program
        self._targets: list[torch.Tensor] = []
        self._run: Callable[..., torch.Tensor] = program.module
        self.step = 0
        self.losses: list[tuple[int, float]] = []

    def teach(self, adapter: AdapterWeights) -> None:
        """Compute the teacher's outputs once, then turn the same clone into the student.

        Only the outputs are kept: teacher and student are never in memory together.
        """
        device = self._options.device
        self._program = self._program.clone()
        self._program.module.requires_grad_(False)
        self._program.module.to(device)
        self._program.set_encodings(None)
        slots = pad_to_slots(adapter, self._program.slots)
        with torch.no_grad():
            self._targets = [self._program.run(feed.inputs, slots) for feed in self._feeds]
        self._program.set_encodings(self._encodings)
        self._program.freeze_weights()
        self._run = self._program.module
        if self._options.gradient_checkpointing:
            self._run = in_segments(self._program.module, self._options.gradient_checkpointing)

    def begin(self, adapter: AdapterWeights, loss: float) -> None:
        """Start training at `adapter`, whose loss over all feeds is known."""
        self._adapter = adapter
        self._names: list[tuple[str, str]] = []
        self._sizes: list[float] = []
        self._parameters: list[torch.nn.Parameter] = []
        for module, pair in sorted(adapter.modules.items()):
            for role, matrix in zip("AB", pair, strict=True):
                size = float(np.sqrt(np.square(matrix.astype(np.float64)).mean())) or 1e-3
                tensor = torch.tensor(matrix / np.float32(size), device=self._options.device)
                self._names.append((module, role))
                self._sizes.append(size)
                self._parameters.append(torch.nn.Parameter(tensor))
        self._optimizer = torch.optim.Adam(self._parameters, lr=self._options.learning_rate)
        self._best_loss = loss
        self._best = [p.detach().clone() for p in self._parameters]
        self.step, self.losses = 0, []

    def _slots(self) -> dict[str, torch.Tensor]:
        shapes = {slot.name: slot.shape for slot in self._program.slots}
        slots: dict[str, torch.Tensor] = {}
        for (module, role), size, p in zip(self._names, self._sizes, self._parameters, strict=True):
            name = f"{module}.lora_{role}.weight"
            rows, columns = shapes[name]
            pad = (0, columns - p.shape[1], 0, rows - p.shape[0])
            slots[name] = torch.nn.functional.pad(p * size, pad)
        return slots

    def _forward(self, feed: Feed, slots: Mapping[str, Any]) -> torch.Tensor:
        arguments = self._program.arguments(feed.inputs, slots)
        context: Any = nullcontext()
        if self._options.bf16:
            kind = torch.device(self._options.device).type
            context = torch.autocast(kind, torch.bfloat16)
        with context:
            return self._run(*arguments).float()

    def evaluate(
        self, adapter: AdapterWeights, *, check: Callable[[], None] = lambda: None
    ) -> float:
        """Return the relative reconstruction error of `adapter` over all feeds."""
        slots = pad_to_slots(adapter, self._program.slots)
        return self._evaluate(slots, check)

    def _evaluate(self, slots: Mapping[str, Any], check: Callable[[], None]) -> float:
        total = 0.0
        with torch.no_grad():
            for feed, target in zip(self._feeds, self._targets, strict=True):
                check()
                error = (self._forward(feed, slots) - target).square().mean()
                total += float(error / target.square().mean().clamp_min(1e-12))
        return total / len(self._feeds)

    def train_step(self) -> float:
        """Take one optimizer step; return the mean loss of its calls."""
        options = self._options
        progress = self.step / max(1, options.steps)
        rate = options.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad(set_to_none=True)
        total = 0.0
        for index in self._batch():
            feed, target = self._feeds[index], self._targets[index]
            output = self._forward(feed, self._slots())
            loss = (output - target).square().mean() / target.square().mean().clamp_min(1e-12)
            if feed.target is not None and options.diffusion_weight:
                truth = torch.as_tensor(feed.target).to(output.device)
                own = (output - truth).square().mean()
                # The teacher itself is far from the truth: unscaled, this loss is a hundred times
                # the other, and its gradient would be all that is left of both.
                scale = (loss / own.clamp_min(1e-12)).detach()
                loss = loss + options.diffusion_weight * scale * own
            (loss / options.batch_size).backward()
            total += float(loss.detach()) / options.batch_size
        self._optimizer.step()
        self.step += 1
        self.losses.append((self.step, total))
        if self.step % options.evaluate_every == 0 or self.step == options.steps:
            self._keep_best()
        return total

    def _batch(self) -> list[int]:
        """Return the feeds of this step: epochs in an order that depends on seed and step only."""
        count, size = len(self._feeds), self._options.batch_size
        picks = []
        for k in range(self.step * size, (self.step + 1) * size):
            epoch = np.random.default_rng((self._options.seed, k // count)).permutation(count)
            picks.append(int(epoch[k % count]))
        return picks

    def _keep_best(self) -> None:
        with torch.no_grad():
            loss = self._evaluate(self._slots(), lambda: None)
        if loss < self._best_loss:
            self._best_loss = loss
            self._best = [p.detach().clone() for p in self._parameters]

    def best(self) -> tuple[AdapterWeights, float]:
        """Return the best matrices seen, and their relative error."""
        made: dict[str, dict[str, Any]] = {}
        for (module, role), size, tensor in zip(self._names, self._sizes, self._best, strict=True):
            made.setdefault(module, {})[role] = (tensor * size).cpu().numpy()
        a = self._adapter
        modules = {module: (pair["A"], pair["B"]) for module, pair in made.items()}
        return AdapterWeights(a.name, modules, a.rank, a.source, a.sha256), self._best_loss

    def save(self, path: Path, key: str) -> None:
        """Write a checkpoint in one piece: a kill leaves the old or the new one."""
        from safetensors.torch import save_file

        tensors: dict[str, torch.Tensor] = {}
        for index, parameter in enumerate(self._parameters):
            state = self._optimizer.state[parameter]
            tensors[f"{index}.value"] = parameter.detach()
            tensors[f"{index}.best"] = self._best[index]
            tensors[f"{index}.exp_avg"] = state["exp_avg"]
            tensors[f"{index}.exp_avg_sq"] = state["exp_avg_sq"]
        notes = {
            "key": key,
            "step": str(self.step),
            "best_loss": self._best_loss.hex(),
            "losses": json.dumps(self.losses),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        save_file({k: v.cpu().contiguous() for k, v in tensors.items()}, part, metadata=notes)
        part.replace(path)

    def restore(self, path: Path, key: str) -> bool:
        """Go on from a checkpoint; return False if it belongs to other inputs."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="pt", device=self._options.device) as file:
                notes = file.metadata() or {}
                if notes.get("key") != key:
                    return False
                self.step = int(notes["step"])
                self.losses = [(int(s), float(v)) for s, v in json.loads(notes["losses"])]
                self._best_loss = float.fromhex(notes["best_loss"])
                for index, parameter in enumerate(self._parameters):
                    parameter.data.copy_(file.get_tensor(f"{index}.value"))
                    self._best[index] = file.get_tensor(f"{index}.best")
                    self._optimizer.state[parameter] = {
                        "step": torch.tensor(float(self.step)),
                        "exp_avg": file.get_tensor(f"{index}.exp_avg"),
                        "exp_avg_sq": file.get_tensor(f"{index}.exp_avg_sq"),
                    }
        except (SafetensorError, OSError, KeyError, ValueError):
            return False
        return True


def in_segments(module: fx.GraphModule, segments: int) -> Callable[..., torch.Tensor]:
    """Return `module` cut into segments whose activations are recomputed in the backward pass."""
    from torch.fx.passes.split_module import split_module
    from torch.utils._pytree import tree_leaves
    from torch.utils.checkpoint import checkpoint

    calls = [n for n in module.graph.nodes if n.op in ("call_function", "call_module")]
    part_of = {node.name: index * segments // len(calls) for index, node in enumerate(calls)}
    split = split_module(module, module, lambda node: part_of.get(node.name, 0))
    for name, child in list(split.named_children()):
        if isinstance(child, fx.GraphModule) and name.startswith("submod_"):
            setattr(split, name, _Recomputed(child, checkpoint))

    def run(*arguments: Any) -> torch.Tensor:
        output = split(*tree_leaves(arguments))  # the cut module takes its inputs one by one
        result: torch.Tensor = output if isinstance(output, torch.Tensor) else output[0]
        return result

    return run


class _Recomputed(torch.nn.Module):
    def __init__(self, inner: torch.nn.Module, checkpoint: Callable[..., Any]) -> None:
        super().__init__()
        self.inner, self._checkpoint = inner, checkpoint

    def forward(self, *arguments: Any) -> Any:
        return self._checkpoint(self.inner, *arguments, use_reentrant=False)
