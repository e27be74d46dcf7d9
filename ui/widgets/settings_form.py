"""A form made from a list of fields; an empty field leaves the default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

from ui.widgets.parts import label, restyle

Value = str | float | int | bool | list[str] | None


@dataclass(frozen=True)
class Field:
    """One line of a form.

    Attributes:
        key: `table.key`, as in the file.
        kind: "text", "integer", "number", "switch", "choice" or "list" (comma separated).
        choices: For "choice".
        default: What holds when the field is empty, shown as a placeholder.
    """

    key: str
    label: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    default: str = ""
    tip: str = ""


class SettingsForm(QWidget):
    """Shows fields with their values and problems.

    Signals:
        edited: A field's key and its new value, None for "the default".
    """

    edited = Signal(str, object)

    def __init__(self, fields: Sequence[Field], parent: QWidget | None = None) -> None:
        """Build one line a field."""
        super().__init__(parent)
        self.setObjectName("plain")
        self._fields = {field.key: field for field in fields}
        self.editors: dict[str, QWidget] = {}
        self._notes: dict[str, QLabel] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in fields:
            editor = self._editor(field)
            editor.setObjectName(field.key)
            editor.setAccessibleName(field.label)
            editor.setToolTip(f"{field.key}\n{field.tip}".strip())
            note = label("", "bad", wrap=True)
            note.hide()
            form.addRow(field.label, editor)
            form.addRow("", note)
            form.setRowVisible(note, False)
            self.editors[field.key], self._notes[field.key] = editor, note
        self._form = form

    def _editor(self, field: Field) -> QWidget:
        if field.kind == "choice":
            box = QComboBox()
            box.addItem(self.tr("default ({0})").format(field.default), None)
            for choice in field.choices:
                box.addItem(choice, choice)
            box.currentIndexChanged.connect(self._on_edited)
            return box
        if field.kind == "switch":
            check = QCheckBox()
            check.clicked.connect(self._on_edited)
            return check
        line = QLineEdit()
        line.setPlaceholderText(field.default)
        line.textEdited.connect(self._on_edited)
        return line

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show `values` by key; absent keys show their default. Says nothing."""
        for key, field in self._fields.items():
            editor, value = self.editors[key], values.get(key)
            editor.blockSignals(True)
            if isinstance(editor, QComboBox):
                editor.setCurrentIndex(max(editor.findData(value), 0))
            elif isinstance(editor, QCheckBox):
                editor.setChecked(bool(value) if value is not None else field.default == "yes")
            elif isinstance(editor, QLineEdit) and self.value_of(key) != value:
                editor.setText(_text(value))
            editor.blockSignals(False)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show what is wrong under the fields that it concerns."""
        for key, note in self._notes.items():
            text = problems.get(key, "")
            note.setText(text)
            note.setVisible(bool(text))
            self._form.setRowVisible(note, bool(text))
            restyle(self.editors[key], "invalid", bool(text))

    def value_of(self, key: str) -> Value:
        """Return the value of the field `key`, as the file would have it."""
        editor, field = self.editors[key], self._fields[key]
        if isinstance(editor, QComboBox):
            data = editor.currentData()
            return str(data) if data is not None else None
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        text = editor.text().strip() if isinstance(editor, QLineEdit) else ""
        return _parse(text, field.kind)

    def _on_edited(self) -> None:
        sender = self.sender()
        if isinstance(sender, QWidget):
            key = sender.objectName()
            self.edited.emit(key, self.value_of(key))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _parse(text: str, kind: str) -> Value:
    """Return the value of what was typed; text that is no number stays text, to be reported."""
    if not text:
        return None
    if kind == "list":
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    return text
