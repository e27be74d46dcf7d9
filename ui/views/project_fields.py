"""The fields of the project form; defaults and limits are those of `quad_studio.config`."""

from PySide6.QtCore import QCoreApplication

from quad_studio.config import Calibration, Distillation, ExportOptions, Quantization
from quad_studio.schemas import schema
from ui.core_texts import core_text
from ui.widgets.settings_form import Field


def project_fields() -> list[tuple[str, tuple[Field, ...]]]:
    """Return the groups of the form: a title and its fields."""
    translate = QCoreApplication.translate
    return [
        (translate("ProjectFields", "Project and foundation model"), _model_fields()),
        (translate("ProjectFields", "Quantization"), _quantization_fields()),
        (translate("ProjectFields", "Distillation"), _distillation_fields()),
        (translate("ProjectFields", "Calibration, export, targets"), _other_fields()),
    ]


def _choices(table: str, key: str) -> tuple[str, ...]:
    """Return what the file's schema allows."""
    entry = schema("project")["properties"][table]["properties"][key]
    return tuple(map(str, entry["enum"]))


def _tip(table: str, key: str) -> str:
    entry = schema("project")["properties"][table]["properties"][key]
    return core_text(str(entry.get("description", "")))


def _model_fields() -> tuple[Field, ...]:
    translate = QCoreApplication.translate
    return (
        Field("project.name", translate("ProjectFields", "Name")),
        Field("project.description", translate("ProjectFields", "Description")),
        Field(
            "model.path",
            translate("ProjectFields", "Foundation model"),
            tip=_tip("model", "path"),
        ),
        Field(
            "model.kind",
            translate("ProjectFields", "Kind"),
            "choice",
            _choices("model", "kind"),
            "auto",
        ),
    )


def _quantization_fields() -> tuple[Field, ...]:
    translate, given = QCoreApplication.translate, Quantization()

    def choice(key: str, label: str) -> Field:
        allowed = _choices("quantization", key)
        return Field(f"quantization.{key}", label, "choice", allowed, getattr(given, key))

    return (
        choice("weights", translate("ProjectFields", "Weights")),
        choice("activations", translate("ProjectFields", "Activations")),
        choice("lora", translate("ProjectFields", "LoRA matrices")),
        choice("lora_encoding", translate("ProjectFields", "LoRA encoding")),
        Field(
            "quantization.anchor",
            translate("ProjectFields", "Anchor"),
            default=given.anchor,
            tip=_tip("quantization", "anchor"),
        ),
        choice("range_estimator", translate("ProjectFields", "Range estimator")),
        Field(
            "quantization.percentile",
            translate("ProjectFields", "Percentile"),
            "number",
            default=str(given.percentile),
        ),
        Field(
            "quantization.int8_activation_percent",
            translate("ProjectFields", "INT8 activations (%)"),
            "number",
            default=str(given.int8_activation_percent),
        ),
        Field(
            "quantization.rank",
            translate("ProjectFields", "Rank"),
            "integer",
            default=translate("ProjectFields", "largest of the adapters"),
            tip=_tip("quantization", "rank"),
        ),
        Field(
            "quantization.components",
            translate("ProjectFields", "Quantized graphs"),
            "list",
            default=", ".join(given.components),
        ),
    )


def _distillation_fields() -> tuple[Field, ...]:
    translate, given = QCoreApplication.translate, Distillation()
    return (
        Field(
            "distillation.enabled",
            translate("ProjectFields", "Fit adapters to the profile"),
            "switch",
        ),
        Field(
            "distillation.steps",
            translate("ProjectFields", "Steps"),
            "integer",
            default=str(given.steps),
        ),
        Field(
            "distillation.learning_rate",
            translate("ProjectFields", "Learning rate"),
            "number",
            default=str(given.learning_rate),
        ),
        Field(
            "distillation.batch_size",
            translate("ProjectFields", "Batch size"),
            "integer",
            default=str(given.batch_size),
        ),
        Field(
            "distillation.mode",
            translate("ProjectFields", "Mode"),
            "choice",
            _choices("distillation", "mode"),
            given.mode,
        ),
    )


def _other_fields() -> tuple[Field, ...]:
    translate = QCoreApplication.translate
    calibration, export = Calibration(), ExportOptions()
    return (
        Field(
            "calibration.samples_per_adapter",
            translate("ProjectFields", "Calibration inputs an adapter"),
            "integer",
            default=str(calibration.samples_per_adapter),
        ),
        Field(
            "calibration.steps",
            translate("ProjectFields", "Calibration steps"),
            "integer",
            default=str(calibration.steps),
        ),
        Field(
            "export.attention",
            translate("ProjectFields", "Attention"),
            "choice",
            _choices("export", "attention"),
            export.attention,
        ),
        Field(
            "export.linear_to_conv",
            translate("ProjectFields", "Linear layers as 1x1 convolutions"),
            "switch",
            default="yes",
        ),
        Field(
            "targets.default",
            translate("ProjectFields", "Targets"),
            "list",
            default="host",
        ),
    )
