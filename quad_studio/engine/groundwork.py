"""The stages of a build before the encodings are fixed: the model, what it saw, what was scored."""

import time
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.config import AdapterEntry, Project
from quad_studio.engine.build_keys import base_key
from quad_studio.engine.manifest import plain
from quad_studio.engine.spread_calls import borrowed_feeds, calls_of_each_input
from quad_studio.engine.stage_cache import FileHashes, StageCache
from quad_studio.events import AnchorChosen, Emit, Measured, StageFinished, StageStarted
from quad_studio.project_checks import AUTO_ADAPTER, SCORED_ANCHORS
from quad_studio.storage import digest_of

# Of each input, for its sensitivity: what counts is the number of inputs, not of their calls.
_SCORED_CALLS = 3


class Groundwork:
    """Holds what the stages hand on; each result is made when it is first needed.

    Args:
        project: What is built.
        work: Where results are kept for the next build.
        emit: Told of the stages.
        cancel: Polled by the stages.
        force: Make again what is kept.
    """

    def __init__(
        self,
        project: Project,
        work: Path,
        *,
        emit: Emit,
        cancel: CancelToken,
        force: bool = False,
    ) -> None:
        self.project, self.work = project, work
        self.emit, self.cancel = emit, cancel
        self.cache = StageCache(work, emit, force=force)
        self.hashes = FileHashes(work / "files.json")

    @cached_property
    def base_key(self) -> str:
        """Return the hash of the model, the adapters, the inputs and the pipeline's code."""
        return base_key(self.project, self.hashes)

    @cached_property
    def loaded(self) -> Any:
        """Load the foundation model in FP32."""
        from quad_studio.quad.load import LoadInput, load_model

        project = self.project
        given = LoadInput(
            path=project.model_path, kind=project.model_kind, config=project.model_config
        )
        return self.run_stage("load", "Load the model", lambda: load_model(given, **self.watch))

    @cached_property
    def adapters(self) -> tuple[Any, ...]:
        """Read every LoRA and resolve its scaling; all must fit the U-Net."""
        from quad_studio.adapters.read import match, read_adapter
        from quad_studio.engine.calibration_items import adaptable_shapes

        shapes = adaptable_shapes(self.loaded.unet)
        found = []
        for entry in self.project.adapters:
            adapter = read_adapter(
                entry.path, name=entry.name, drop_text_encoder=entry.drop_text_encoder
            )
            match(adapter, shapes)
            found.append(adapter)
        return tuple(found)

    @cached_property
    def network(self) -> Any:
        """Make the LoRA matrices inputs."""
        from quad_studio.quad.restructure import RestructureInput, restructure

        given = RestructureInput(
            network=self.loaded.unet,
            adapters=self.adapters,
            rank=self.project.quantization.rank,
            attention=self.project.export.attention,
            linear_to_conv=self.project.export.linear_to_conv,
        )
        title = "Make the LoRA matrices inputs"
        return self.run_stage("restructure", title, lambda: restructure(given, **self.watch))

    @cached_property
    def program(self) -> Any:
        """Place the quantizer sites in one exported program."""
        from quad_studio.engine.calibration_items import unet_example
        from quad_studio.quad.sites import PlaceSitesInput, place_sites

        given = PlaceSitesInput(
            network=self.network.network,
            example=unet_example(self.loaded.geometry),
            fold_scales=self.project.export.fold_scales,
        )
        title = "Place the quantizer sites"
        return self.run_stage("sites", title, lambda: place_sites(given, **self.watch)).program

    @cached_property
    def frame(self) -> Any:
        """Return the model's geometry for the use cases, before there is a bundle."""
        from quad_studio.engine.calibration_items import tokenizer_dir
        from quad_studio.use_cases.base import Frame

        return Frame.of_geometry(
            self.loaded.geometry.to_json(),
            self.loaded.scheduler,
            tokenizer_dir(self.loaded, self.project.model_path),
            adapters={adapter.name: adapter.rank for adapter in self.adapters},
            rank=self.network.rank,
        )

    @cached_property
    def encoded(self) -> dict[str, list[Any]]:
        """Return the calibration inputs of each adapter after the FP32 encoders."""
        from quad_studio.engine.calibration_items import encode_items, prepare_adapter

        return {
            entry.name: encode_items(self.loaded, prepare_adapter(self.project, entry, self.frame))
            for entry in self.project.adapters
        }

    @cached_property
    def trajectories(self) -> dict[str, Any]:
        """Run the FP32 model from noise to image with each adapter on its own inputs."""
        from quad_studio.quad.trajectory import TrajectoryInput, record_trajectories

        def record() -> dict[str, Any]:
            found = {}
            for adapter in self.adapters:
                given = TrajectoryInput(
                    network=self.network.network,
                    adapter=adapter,
                    items=[encoded.item for encoded in self.encoded[adapter.name]],
                    scheduler=self.loaded.scheduler,
                    steps=self.project.calibration.steps,
                )
                found[adapter.name] = record_trajectories(given, **self.watch)
            return found

        return self.run_stage("trajectories", "Run the FP32 model", record)

    @cached_property
    def feeds(self) -> dict[str, Any]:
        """Return what the U-Net sees on the way, for each adapter."""
        return {name: made.feeds for name, made in self.trajectories.items()}

    @cached_property
    def final_latents(self) -> dict[str, Any]:
        """Return the latents that the trajectories ended with, for each adapter."""
        return {name: made.final_latents for name, made in self.trajectories.items()}

    @cached_property
    def statistics(self) -> Any:
        """Return the ranges seen at every site, by adapter."""
        from quad_studio.quad.calibrate import CalibrateInput, calibrate
        from quad_studio.quad.statistics import Statistics

        def produce() -> Any:
            given = CalibrateInput(
                program=self.program,
                adapters=self.adapters,
                feeds=self.feeds,
                histograms=self._histograms,
            )
            return calibrate(given, **self.watch).statistics

        key = digest_of([self.base_key, self._histograms])
        path = self.cache.path("statistics", key, ".npz")
        return self.cache.get(
            "calibrate",
            "Observe the ranges",
            path,
            produce,
            lambda statistics, file: statistics.save(file),
            Statistics.load,
        )

    @cached_property
    def profile_statistics(self) -> Any:
        """Return the statistics that the profile is made of: the anchor's over everyone's inputs.

        Ranges that differ because the inputs do are the anchor's own then, and distillation is
        left with those that differ because the adapters do (docs/adr/0011).
        """
        from quad_studio.quad.calibrate import CalibrateInput, calibrate
        from quad_studio.quad.statistics import Statistics

        names = [entry.name for entry in self.project.adapters]
        if self.anchor not in names or len(names) == 1:
            return self.statistics

        def produce() -> Any:
            given = CalibrateInput(
                program=self.program,
                adapters=[a for a in self.adapters if a.name == self.anchor],
                feeds={self.anchor: borrowed_feeds(self.feeds, self.anchor)},
                histograms=self._histograms,
            )
            return calibrate(given, **self.watch).statistics

        key = digest_of([self.base_key, self._histograms, self.anchor])
        further = self.cache.get(
            "calibrate",
            f"Observe the ranges of {self.anchor} on the inputs of all",
            self.cache.path("anchor-statistics", key, ".npz"),
            produce,
            lambda statistics, file: statistics.save(file),
            Statistics.load,
        )
        return self.statistics.widened(self.anchor, further)

    @property
    def _histograms(self) -> bool:
        """Return whether calibration keeps histograms: they are most of the work."""
        return self.project.quantization.range_estimator != "minmax"

    @cached_property
    def anchor(self) -> str:
        """Return the adapter whose encodings count, or "unified"."""
        return self.anchor_choice[0]

    @cached_property
    def anchor_choice(self) -> tuple[str, str, str]:
        """Return the anchor, the rule that decided, and its reason for a person."""
        setting = self.project.quantization.anchor
        if setting not in SCORED_ANCHORS:
            choice = (setting, "project", f"the project names {setting}")
        elif setting == AUTO_ADAPTER:
            found = self.sensitivity
            choice = (found["single"], found["single_rule"], found["single_reason"])
        else:
            found = self.sensitivity
            is_tie = found["anchor"] != found["single"]
            choice = (
                found["anchor"],
                "tie" if is_tie else found["single_rule"],
                found["reason"],
            )
        anchor, rule, reason = choice
        self.emit(AnchorChosen(anchor=anchor, rule=rule, reason=reason))
        return choice

    @cached_property
    def sensitivity(self) -> dict[str, Any]:
        """Return the quantization sensitivity scores."""
        from quad_studio.quad.sensitivity import SensitivityInput, measure_sensitivity

        def produce() -> dict[str, Any]:
            scored = {n: calls_of_each_input(f, _SCORED_CALLS) for n, f in self.feeds.items()}
            given = SensitivityInput(
                program=self.program,
                statistics=self.statistics,
                adapters=self.adapters,
                feeds=scored,
                options=self.profile_options,
                divergence=self.project.quantization.divergence,
            )
            return plain(asdict(measure_sensitivity(given, **self.watch)))

        # Not the share of 8-bit activations: an ablation over it scores the adapters once.
        options = [asdict(self.profile_options), self.project.quantization.divergence]
        path = self.cache.path("sensitivity", digest_of([self.base_key, options]), ".json")
        result = self.cache.get_json("sensitivity", "Score the adapters (QSS)", path, produce)
        for name, score in result["scores"].items():
            self.emit(Measured(stage="sensitivity", name=name, values=score))
        return result

    @cached_property
    def profile_options(self) -> Any:
        """Return the project's quantization settings as the profile stage takes them."""
        from quad_studio.quad.profile import ProfileOptions

        quantization = self.project.quantization
        return ProfileOptions(
            weights=quantization.weights,
            activations=quantization.activations,
            lora=quantization.lora,
            lora_encoding=quantization.lora_encoding,
            range_estimator=quantization.range_estimator,
            percentile=quantization.percentile,
        )

    @property
    def watch(self) -> dict[str, Any]:
        """Return what every stage takes beside its input."""
        return {"emit": self.emit, "cancel": self.cancel}

    def entry(self, name: str) -> AdapterEntry:
        """Return the project's entry of adapter `name`."""
        return self.project.adapter(name)

    def run_stage(self, name: str, title: str, produce: Any) -> Any:
        """Run a stage whose result is kept in memory only."""
        self.cancel.check()
        self.emit(StageStarted(stage=name, title=title))
        start = time.monotonic()
        result = produce()
        self.emit(StageFinished(stage=name, seconds=time.monotonic() - start))
        return result
