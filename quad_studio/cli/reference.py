"""The command reference, made from the parsers: `python -m quad_studio.cli.reference`."""

import argparse
import os
from collections.abc import Iterator

from quad_studio.cli import batch
from quad_studio.cli.main import build_parser

HEAD = """# Command line

Made by `python -m quad_studio.cli.reference > docs/cli.md`; a test holds it to the program.
stdout carries only what was asked for (`--json` where a program reads it); progress and notes go
to stderr.
"""


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command with its parser, the batch run first."""
    yield "quad-studio --batch", batch.build_parser()
    for action in build_parser()._actions:  # noqa: SLF001 -- argparse offers no other way
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, parser in action.choices.items():
                yield f"quad-studio {name}", parser


def reference() -> str:
    """Return docs/cli.md."""
    os.environ["COLUMNS"] = "100"  # argparse wraps to the terminal's width
    os.environ["NO_COLOR"] = "1"  # and newer ones colour their help
    parts = [HEAD, f"## quad-studio\n\n```\n{build_parser().format_help().rstrip()}\n```\n"]
    parts += [
        f"## {name}\n\n```\n{parser.format_help().rstrip()}\n```\n" for name, parser in commands()
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201
