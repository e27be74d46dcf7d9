"""A plan over a bundle of a few nodes: no project, no FP32 references, seconds to run."""

import json
from pathlib import Path

from quad_studio.bundle import Bundle, open_bundle, write_manifest
from tests.fakes.tiny_bundle import make_tiny_bundle
from tests.fakes.use_case_inputs import write_input_set


def make_plan_bundle(folder: Path, **options) -> Bundle:
    """Write a tiny bundle that use cases can run: with a tokenizer for its 32 tokens."""
    made = make_tiny_bundle(folder, **options)
    write_small_tokenizer(made.path / "tokenizer")
    manifest = {k: v for k, v in made.manifest().items() if k not in ("files", "plans")}
    write_manifest(made.path, {**manifest, "plans": []})
    return open_bundle(made.path, verify=True)


def write_small_tokenizer(folder: Path) -> None:
    """Write a tokenizer whose ids fit the tiny text encoder."""
    folder.mkdir(parents=True, exist_ok=True)
    words = [*"redcatindog", *(f"{c}</w>" for c in "dtneg"), "re", "red</w>"]
    ids = {word: n for n, word in enumerate(dict.fromkeys(words))}
    ids["<|startoftext|>"] = len(ids)
    ids["<|endoftext|>"] = len(ids)
    (folder / "vocab.json").write_text(json.dumps(ids))
    (folder / "merges.txt").write_text("#version: 0.2\nr e\nre d</w>\n")


def write_tiny_plan(
    folder: Path,
    bundle: Path,
    *,
    tasks: tuple[tuple[str, str], ...] = (
        ("object_removal", "object_removal"),
        ("transform", "transform"),
        ("sketch_to_image", "sketch"),
    ),
    inputs: int = 3,
    steps: int = 2,
    formats: tuple[str, ...] = ("html", "json"),
    **run,
) -> Path:
    """Write plan.toml; each task is (use case, adapter). `inputs` counts the held-out ones."""
    write_input_set(folder / "inputs", count=inputs + 1)
    lines = ['schema = "quad-studio/plan/1"', "[plan]", 'name = "tiny"', f'bundle = "{bundle}"']
    for use_case, adapter in tasks:
        lines += ["[[tasks]]", f'use_case = "{use_case}"', 'inputs = "inputs/inputs.jsonl"']
        lines += [f'adapter = "{adapter}"', 'sampler = "ddim"', f"steps = {steps}"]
    settings = {"warmup": 0, "order": "aba", "threads": 1, **run}
    lines += ["[run]", *(f"{key} = {json.dumps(value)}" for key, value in settings.items())]
    lines += ["[score]", 'metrics = ["psnr_db", "ssim"]', "[report]"]
    lines += [f"formats = {json.dumps(formats)}"]
    path = folder / "plan.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
