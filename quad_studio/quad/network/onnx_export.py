"""torch.onnx.export of a program with quantizer sites, as an onnx_ir model."""

import contextlib
import io
import logging
import warnings
from typing import Any

import torch

from quad_studio.errors import StageError
from quad_studio.quad.network.fake_quant import onnx_translations
from quad_studio.quad.network.program import SiteProgram

OPSET = 21


def to_onnx(program: SiteProgram) -> Any:
    """Return the onnx_ir.Model of `program`: Q/DQ at every site that has an encoding."""
    arguments = program.arguments(dict(zip(program.input_names, program.example, strict=True)))
    with _quiet():
        try:
            exported = torch.export.export(program.module, arguments, strict=False)
            made = torch.onnx.export(
                exported,
                arguments,
                dynamo=True,
                opset_version=OPSET,
                optimize=False,
                input_names=list(program.argument_names),
                output_names=[program.output_name],
                custom_translation_table=onnx_translations(),
                verbose=False,
            )
        except (RuntimeError, ValueError, TypeError, torch.onnx.OnnxExporterError) as exc:
            raise StageError("export", f"the network has no ONNX form: {_root(exc)}") from exc
    if made is None:
        raise StageError("export", "torch.onnx.export returned nothing")
    return made.model


@contextlib.contextmanager
def _quiet() -> Any:
    """Keep the exporter's own progress lines off the terminal."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.setLevel(level)


def _root(error: BaseException) -> str:
    """Return the first line of the error that started the chain."""
    while error.__cause__ is not None:
        error = error.__cause__
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
