"""Write the bundle's files: graphs, profile, adapters, sampler plans, tokenizer, manifest."""

import importlib.metadata
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quad_studio import __version__
from quad_studio.bundle import write_manifest
from quad_studio.engine.builder import Builder
from quad_studio.engine.calibration_items import tokenizer_dir
from quad_studio.engine.mixed_precision import precision_entries
from quad_studio.engine.solve_samplers import add_solved_samplers
from quad_studio.project_checks import SCORED_ANCHORS
from quad_studio.storage import digest_of, write_json

if TYPE_CHECKING:
    from quad_studio.quad.export import ExportOutput

COMPONENTS = ("text_encoder", "vae_encoder", "vae_decoder")
_TOKENIZER_FILES = (
    "vocab.json",
    "merges.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)


def assemble(builder: Builder, folder: Path) -> None:
    """Write a complete bundle to `folder`."""
    from device.cpu_variants import add_cpu_variants

    (folder / "graphs").mkdir(parents=True)
    components = {"unet": write_unet(builder, folder)}
    for kind in COMPONENTS:
        components[kind] = write_component(builder, kind, folder)
    write_profile(builder, folder)
    adapters = write_adapters(builder, folder)
    plans = write_plans(builder, folder, adapters)
    copy_tokenizer(builder, folder)
    manifest = manifest_of(builder, components, adapters, plans)
    if builder.project.export.unet_fp32:
        manifest["reference"] = {"unet_fp32": write_unet_fp32(builder, folder)}
    write_manifest(folder, manifest, check=builder.cancel.check)
    add_cpu_variants(folder)
    add_solved_samplers(builder, folder)


def write_unet(builder: Builder, folder: Path) -> dict[str, Any]:
    """Export the quantized U-Net; return its entry of the manifest."""
    from quad_studio.quad.export import ExportInput, export_network

    skipped = builder.project.export.skip_passes
    key = digest_of([builder.base_key, builder.profile.fingerprint, skipped])
    cached = builder.cache.path("unet", key)

    def produce() -> dict[str, Any]:
        shutil.rmtree(cached, ignore_errors=True)
        cached.mkdir(parents=True)
        given = ExportInput(
            program=builder.precision.program,
            encodings=builder.profile.encodings,
            path=cached / "unet.onnx",
            skip_passes=skipped,
        )
        return entry_of(export_network(given, **builder.watch))

    entry = builder.cache.get_json(
        "export", "Export the quantized U-Net", cached.with_suffix(".json"), produce
    )
    copy_files(cached, folder / "graphs")
    entry.pop("schema", None)
    return {"graph": "graphs/unet.onnx", "precision": precision_of_unet(builder), **entry}


def write_unet_fp32(builder: Builder, folder: Path) -> dict[str, Any]:
    """Export the same U-Net without quantizers to `reference/`; return its entry.

    Its LoRA inputs are float32. It is not one of the components: a runner would load it, and no
    device gets it.
    """
    from quad_studio.quad.export import ExportInput, export_network

    cached = builder.cache.path("unet_fp32", builder.base_key)

    def produce() -> dict[str, Any]:
        shutil.rmtree(cached, ignore_errors=True)
        cached.mkdir(parents=True)
        given = ExportInput(program=builder.program, encodings={}, path=cached / "unet_fp32.onnx")
        return entry_of(export_network(given, **builder.watch))

    entry = builder.cache.get_json(
        "export_fp32", "Export the float U-Net for comparison", cached.with_suffix(".json"), produce
    )
    (folder / "reference").mkdir()
    copy_files(cached, folder / "reference")
    entry.pop("schema", None)
    return {"graph": "reference/unet_fp32.onnx", "precision": "float32", **entry}


def entry_of(made: "ExportOutput") -> dict[str, Any]:
    """Return what the manifest says of an exported graph."""
    return {
        "inputs": [dict(entry) for entry in made.inputs],
        "outputs": [dict(entry) for entry in made.outputs],
        "passes": [asdict(report) for report in made.passes],
    }


def precision_of_unet(builder: Builder) -> str:
    """Return w8a16, w8a8 or the mix."""
    quantization = builder.project.quantization
    if quantization.activations == "uint8":
        return "w8a8"
    percent = round(100 * builder.precision.regions.site_fraction)
    return f"w8a16 with {percent} % of activations at 8 bits" if percent else "w8a16"


def write_component(builder: Builder, kind: str, folder: Path) -> dict[str, Any]:
    """Export one of the other graphs, quantized where the project says so."""
    from quad_studio.quad.components import ComponentInput, export_component

    quantized = kind in builder.project.quantization.components
    precision = "w8a16" if quantized else "float32"
    # Nothing of the LoRAs, the anchor and the mix goes into these: an ablation exports them once.
    options = asdict(builder.profile_options) if quantized else {}
    used = {name: value for name, value in options.items() if not name.startswith("lora")}
    key = digest_of([builder.base_key, kind, precision, used])
    cached = builder.cache.path(kind, key)

    def produce() -> dict[str, Any]:
        shutil.rmtree(cached, ignore_errors=True)
        cached.mkdir(parents=True)
        given = ComponentInput(
            kind=kind,
            loaded=builder.loaded,
            path=cached / f"{kind}.onnx",
            precision=precision,
            feeds=component_feeds(builder, kind) if quantized else (),
            options=builder.profile_options,
            linear_to_conv=quantized and builder.project.export.linear_to_conv,
        )
        return entry_of(export_component(given, **builder.watch).export)

    title = f"Export {kind.replace('_', ' ')} ({precision})"
    entry = builder.cache.get_json(kind, title, cached.with_suffix(".json"), produce)
    copy_files(cached, folder / "graphs")
    entry.pop("schema", None)
    return {"graph": f"graphs/{kind}.onnx", "precision": precision, **entry}


def component_feeds(builder: Builder, kind: str) -> list[Any]:
    """Return what a component sees on the calibration inputs."""
    from quad_studio.quad.calibrate import Feed

    encoded = [item for items in builder.encoded.values() for item in items]
    if kind == "text_encoder":
        return [Feed({"input_ids": item.input_ids}) for item in encoded]
    if kind == "vae_encoder":
        return [Feed({"image": image}) for item in encoded for image in item.images]
    final = [x for latents in builder.final_latents.values() for x in latents]
    return [Feed({"latents": x}) for x in (*(x for item in encoded for x in item.latents), *final)]


def write_profile(builder: Builder, folder: Path) -> None:
    """Write profile.json and the AIMET encodings."""
    from quad_studio.adapters.formats.aimet import write_aimet
    from quad_studio.quad.profile import write_profile as write

    write(builder.profile, folder / "profile.json")
    write_aimet(
        folder / "profile.encodings",
        dict(builder.profile.encodings),
        fingerprint=builder.profile.fingerprint,
    )


def write_adapters(builder: Builder, folder: Path) -> list[dict[str, Any]]:
    """Pack every adapter in the profile's codes; return their entries of the manifest."""
    from quad_studio.adapters.pack import pack_adapter, slots_of

    (folder / "adapters").mkdir()
    slots = slots_of(builder.profile.slot_table())
    fingerprint = builder.profile.fingerprint
    entries = []
    for adapter in builder.fitted:
        builder.cancel.check()
        entry = builder.entry(adapter.name)
        packed = pack_adapter(
            adapter,
            slots,
            folder=folder / "adapters",
            fingerprint=fingerprint,
            use_cases=entry.use_cases,
            strength=entry.strength,
        )
        entries.append(
            {
                "name": adapter.name,
                "file": f"adapters/{packed.path.name}",
                "sha256": packed.sidecar["sha256"],
                "bytes": packed.sidecar["bytes"],
                "rank": adapter.rank,
                "use_cases": list(entry.use_cases),
                "strength": entry.strength,
                "version": 1,
            }
        )
    return entries


def write_plans(
    builder: Builder, folder: Path, adapters: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Write the sampler table of every use case of the project."""
    from quad_studio.use_cases.settle import plan_for, settle

    names = {entry["name"] for entry in adapters}
    entries = []
    for use_case in builder.project.use_cases:
        settings = settle(
            use_case.name,
            builder.frame,
            adapter=use_case.adapter if use_case.adapter in (*names, "none") else None,
            sampler=use_case.sampler,
            steps=use_case.steps,
            guidance=use_case.guidance,
            edit_strength=use_case.edit_strength,
        )
        # An OLSS table takes this one's place once it is solved on the finished bundle.
        table = replace(settings, sampler="ddim") if settings.sampler == "olss" else settings
        plan = plan_for(table, builder.frame)
        file = f"plans/{use_case.name}.json"
        write_json(folder / file, plan.to_json())
        entries.append(
            {
                "use_case": use_case.name,
                "file": file,
                "adapter": use_case.adapter,
                "sampler": settings.sampler,
                "steps": settings.steps,
                "guidance": settings.guidance,
                **(
                    {}
                    if settings.edit_strength is None
                    else {"edit_strength": settings.edit_strength}
                ),
            }
        )
    return entries


def copy_tokenizer(builder: Builder, folder: Path) -> None:
    """Copy the tokenizer's files, so that a host needs no model directory."""
    source = tokenizer_dir(builder.loaded, builder.project.model_path)
    (folder / "tokenizer").mkdir()
    for name in _TOKENIZER_FILES:
        if (source / name).is_file():
            shutil.copyfile(source / name, folder / "tokenizer" / name)


def copy_files(source: Path, folder: Path) -> None:
    """Copy the files of a stage's folder."""
    for file in source.iterdir():
        shutil.copyfile(file, folder / file.name)


def manifest_of(
    builder: Builder,
    components: Mapping[str, Any],
    adapters: list[dict[str, Any]],
    plans: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return bundle.json without its file list."""
    quantization = builder.project.quantization
    rank = builder.network.rank
    sensitivity = None
    if quantization.anchor in SCORED_ANCHORS:
        sensitivity = {k: v for k, v in builder.sensitivity.items() if k != "schema"}
    return {
        "name": builder.project.name,
        "fingerprint": builder.profile.fingerprint,
        "created_with": {"quad_studio": __version__, **package_versions()},
        "geometry": {**builder.loaded.geometry.to_json(), "rank": rank},
        "scheduler": dict(builder.loaded.scheduler),
        "components": components,
        "slots": builder.profile.slot_table(),
        "lora_alpha": {"input": "lora_alpha", "length": rank},
        "adapters": adapters,
        "plans": plans,
        "quantization": {
            "weights": quantization.weights,
            "activations": quantization.activations,
            "lora": quantization.lora,
            "anchor": builder.anchor,
            "anchor_setting": quantization.anchor,
            "anchor_rule": builder.anchor_choice[1],
            "anchor_reason": builder.anchor_choice[2],
            "encoding": quantization.lora_encoding,
            "range_estimator": quantization.range_estimator,
            "int8_activation_percent": quantization.int8_activation_percent,
            **precision_entries(quantization, builder.precision.regions),
            "distilled": builder.project.distillation.enabled,
            "distillation": {fit.adapter.name: fit.record for fit in builder.fits if fit.record},
            "sensitivity": sensitivity,
        },
    }


def package_versions() -> dict[str, str]:
    """Return the versions of what made the graphs."""
    names = ("torch", "diffusers", "onnx", "onnxscript", "onnxruntime")
    return {name: importlib.metadata.version(name) for name in names}
