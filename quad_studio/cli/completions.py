"""`quad-studio completions`: shell completion scripts, made from the parser itself."""

import argparse
from typing import Any

from quad_studio.cli.console import print_result


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "completions",
        help="print a shell completion script",
        description="Print a completion script: quad-studio completions bash > "
        "~/.local/share/bash-completion/completions/quad-studio",
    )
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Print the script of the shell."""
    commands = options_by_command()
    print_result({"bash": bash, "zsh": zsh, "fish": fish}[args.shell](commands))
    return 0


def options_by_command() -> dict[str, list[str]]:
    """Return the long options of every command."""
    from quad_studio.cli.main import build_parser

    parser = build_parser()
    found: dict[str, list[str]] = {}
    for action in parser._actions:  # noqa: SLF001 -- argparse offers no other way to list them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, sub in action.choices.items():
                found[name] = sorted(
                    option
                    for inner in sub._actions  # noqa: SLF001
                    for option in inner.option_strings
                    if option.startswith("--")
                )
    return found


def bash(commands: dict[str, list[str]]) -> str:
    """Return the script for bash."""
    cases = "\n".join(
        f'    {name}) words="{" ".join(options)}" ;;' for name, options in commands.items()
    )
    return f"""_quad_studio() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words
  case "${{COMP_WORDS[1]}}" in
{cases}
    *) words="{" ".join(commands)} --batch --open --version --help" ;;
  esac
  if [ "$COMP_CWORD" -gt 1 ] && [ "${{current#-}}" = "$current" ]; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}}
complete -o filenames -F _quad_studio quad-studio"""


def zsh(commands: dict[str, list[str]]) -> str:
    """Return the script for zsh."""
    return f"#compdef quad-studio\nautoload -U bashcompinit && bashcompinit\n{bash(commands)}"


def fish(commands: dict[str, list[str]]) -> str:
    """Return the script for fish."""
    names = " ".join(commands)
    lines = [f'complete -c quad-studio -n __fish_use_subcommand -f -a "{names}"']
    for name, options in commands.items():
        lines.extend(
            f'complete -c quad-studio -n "__fish_seen_subcommand_from {name}" -l {option[2:]}'
            for option in options
        )
    return "\n".join(lines)
