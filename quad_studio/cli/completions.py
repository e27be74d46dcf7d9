"""`quad-studio completions`: shell completion scripts, made from the parser itself."""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    commands = words_by_command()
    print_result({"bash": bash, "zsh": zsh, "fish": fish}[args.shell](commands))
    return 0


@dataclass(frozen=True)
class Words:
    """What may stand behind a command.

    Attributes:
        options: Long options, those of its actions too.
        choices: Words that it takes as arguments, such as "push" or "bash".
        values: {option: the words that it takes}.
    """

    options: tuple[str, ...]
    choices: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


def words_by_command() -> dict[str, Words]:
    """Return what may stand behind each command and behind --batch."""
    from quad_studio.cli import batch
    from quad_studio.cli.main import build_parser

    found = {name: words_of(sub) for name, sub in _subparsers(build_parser())}
    return {**found, "--batch": words_of(batch.build_parser())}


def words_of(parser: argparse.ArgumentParser) -> Words:
    """Return the words of a parser with those of its actions."""
    options, choices, values = set[str](), list[str](), dict[str, tuple[str, ...]]()
    for action in parser._actions:  # noqa: SLF001 -- argparse offers no other way to list them
        long = [option for option in action.option_strings if option.startswith("--")]
        options.update(long)
        allowed = tuple(map(str, action.choices or ()))
        if allowed and not action.option_strings:
            choices.extend(allowed)
        elif allowed:
            values.update({option: allowed for option in long})
    for _, sub in _subparsers(parser):
        inner = words_of(sub)
        options.update(inner.options)
        values.update(inner.values)
    return Words(tuple(sorted(options)), tuple(choices), values)


def _subparsers(
    parser: argparse.ArgumentParser,
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            yield from action.choices.items()


_BASH_OFFER = 'mapfile -t COMPREPLY < <(compgen "$@" -- "${COMP_WORDS[COMP_CWORD]}")'
_ZSH_OFFER = 'COMPREPLY=("${(@f)$(compgen "$@" -- "${COMP_WORDS[COMP_CWORD]}")}")'


def bash(commands: Mapping[str, Words], offer: str = _BASH_OFFER) -> str:
    """Return the script for bash; `offer` fills COMPREPLY, one line a word."""
    cases = "\n".join(
        f'    {name}) options="{" ".join(words.options)}" choices="{" ".join(words.choices)}" ;;'
        for name, words in commands.items()
    )
    values = "\n".join(
        f'    {name}:{option}) _quad_studio_offer -W "{" ".join(allowed)}"; return ;;'
        for name, words in commands.items()
        for option, allowed in words.values.items()
    )
    names = " ".join(commands)
    return f"""_quad_studio_offer() {{
  {offer}
}}
_quad_studio() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}"
  local command="${{COMP_WORDS[1]}}" options choices
  if [ "$COMP_CWORD" -eq 1 ]; then
    _quad_studio_offer -W "{names} --open --version --help"
    return
  fi
  case "$command:$previous" in
{values}
  esac
  case "$command" in
{cases}
  esac
  if [ "${{current#-}}" != "$current" ]; then
    _quad_studio_offer -W "$options"
  elif [ "$COMP_CWORD" -eq 2 ] && [ -n "$choices" ]; then
    _quad_studio_offer -W "$choices"
  else
    compopt -o filenames 2>/dev/null
    _quad_studio_offer -f
  fi
}}
complete -F _quad_studio quad-studio"""


def zsh(commands: Mapping[str, Words]) -> str:
    """Return the script for zsh."""
    script = bash(commands, _ZSH_OFFER)
    return f"#compdef quad-studio\nautoload -U bashcompinit && bashcompinit\n{script}"


def fish(commands: Mapping[str, Words]) -> str:
    """Return the script for fish."""
    named = [name for name in commands if not name.startswith("-")]
    lines = [
        f'complete -c quad-studio -n __fish_use_subcommand -f -a "{" ".join(named)}"',
        "complete -c quad-studio -n __fish_use_subcommand -l batch -r",
    ]
    for name, words in commands.items():
        seen = (
            "__fish_contains_opt batch"
            if name == "--batch"
            else f"__fish_seen_subcommand_from {name}"
        )
        if words.choices:
            lines.append(f'complete -c quad-studio -n "{seen}" -a "{" ".join(words.choices)}"')
        for option in words.options:
            allowed = words.values.get(option)
            taken = f' -x -a "{" ".join(allowed)}"' if allowed else ""
            lines.append(f'complete -c quad-studio -n "{seen}" -l {option[2:]}{taken}')
    return "\n".join(lines)
