"""What is asked of workers and what they answer; plain data that survives pickling."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quad_studio.cluster.parcels import Parcel
from quad_studio.config import RunOptions
from quad_studio.sessions.rows import ExecutedRow
from quad_studio.storage import replacing


@dataclass(frozen=True, kw_only=True)
class PhoneSetup:
    """What a worker needs to open a phone.

    Attributes:
        target: The plan's target that the phone serves.
        version: Of QUAD Studio on the machine that drives the run.
        bundle: The bundle's files, bundle.json among them.
        options: Provider, threads, policy, warm-up ... of the session.
    """

    target: str
    version: str
    bundle: Parcel
    options: RunOptions


@dataclass(frozen=True, kw_only=True)
class PhoneOpened:
    """A phone that is ready.

    Attributes:
        description: Its `TargetDescription` under the plan's name for it.
        opens: What it is on its host, e.g. "adb:R58M1".
        host: The machine that lends it.
        deploy_seconds: What bringing the bundle took.
        bytes_sent: What went to the phone.
    """

    description: Any
    opens: str
    host: str
    deploy_seconds: float = 0.0
    bytes_sent: int = 0


@dataclass(frozen=True, kw_only=True)
class PhoneFault:
    """A phone that cannot be used now.

    Attributes:
        message: What is wrong and what to do.
        exit_code: Of the error.
        lasting: Trying again will not help.
    """

    message: str
    exit_code: int = 3
    lasting: bool = False


def png_bytes(picture: NDArray[Any]) -> bytes:
    """Return an 8-bit PNG, with transparency where there are four channels."""
    from PIL import Image

    from evaluation.images import to_bytes

    buffer = io.BytesIO()
    Image.fromarray(to_bytes(picture)).save(buffer, format="PNG")
    return buffer.getvalue()


@dataclass(frozen=True, kw_only=True)
class PackedRow:
    """A row with its files as bytes, ready for the run folder.

    Attributes:
        files: Contents by path relative to the run folder. Pictures that rows share are written
            once; a row's own latents replace older ones.
    """

    row: Mapping[str, Any]
    files: Mapping[str, bytes] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, executed: ExecutedRow) -> "PackedRow":
        """Pack the files as `ExecutedRow.write` would write them; nothing waits for a disk here.

        Sets the row's `latents` to the file's name.
        """
        files = {name: png_bytes(picture) for name, picture in executed.images.items()}
        if executed.latents:
            name = f"latents/{executed.row['key']}.npz"
            buffer = io.BytesIO()
            arrays: dict[str, Any] = dict(executed.latents)
            np.savez(buffer, **arrays)
            files[name] = buffer.getvalue()
            executed.row["latents"] = name
        return cls(row=executed.row, files=files)

    def write(self, run_dir: Path) -> None:
        """Put the files into a run folder.

        Raises:
            StageError: The disk is full or the folder cannot be written.
        """
        for name, data in self.files.items():
            path = run_dir / name
            if name == self.row["latents"] or not path.is_file():
                with replacing(path) as stream:
                    stream.write(data)
