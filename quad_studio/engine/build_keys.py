"""Hashes of what goes into a build: equal hashes, equal results."""

from dataclasses import asdict, replace
from pathlib import Path

from quad_studio.config import Project
from quad_studio.engine.code_digest import code_digest
from quad_studio.engine.manifest import plain
from quad_studio.engine.stage_cache import FileHashes
from quad_studio.storage import digest_of


def base_key(project: Project, hashes: FileHashes) -> str:
    """Return the hash of what every stage after loading depends on."""
    inputs = sorted({str(u.inputs.parent) for u in project.use_cases if u.inputs})
    return digest_of(
        {
            "code": code_digest(),
            "model": hashes.of(project.model_path),
            "config": _config_hash(project, hashes),
            "adapters": [
                [a.name, hashes.of(a.path), a.drop_text_encoder] for a in project.adapters
            ],
            "inputs": [hashes.of(Path(folder)) for folder in inputs],
            # OLSS tables come after everything else: a further one repeats no other stage.
            "use_cases": plain([asdict(replace(u, olss_steps=())) for u in project.use_cases]),
            "calibration": asdict(project.calibration),
            "export": plain(asdict(replace(project.export, skip_passes=(), unet_fp32=True))),
            "rank": project.quantization.rank,
        }
    )


def bundle_key(project: Project, base: str) -> str:
    """Return the hash of everything that goes into the bundle; contexts are added to it later."""
    return digest_of(
        {
            "base": base,
            "name": project.name,
            "quantization": plain(asdict(project.quantization)),
            "distillation": asdict(project.distillation),
            "adapters": plain([asdict(a) for a in project.adapters]),
            "olss": [asdict(project.olss), [u.solved_steps for u in project.use_cases]],
            "export": plain(asdict(project.export)),
        }
    )


def _config_hash(project: Project, hashes: FileHashes) -> str | None:
    """Return the hash of what a single file needs beside its weights."""
    folder = project.model_config
    if folder is None:
        return None
    files = sorted([*folder.rglob("*.json"), *folder.rglob("*.txt")])
    return digest_of([[f.relative_to(folder).as_posix(), hashes.of(f)] for f in files])
