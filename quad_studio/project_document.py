"""A project file being edited: form values in, TOML out, comments and order kept."""

import contextlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quad_studio.errors import InputFileProblem, SettingsProblem
from quad_studio.project_checks import project_problems
from quad_studio.schemas import problems_of
from quad_studio.storage import write_text

NEW = """schema = "quad-studio/project/1"

[project]
name = "my-project"

[model]
path = "model"

[[adapters]]
name = "adapter"
path = "adapter.safetensors"
"""


class ProjectDocument:
    """The text of a project file with its values; nothing is written before `save`."""

    def __init__(self, text: str, path: Path) -> None:
        """Hold `text`; paths in it are relative to the folder of `path`."""
        self.text, self.path = text, path
        self._on_disk: str | None = None

    @classmethod
    def open(cls, path: Path) -> "ProjectDocument":
        """Read `path`.

        Raises:
            InputFileProblem: It cannot be read.
        """
        try:
            document = cls(path.read_text(encoding="utf-8"), path)
            document._on_disk = document.text
            return document
        except OSError as exc:
            raise InputFileProblem(path, f"cannot be read: {exc.strerror or exc}") from exc
        except UnicodeDecodeError as exc:
            problem = f"is not text in UTF-8 (byte {exc.start + 1}); save it as UTF-8"
            raise InputFileProblem(path, problem) from exc

    def values(self) -> dict[str, Any]:
        """Return the tables.

        Raises:
            SettingsProblem: The text is no TOML; the line is named.
        """
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as exc:
            raise SettingsProblem(self.path, [f"not valid TOML: {exc}"]) from exc

    def problems(self) -> list[str]:
        """Return every problem, one line each, as `load_project` would report them."""
        try:
            data = self.values()
        except SettingsProblem as exc:
            return list(exc.problems)
        return problems_of(data, "project") or project_problems(data, self.path.parent)

    def set(self, table: str, key: str, value: object) -> None:
        """Set `table.key` to `value`; None removes it, so that the default holds.

        Raises:
            SettingsProblem: The text is no TOML; correct it first.
        """
        import tomlkit

        self.values()
        document = tomlkit.parse(self.text)
        if table not in document:
            if value is None:
                return
            document.add(table, tomlkit.table())
        section: Any = document[table]
        if value is None:
            section.pop(key, None)
        else:
            section[key] = value
        self.text = tomlkit.dumps(document)

    def set_entries(self, name: str, entries: list[Mapping[str, Any]]) -> None:
        """Replace the array of tables `name`; an entry that is equal keeps its comments.

        Raises:
            SettingsProblem: The text is no TOML; correct it first.
        """
        import tomlkit

        old = list(self.values().get(name, ()))
        document = tomlkit.parse(self.text)
        kept: Any = document.get(name)
        tables = tomlkit.aot()
        for entry in entries:
            if entry in old:
                tables.append(kept[old.index(entry)])
                continue
            table = tomlkit.table()
            for key, value in entry.items():
                table.add(key, value)
            table.add(tomlkit.nl())
            tables.append(table)
        if kept is not None:
            document[name] = tables
        else:
            document.add(name, tables)
        self.text = tomlkit.dumps(document)

    def save(self) -> None:
        """Write the file, whole or not at all.

        Raises:
            StageError: The folder cannot be written.
            InputFileProblem: Another program has changed the file since it was opened or saved
                here; called again, this writes over it.
        """
        found = self._read_again() if self._on_disk is not None else None
        if found not in (None, self._on_disk):
            self._on_disk = found
            raise InputFileProblem(
                self.path,
                "was changed by another program since it was opened. Save again to write over it,"
                " or open it again",
            )
        write_text(self.path, self.text)
        self._on_disk = self.text
        with contextlib.suppress(OSError):
            self._draft_path.unlink(missing_ok=True)

    def keep_draft(self) -> None:
        """Put the text beside the file, for somebody who cannot be asked whether to save it.

        Raises:
            StageError: The folder cannot be written.
        """
        write_text(self._draft_path, self.text)

    @property
    def draft(self) -> str | None:
        """Return what `keep_draft` has kept and nobody has saved since, None if that is nothing."""
        try:
            text = self._draft_path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return None if text == self.text else text

    @property
    def _draft_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.unsaved")

    def _read_again(self) -> str | None:
        """Return what is on the disk now, None where that is no text."""
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
