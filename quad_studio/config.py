"""Project and plan files: what stands in them, and how they are read.

A file is read whole and every problem is reported at once, by key. Paths in a file are relative
to that file; the dataclasses hold them resolved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quad_studio.errors import SettingsProblem
from quad_studio.project_checks import TEACHER_STEPS, project_problems, resolve
from quad_studio.schemas import problems_of, read_toml

DEFAULT_METRICS = ("psnr_db", "ssim", "lpips_alex", "sim_dir", "sim_image")
DEFAULT_FORMATS = ("html", "md", "json")


@dataclass(frozen=True, kw_only=True)
class AdapterEntry:
    """One LoRA of a project."""

    name: str
    path: Path
    use_cases: tuple[str, ...] = ()
    strength: float = 1.0
    calibration_use_case: str | None = None
    drop_text_encoder: bool = False


@dataclass(frozen=True, kw_only=True)
class UseCaseEntry:
    """Settings of one use case; None leaves the use case's own default.

    Attributes:
        edit_strength: Share of the steps that is run from the noised source picture.
        olss_steps: Numbers of steps for which the build solves an OLSS table.
    """

    name: str
    adapter: str | None = None
    sampler: str | None = None
    steps: int | None = None
    guidance: float | None = None
    edit_strength: float | None = None
    inputs: Path | None = None
    olss_steps: tuple[int, ...] = ()

    @property
    def solved_steps(self) -> tuple[int, ...]:
        """Return the OLSS tables that the bundle needs, by number of steps."""
        own = (self.steps,) if self.sampler == "olss" and self.steps else ()
        return tuple(sorted({*self.olss_steps, *own}))


@dataclass(frozen=True, kw_only=True)
class Quantization:
    """How the graph is quantized (DESIGN section 5)."""

    weights: str = "int8-per-channel"
    activations: str = "uint16"
    lora: str = "int16"
    lora_encoding: str = "shared-with-base"
    anchor: str = "auto"
    range_estimator: str = "minmax"
    percentile: float = 99.99
    divergence: str = "jensen-shannon"
    int8_activation_percent: float = 0.0
    rank: int | None = None
    components: tuple[str, ...] = ("unet", "vae_decoder")


@dataclass(frozen=True, kw_only=True)
class Distillation:
    """How adapters are fitted to the frozen profile."""

    enabled: bool = False
    steps: int = 200
    learning_rate: float = 2e-3
    batch_size: int = 1
    calls: int = 24
    mode: str = "data-free"
    diffusion_weight: float = 0.1
    noised_per_item: int = 2
    seed: int = 0
    device: str = "auto"
    bf16: bool = False
    gradient_checkpointing: int = 0


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How much is run through the FP32 model to learn the ranges."""

    samples_per_adapter: int = 8
    steps: int = 8
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Olss:
    """How OLSS tables are solved.

    Attributes:
        student: "graph": on the outputs of the bundle's own quantized graph; "fp32": on the FP32
            model's.
        samples: Calibration inputs of the use case that they are solved on.
        teacher_steps: DDIM steps of the FP32 result that they are fitted to.
    """

    student: str = "graph"
    samples: int = 4
    teacher_steps: int = TEACHER_STEPS


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """Choices about the form of the graph."""

    attention: str = "unsplit"
    linear_to_conv: bool = True
    fold_scales: bool = True
    skip_passes: tuple[str, ...] = ()
    unet_fp32: bool = True


@dataclass(frozen=True, kw_only=True)
class Project:
    """What is built: a foundation model, its adapters and how they are quantized."""

    path: Path
    name: str
    description: str = ""
    model_path: Path
    model_kind: str = "auto"
    model_config: Path | None = None
    adapters: tuple[AdapterEntry, ...]
    use_cases: tuple[UseCaseEntry, ...] = ()
    quantization: Quantization = field(default_factory=Quantization)
    distillation: Distillation = field(default_factory=Distillation)
    calibration: Calibration = field(default_factory=Calibration)
    export: ExportOptions = field(default_factory=ExportOptions)
    olss: Olss = field(default_factory=Olss)
    targets: tuple[str, ...] = ("host",)
    compile: tuple[str, ...] = ()

    def adapter(self, name: str) -> AdapterEntry:
        """Return the adapter called `name`; KeyError if there is none."""
        return next_or_key_error(self.adapters, name)

    def use_case(self, name: str) -> UseCaseEntry | None:
        """Return the settings of use case `name`, if the project has any."""
        return next((entry for entry in self.use_cases if entry.name == name), None)


@dataclass(frozen=True, kw_only=True)
class Task:
    """A use case with the inputs it is run on."""

    use_case: str
    inputs: Path
    split: str = "heldout"
    limit: int | None = None
    adapter: str | None = None
    extra_adapters: tuple[str, ...] = ()
    strength: float = 1.0
    sampler: str | None = None
    steps: int | None = None
    guidance: float | None = None
    edit_strength: float | None = None


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How a plan is run.

    Attributes:
        duration_minutes: Sustained run: after the planned rows, they are run again and again
            until each target has worked so long.
        interval_percent: After the planned rows, each task is repeated until half of the 95 %
            interval of its median end-to-end time is so many percent of it.
        budget_minutes: When a target has worked so long, that ends.
    """

    targets: tuple[str, ...] = ("host",)
    repeats: int = 1
    warmup: int = 1
    order: str = "fixed"
    seed: int = 0
    provider: str | None = None
    variant: str | None = None
    threads: int | None = None
    policy: str = "resident"
    emulator_max_calls: int = 24
    duration_minutes: float | None = None
    interval_percent: float | None = None
    budget_minutes: float | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is run and judged: tasks, targets, metrics, gates, reports."""

    path: Path
    name: str
    description: str = ""
    project: Path | None = None
    bundle: Path | None = None
    tasks: tuple[Task, ...]
    run: RunOptions = field(default_factory=RunOptions)
    metrics: tuple[str, ...] = DEFAULT_METRICS
    formats: tuple[str, ...] = DEFAULT_FORMATS
    gates: Path | None = None


def next_or_key_error(entries: tuple[AdapterEntry, ...], name: str) -> AdapterEntry:
    """Return the entry called `name`, or raise KeyError naming those there are."""
    for entry in entries:
        if entry.name == name:
            return entry
    raise KeyError(f"no adapter {name!r}; there are: {', '.join(e.name for e in entries)}")


def load_project(path: Path) -> Project:
    """Read and check a project file.

    Raises:
        SettingsProblem: With every problem found.
        InputFileProblem: The file cannot be read.
    """
    data = read_toml(path)
    problems = problems_of(data, "project")
    if not problems:
        problems = project_problems(data, path.parent)
    if problems:
        raise SettingsProblem(path, problems)
    return project_from(data, path)


def project_from(data: Mapping[str, Any], path: Path) -> Project:
    """Return the Project of tables that passed the schema."""
    base = path.parent
    quantization, export = dict(data.get("quantization", {})), dict(data.get("export", {}))
    if "components" in quantization:
        quantization["components"] = tuple(quantization["components"])
    if "skip_passes" in export:
        export["skip_passes"] = tuple(export["skip_passes"])
    return Project(
        path=path.resolve(),
        name=data["project"]["name"],
        description=data["project"].get("description", ""),
        model_path=resolve(base, data["model"]["path"]),
        model_kind=data["model"].get("kind", "auto"),
        model_config=resolve(base, data["model"]["config"]) if "config" in data["model"] else None,
        adapters=tuple(
            AdapterEntry(
                name=entry["name"],
                path=resolve(base, entry["path"]),
                use_cases=tuple(entry.get("use_cases", ())),
                strength=float(entry.get("strength", 1.0)),
                calibration_use_case=entry.get("calibration_use_case"),
                drop_text_encoder=entry.get("drop_text_encoder", False),
            )
            for entry in data["adapters"]
        ),
        use_cases=tuple(_use_case_from(entry, base) for entry in data.get("use_cases", ())),
        quantization=Quantization(**quantization),
        distillation=Distillation(**data.get("distillation", {})),
        calibration=Calibration(**data.get("calibration", {})),
        export=ExportOptions(**export),
        olss=Olss(**data.get("olss", {})),
        targets=tuple(data.get("targets", {}).get("default", ("host",))),
        compile=tuple(data.get("targets", {}).get("compile", ())),
    )


def _use_case_from(entry: Mapping[str, Any], base: Path) -> UseCaseEntry:
    """Return one [[use_cases]] table with its path resolved."""
    settings = dict(entry)
    if "inputs" in settings:
        settings["inputs"] = resolve(base, settings["inputs"])
    settings["olss_steps"] = tuple(settings.get("olss_steps", ()))
    return UseCaseEntry(**settings)


def load_plan(path: Path) -> Plan:
    """Read and check a plan file.

    Raises:
        SettingsProblem: With every problem found.
        InputFileProblem: The file cannot be read.
    """
    data = read_toml(path)
    problems = problems_of(data, "plan")
    tasks = data.get("tasks")
    for index, task in enumerate(tasks if isinstance(tasks, list) else ()):
        name = task.get("inputs") if isinstance(task, dict) else None
        if isinstance(name, str) and not resolve(path.parent, name).is_file():
            problems.append(f"tasks[{index}].inputs: {name} does not exist")
    for table, key in (("plan", "project"), ("plan", "bundle"), ("gates", "file")):
        section = data.get(table)
        name = section.get(key) if isinstance(section, dict) else None
        if isinstance(name, str) and not resolve(path.parent, name).exists():
            problems.append(f"{table}.{key}: {name} does not exist")
    if problems:
        raise SettingsProblem(path, problems)
    return plan_from(data, path)


def plan_from(data: Mapping[str, Any], path: Path) -> Plan:
    """Return the Plan of tables that passed the schema."""
    base = path.parent
    run = dict(data.get("run", {}))
    if "targets" in run:
        run["targets"] = tuple(run["targets"])
    head = data["plan"]
    tasks = []
    for entry in data["tasks"]:
        settings = dict(entry)
        settings["inputs"] = resolve(base, entry["inputs"])
        settings["extra_adapters"] = tuple(entry.get("extra_adapters", ()))
        tasks.append(Task(**settings))
    gates = data.get("gates", {}).get("file")
    return Plan(
        path=path.resolve(),
        name=head["name"],
        description=head.get("description", ""),
        project=resolve(base, head["project"]) if "project" in head else None,
        bundle=resolve(base, head["bundle"]) if "bundle" in head else None,
        tasks=tuple(tasks),
        run=RunOptions(**run),
        metrics=tuple(data.get("score", {}).get("metrics", DEFAULT_METRICS)),
        formats=tuple(data.get("report", {}).get("formats", DEFAULT_FORMATS)),
        gates=resolve(base, gates) if gates else None,
    )
