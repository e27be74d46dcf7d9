import ast
import re
import string
import xml.etree.ElementTree as ET
from pathlib import Path

from PySide6.QtCore import QTranslator

from ui.commands import COMMANDS
from ui.keys_page import page
from ui.translations import FOLDER, language_of

MESSAGES = [
    (context.findtext("name"), message.findtext("source"), message.find("translation"))
    for context in ET.parse(FOLDER / "quad_studio_de.ts").getroot().findall("context")
    for message in context.findall("message")
]
DOCS = Path(__file__).parents[3] / "docs"
WINDOW = FOLDER.parent


def texts_of_the_window():
    """Yield (class, text) of every `self.tr("...")`."""
    for path in sorted(WINDOW.rglob("*.py")):
        for made in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(made, ast.ClassDef):
                continue
            for call in ast.walk(made):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "self.tr":
                    yield made.name, ast.literal_eval(call.args[0])


def marked_texts():
    """Yield (context, text) of every `QT_TRANSLATE_NOOP("...", "...")`."""
    for path in sorted(WINDOW.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "QT_TRANSLATE_NOOP":
                yield tuple(ast.literal_eval(argument) for argument in call.args)


def fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_that_german_is_complete():
    assert len(MESSAGES) > 500
    open_ones = [source for _, source, found in MESSAGES if found.get("type") or not found.text]
    assert open_ones == []


def test_that_every_text_of_the_window_is_in_the_file_of_translations():
    known = {(context, source) for context, source, _ in MESSAGES}
    texts = [*texts_of_the_window(), *marked_texts()]
    assert len(texts) > 500
    missing = [text for text in texts if text not in known]
    assert missing == []  # pyside6-lupdate $(git ls-files 'ui/*.py') -ts ... -locations none


def test_that_a_translation_has_the_same_fields_as_its_source():
    different = [source for _, source, found in MESSAGES if fields(found.text) != fields(source)]
    assert different == []


def test_that_every_command_is_translated():
    known = {source for context, source, _ in MESSAGES if context == "Commands"}
    assert {command.text for command in COMMANDS} <= known


def test_that_the_compiled_file_is_of_this_source():
    translator = QTranslator()
    assert translator.load(str(FOLDER / "quad_studio_de.qm"))
    for context, source, found in MESSAGES[::25]:
        assert translator.translate(context, source) == found.text


def test_that_an_unknown_language_falls_back_to_english():
    assert language_of("xx") == "en"
    assert language_of("de") == "de"


def test_that_the_page_of_keys_has_every_command_with_its_keys():
    written = (DOCS / "user_guide_keys.md").read_text(encoding="utf-8")
    assert written == page()  # python -m ui.keys_page > docs/user_guide_keys.md
    for command in COMMANDS:
        for key in command.keys:
            assert re.search(
                rf"^\| .*`{re.escape(key)}`.* \| {re.escape(command.text)} \|", written, re.M
            )


def test_that_every_picture_of_the_guide_is_one_that_the_command_makes():
    from ui.screenshots import SCENES

    guide = (DOCS / "user_guide.md").read_text(encoding="utf-8")
    pictures = re.findall(r"images/([a-z-]+)-dark\.png", guide)
    assert pictures
    assert set(pictures) <= set(SCENES)
    for name in pictures:
        assert (DOCS / "images" / f"{name}-dark.png").is_file()
