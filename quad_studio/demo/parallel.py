"""Share one training between processes of one thread each.

On a busy machine two one-thread processes are far faster than one process of two threads: a
parallel region waits for its slowest thread thousands of times a step, the group once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quad_studio.demo.errors import DemoStageError


@dataclass(frozen=True)
class Group:
    """The processes that train together; a lone process is a group of one."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Tell whether this process saves and reports."""
        return self.rank == 0

    def share(self, batch_size: int) -> int:
        """Return this process's part of a batch."""
        return max(1, batch_size // self.size)

    @contextmanager
    def leader_first(self) -> Iterator[None]:
        """Let the leader do the block before the others, who then find its files."""
        if self.size > 1 and not self.leads:
            _wait_for_all()
        yield
        if self.size > 1 and self.leads:
            _wait_for_all()

    def average_gradients(self, parameters: Sequence[Any]) -> None:
        """Replace every gradient by its mean over the group."""
        if self.size == 1:
            return
        gradients = [p.grad for p in parameters if p.grad is not None]
        self.add_up(gradients)
        for gradient in gradients:
            gradient.div_(self.size)

    def add_up(self, tensors: Sequence[Any]) -> None:
        """Replace every tensor by its sum over the group."""
        if self.size == 1:
            return
        import torch
        from torch import distributed

        flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
        try:
            distributed.all_reduce(flat)
        except RuntimeError as exc:  # gloo's word for a peer that stopped, on Ctrl-C say
            raise DemoStageError("group", "another process of it ended; see above") from exc
        start = 0
        for tensor in tensors:
            tensor.copy_(flat[start : start + tensor.numel()].view_as(tensor))
            start += tensor.numel()


def _wait_for_all() -> None:
    from torch import distributed

    distributed.barrier()


def join_group(rank: int, size: int, meeting_point: Path) -> Group:
    """Join the group that meets at that file; the file must not exist before the first joins."""
    if size > 1:
        import torch
        from torch import distributed

        torch.set_num_threads(1)
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        distributed.init_process_group(
            "gloo", init_method=meeting_point.resolve().as_uri(), rank=rank, world_size=size
        )
    return Group(rank, size)
