"""Write a simulated program as an ONNX QDQ graph with external data."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio.cancel import CancelToken
from quad_studio.errors import StageError
from quad_studio.events import Emit, StageFinished, StageProgress, StageStarted, ignore
from quad_studio.quad.affine import Encoding
from quad_studio.quad.graph_passes.channel_last_inputs import channel_last_inputs
from quad_studio.quad.graph_passes.eliminate_dead_code import eliminate_dead_code
from quad_studio.quad.graph_passes.fold_constants import fold_constants
from quad_studio.quad.graph_passes.fuse_activations import fuse_activations
from quad_studio.quad.graph_passes.gather_codes import gather_codes
from quad_studio.quad.graph_passes.integer_boundary import integer_boundary
from quad_studio.quad.graph_passes.name_sites import name_sites
from quad_studio.quad.graph_passes.propagate_encodings import propagate_encodings
from quad_studio.quad.graph_passes.quantize_scalars import quantize_scalars
from quad_studio.quad.graph_passes.report import GraphPass, PassReport, run_passes
from quad_studio.quad.graph_passes.unshare_initializers import unshare_initializers

if TYPE_CHECKING:
    from quad_studio.quad.network.program import SiteProgram

NAME = "export"
OPTIONAL_PASSES = (
    "fold_constants",
    "gather_codes",
    "fuse_activations",
    "propagate_encodings",
    "quantize_scalars",
    "unshare_initializers",
)


@dataclass(frozen=True)
class ExportInput:
    """What is written.

    Attributes:
        program: The traced program.
        encodings: Site -> encoding (`profile.encodings`); empty writes a float graph.
        path: The .onnx file; weights go to `<path>.data` beside it.
        skip_passes: Names of `OPTIONAL_PASSES` that are switched off.
        channel_last: Inputs to take as (N, H, W, C); the runner wants none.
    """

    program: "SiteProgram" = field(repr=False)
    encodings: Mapping[str, Encoding] = field(repr=False)
    path: Path
    skip_passes: Sequence[str] = ()
    channel_last: Sequence[str] = ()


@dataclass(frozen=True)
class ExportOutput:
    """The written graph.

    Attributes:
        path: The .onnx file.
        files: All files written, the graph first.
        inputs, outputs: As in bundle.json: {"name", "dtype", "shape"}.
        sha256: Hash over the graph file and its data, in that order.
        bytes: Size of all files.
        passes: What each pass changed.
        seconds: Time taken.
    """

    path: Path
    files: tuple[Path, ...]
    inputs: tuple[Mapping[str, Any], ...]
    outputs: tuple[Mapping[str, Any], ...]
    sha256: str
    bytes: int
    passes: tuple[PassReport, ...]
    seconds: float


def export_network(
    given: ExportInput, *, emit: Emit = ignore, cancel: CancelToken | None = None
) -> ExportOutput:
    """Export the program with Q/DQ at its sites, run the graph passes and save.

    Raises:
        StageError: The network has no ONNX form, or a pass to skip is unknown.
        OSError: The files cannot be written.
    """
    import onnx_ir as ir

    from quad_studio.quad.network.onnx_export import to_onnx

    started = time.monotonic()
    emit(StageStarted(stage=NAME, title=f"Export {given.path.name}"))
    passes = choose_passes(given)
    if cancel is not None:
        cancel.check()
    given.program.set_encodings(given.encodings)
    model = to_onnx(given.program)
    emit(StageProgress(stage=NAME, done=1, total=3, note="graph passes"))
    if cancel is not None:
        cancel.check()
    model, reports = run_passes(model, passes)
    emit(StageProgress(stage=NAME, done=2, total=3, note="saving"))
    data = given.path.with_name(given.path.name + ".data")
    given.path.parent.mkdir(parents=True, exist_ok=True)
    given.path.unlink(missing_ok=True)
    data.unlink(missing_ok=True)
    ir.save(model, given.path, external_data=data.name)
    files = tuple(path for path in (given.path, data) if path.exists())
    seconds = time.monotonic() - started
    emit(StageFinished(stage=NAME, seconds=seconds, note=given.path.name))
    return ExportOutput(
        given.path,
        files,
        tuple(_describe(value) for value in model.graph.inputs),
        tuple(_describe(value) for value in model.graph.outputs),
        hash_files(files),
        sum(path.stat().st_size for path in files),
        reports,
        seconds,
    )


def choose_passes(given: ExportInput) -> list[GraphPass]:
    """Return the passes in their order, without those that are switched off.

    Raises:
        StageError: A name to skip is no optional pass.
    """
    unknown = set(given.skip_passes) - set(OPTIONAL_PASSES)
    if unknown:
        raise StageError(NAME, f"no such pass: {', '.join(sorted(unknown))}")
    slots = frozenset(slot.name for slot in given.program.slots if slot.name in given.encodings)
    named: list[tuple[str, GraphPass]] = [
        ("name_sites", name_sites),
        ("fold_constants", fold_constants),
        ("integer_boundary", integer_boundary(slots)),
        ("gather_codes", gather_codes),
        ("fuse_activations", fuse_activations),
        ("propagate_encodings", propagate_encodings),
        ("quantize_scalars", quantize_scalars),
        ("unshare_initializers", unshare_initializers),
        ("eliminate_dead_code", eliminate_dead_code),
    ]
    if given.channel_last:
        named.insert(3, ("channel_last_inputs", channel_last_inputs(frozenset(given.channel_last))))
    return [run for name, run in named if name not in given.skip_passes]


def _describe(value: Any) -> dict[str, Any]:
    dtype = str(value.dtype.numpy())
    return {"name": value.name, "dtype": dtype, "shape": [int(size) for size in value.shape]}


def hash_files(files: Sequence[Path]) -> str:
    """Return the SHA-256 over the contents of `files`, in order."""
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
