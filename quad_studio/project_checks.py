"""What no schema can express about a project: files that are missing, names that dangle."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

TEACHER_STEPS = 100
AUTO, AUTO_ADAPTER = "auto", "auto-adapter"
SCORED_ANCHORS = (AUTO, AUTO_ADAPTER)
"""Settings of quantization.anchor that leave the choice to the sensitivity scores."""


def resolve(base: Path, name: str) -> Path:
    """Return `name` as an absolute path, taken relative to `base`."""
    return (base / Path(name).expanduser()).resolve()


def project_problems(data: Mapping[str, Any], base: Path) -> list[str]:
    """Return problems that no schema can express: files that are missing, names that dangle."""
    problems: list[str] = []
    if not resolve(base, data["model"]["path"]).exists():
        problems.append(f"model.path: {data['model']['path']} does not exist")
    problems += _config_problems(data["model"], base)
    names = [entry["name"] for entry in data["adapters"]]
    for index, entry in enumerate(data["adapters"]):
        if not resolve(base, entry["path"]).exists():
            problems.append(f"adapters[{index}].path: {entry['path']} does not exist")
        if names.index(entry["name"]) != index:
            problems.append(f"adapters[{index}].name: {entry['name']!r} is used twice")
    for index, entry in enumerate(data.get("use_cases", ())):
        adapter = entry.get("adapter", "none")
        if adapter not in (*names, "none"):
            problems.append(_dangling(f"use_cases[{index}].adapter", adapter, names))
        if "inputs" in entry and not resolve(base, entry["inputs"]).is_file():
            problems.append(f"use_cases[{index}].inputs: {entry['inputs']} does not exist")
        problems += _olss_problems(f"use_cases[{index}]", entry, data)
    problems += _precision_problems(data.get("quantization", {}))
    anchor = data.get("quantization", {}).get("anchor", AUTO)
    known = [*SCORED_ANCHORS, "unified", *names]
    if anchor not in known:
        problems.append(_dangling("quantization.anchor", anchor, known))
    return problems


def _olss_problems(key: str, entry: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    """Return what keeps the use case's OLSS tables from being solved."""
    problems = []
    if entry.get("sampler") == "olss" and "steps" not in entry:
        problems.append(f"{key}.steps: is missing; an OLSS table is solved for a number of steps")
    if not entry.get("olss_steps") and entry.get("sampler") != "olss":
        return problems
    if "inputs" not in entry:
        problems.append(f"{key}.inputs: is missing; OLSS tables are solved on them")
    most = data.get("olss", {}).get("teacher_steps", TEACHER_STEPS)
    too_many = [steps for steps in entry.get("olss_steps", ()) if steps > most]
    if too_many:
        problems.append(f"{key}.olss_steps: {too_many[0]} is more than olss.teacher_steps ({most})")
    return problems


def _config_problems(model: Mapping[str, Any], base: Path) -> list[str]:
    """Return what is wrong with `model.config`, which a single file cannot do without."""
    single = resolve(base, model["path"]).is_file() or model.get("kind") == "single-file"
    if "config" not in model:
        if not single:
            return []
        return [
            "model.config: is missing; a single file carries no configuration, so name a diffusers "
            "directory with the config files of the same architecture"
        ]
    if not single:
        return ["model.config: only a single-file checkpoint takes one; remove it"]
    folder = resolve(base, model["config"])
    if not (folder / "unet" / "config.json").is_file():
        return [f"model.config: {model['config']} holds no unet/config.json"]
    return []


def _precision_problems(quantization: Mapping[str, Any]) -> list[str]:
    """Return settings of the precision that contradict each other."""
    percent = quantization.get("int8_activation_percent", 0)
    if percent and quantization.get("activations") == "uint8":
        return [
            f'quantization.int8_activation_percent: {percent:g}, but activations = "uint8" puts '
            "all of them at 8 bits; remove one of the two"
        ]
    return []


def _dangling(key: str, name: str, known: list[str]) -> str:
    return f"{key}: {name!r} is not one of {', '.join(known)}"
