"""The guide's page of keys: `python -m ui.keys_page > docs/user_guide_keys.md`; a test compares."""

import sys

from ui.command import Command
from ui.commands import COMMANDS, GROUP_TITLES, SCOPE_TITLES

HEAD = """# All keys

Made from `ui/command_tables/` by `python -m ui.keys_page > docs/user_guide_keys.md`; a test
compares them. Keys of a panel hold while it has the focus: F6 goes to the next panel, Shift+F6 to
the previous one. Ctrl+Shift+P finds every command, also those without a key, and says why one
cannot be given now. These are the first keys: Help > Keyboard shortcuts changes them.
"""
CANVAS = (
    ("wheel", "zoom at the cursor"),
    ("drag", "pan, or move the split line"),
    ("right button down", "show the reference in place"),
    ("arrows while `Z` or `C` is down", "move the loupe or grow a region; with `Shift` eight-fold"),
    ("`Alt+Left`, `Alt+Right`", "move the split line"),
)
CONTROLS = (
    ("`Tab`, `Shift+Tab`", "next and previous control; in the canvas of Compare, candidate"),
    ("`F6`, `Shift+F6`", "next and previous panel, out of every control"),
    ("`Space`", "press a button, check a box or an entry of a list"),
    ("`Up`, `Down`", "another entry of a list or of a closed box"),
    ("`Ctrl+PgUp`, `Ctrl+PgDown`", "another tab; on the tabs themselves also `Left` and `Right`"),
    ("`Alt` and a letter", "a menu"),
    ("`Menu`, `Shift+F10`", "what can be done with the chosen run"),
    ("`Esc`", "close a dialog or a list"),
)


def page() -> str:
    """Return the page as Markdown, one table a group of commands."""
    parts = [HEAD]
    for group, title in GROUP_TITLES.items():
        rows = [_row(one) for one in COMMANDS if one.group == group and one.keys]
        if rows:
            parts.append(f"\n## {title}\n\n| key | command | where |\n|---|---|---|\n")
            parts.extend(rows)
    for title, lines in (("Canvas", CANVAS), ("Controls", CONTROLS)):
        parts.append(f"\n## {title}\n\n| key or mouse | what it does |\n|---|---|\n")
        parts.extend(f"| {key} | {words} |\n" for key, words in lines)
    return "".join(parts)


def _row(command: Command) -> str:
    keys = " or ".join(f"`{key}`" for key in command.keys)
    return f"| {keys} | {command.text} | {SCOPE_TITLES[command.scope]} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
