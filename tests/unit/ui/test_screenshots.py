"""The pictures of the guide: made by one command, the same on every machine."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit

from tests.fakes.run_folder import write_run_folder
from ui.screenshots import SIZE, Photographer, main, take_all

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def run(tmp_path):
    return write_run_folder(tmp_path / "somewhere" / "run", inputs=2, repeats=1, scored=True)


def texts_of(window):
    for kind in (QLabel, QLineEdit):
        yield from (widget.text() for widget in window.findChildren(kind))
    yield from (widget.toPlainText() for widget in window.findChildren(QPlainTextEdit))


def test_that_no_picture_names_a_folder_of_this_machine(qapp, run, tmp_path, monkeypatch):
    seen = []
    original = Photographer.take

    def take(here, name):
        picture = original(here, name)
        seen.extend(texts_of(here.studio.window))
        seen.append(str(here.studio.context_view.tree.toolTip()))
        return picture

    monkeypatch.setattr(Photographer, "take", take)
    names = ["compare-flip", "build", "build-lint", "devices", "session"]
    made = take_all(qapp, run, tmp_path / "pictures", names, ["dark"])
    assert [path.name for path in made] == [f"{name}-dark.png" for name in names]
    assert QImage(str(made[0])).size() == SIZE
    assert any("my-project" in text for text in seen)
    places = ("/tmp", str(tmp_path), str(Path.home()), str(Path.cwd()))
    assert [text for text in seen if any(place in text for place in places)] == []


def test_that_a_broken_run_is_said_instead_of_photographed(qapp, run, tmp_path, capsys):
    (run / "manifest.json").write_text("{")
    pictures = tmp_path / "pictures"
    assert main([str(pictures), "--run", str(run), "--only", "empty"]) == 2
    assert "manifest.json" in capsys.readouterr().err
    assert not pictures.exists()
