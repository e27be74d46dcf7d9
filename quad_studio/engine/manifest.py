"""The manifest of a run: the context that every number carries."""

import importlib.metadata
import platform
import sys
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quad_studio import __version__
from quad_studio.bundle import Bundle
from quad_studio.config import Plan, Project
from quad_studio.errors import EvidenceProblem
from quad_studio.runs import Run, now

_VERSIONS = ("torch", "diffusers", "transformers", "peft", "onnx", "onnxruntime", "numpy")


def manifest_of(
    plan: Plan,
    project: Project | None,
    bundle: Bundle,
    targets: Mapping[str, Any],
    rows: int,
    reference: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the context that every number of the run carries."""
    geometry = dict(bundle.geometry)
    return {
        "run_id": uuid.uuid4().hex[:12],
        "name": plan.name,
        "created_at": now(),
        "command": sys.argv,
        "plan": plain(asdict(plan)),
        "project": plain(asdict(project)) if project else None,
        "bundle": {
            "path": str(bundle.path),
            "name": bundle.name,
            "fingerprint": bundle.fingerprint,
            "graph_sha256": bundle.graph_sha256,
            "geometry": geometry,
            "quantization": bundle.manifest.get("quantization", {}),
            "components": {
                name: {"precision": entry["precision"]}
                for name, entry in bundle.manifest["components"].items()
            },
            "rom": {
                "foundation_bytes": bundle.bytes_of("graphs/"),
                "adapters": {entry["name"]: entry["bytes"] for entry in bundle.adapters},
            },
            "adapters": [dict(entry) for entry in bundle.adapters],
        },
        "targets": [target.describe().to_json() for target in targets.values()],
        "expected_rows": rows * len(targets),
        "versions": {"quad_studio": __version__, **versions(_VERSIONS)},
        "host": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "machine": platform.machine(),
        },
        "reference": dict(reference),
        "tags": [],
    }


def versions(names: Iterable[str]) -> dict[str, str]:
    """Return the installed versions of packages."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def plain(value: Any) -> Any:
    """Return `value` with paths as text and tuples as lists, as JSON wants them."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, Path) else value


def check_same_evidence(former: Run, manifest: Mapping[str, Any]) -> None:
    """Refuse to add rows of one graph to a run of another.

    Raises:
        EvidenceProblem: The run was made with other hashes.
    """
    if not former.rows:
        return
    old, new = former.manifest["bundle"], manifest["bundle"]
    for key in ("fingerprint", "graph_sha256"):
        if old[key] != new[key]:
            raise EvidenceProblem(
                f"{former.path}: was recorded with another bundle ({key} {old[key][:12]}, now "
                f"{new[key][:12]}); start again with --fresh"
            )


def repro_text(plan: Plan, targets: Sequence[str], folder: Path) -> str:
    """Return the commands that make this run again."""
    chosen = " ".join(f"--target {name}" for name in targets)
    command = f"quad-studio --batch {plan.path} --run-dir {folder}-again {chosen}".rstrip()
    return f"# made with quad-studio {__version__}\n{command}\n"
