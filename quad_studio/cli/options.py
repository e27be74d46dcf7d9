"""Options that several commands share."""

import argparse

from quad_studio.cli.console import Console


def add_output_options(parser: argparse.ArgumentParser, *, json_help: str | None = None) -> None:
    """Add -q, -v, --json-events and, with `json_help`, --json."""
    parser.add_argument("-q", "--quiet", action="store_true", help="errors and the last line only")
    parser.add_argument("-v", "--verbose", action="store_true", help="print measured numbers too")
    parser.add_argument(
        "--json-events", action="store_true", help="progress on stderr as one JSON object a line"
    )
    if json_help:
        parser.add_argument("--json", action="store_true", help=json_help)


def split_list(text: str | None) -> tuple[str, ...]:
    """Return the names of a comma-separated option.

    >>> split_list("html, md,")
    ('html', 'md')
    """
    return tuple(name for part in (text or "").split(",") if (name := part.strip()))


def console_of(args: argparse.Namespace) -> Console:
    """Return the console that the options ask for."""
    return Console(quiet=args.quiet, verbose=args.verbose, json_events=args.json_events)
