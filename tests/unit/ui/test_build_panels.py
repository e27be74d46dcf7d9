import tomllib

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QMessageBox

from quad_studio.project_document import ProjectDocument
from ui.controllers.pipeline_controller import PipelineController
from ui.controllers.project_controller import ProjectController
from ui.core_services.build import anchor_facts
from ui.scenes_build import STAGES, SceneBuild
from ui.views.pipeline_view import PipelineView
from ui.views.project_view import ProjectView

PROJECT = """schema = "quad-studio/project/1"

[project]
name = "demo"  # shown everywhere

[model]
path = "model"

[[adapters]]
name = "transform"
path = "transform.safetensors"

[quantization]
lora = "int16"
"""


@pytest.fixture
def project_file(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "transform.safetensors").write_bytes(b"")
    path = tmp_path / "project.toml"
    path.write_text(PROJECT)
    return path


@pytest.fixture
def project(qtbot, project_file):
    view = ProjectView()
    qtbot.addWidget(view)
    controller = ProjectController(view, SceneBuild(project_file.parent))
    controller.open(project_file)
    yield controller, view
    controller.shutdown()


def editor(view, key):
    return next(form.editors[key] for form in view.forms.values() if key in form.editors)


def test_that_the_form_shows_the_file(project):
    _, view = project
    assert editor(view, "project.name").text() == "demo"
    assert editor(view, "quantization.lora").currentData() == "int16"
    assert editor(view, "quantization.weights").currentData() is None
    assert view.adapters.item(0, 0).text() == "transform"


def test_that_an_edit_in_the_form_reaches_the_toml_and_keeps_its_comments(project):
    controller, view = project
    box = editor(view, "quantization.lora")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("int8"))
    assert 'lora = "int8"' in view.text.toPlainText()
    assert "# shown everywhere" in view.text.toPlainText()
    assert controller.is_unsaved


@pytest.mark.parametrize(
    ("button", "goes_on", "written"),
    [("Save", True, True), ("Discard", True, False), ("Cancel", False, False)],
)
def test_that_edits_that_are_not_saved_are_asked_about(
    project, project_file, button, goes_on, written
):
    controller, view = project
    edited = PROJECT.replace('"demo"', '"other"')
    view.text.setPlainText(edited)
    left = []
    controller.ask_to_save(lambda: left.append(True))
    assert "not saved" in controller.question.text()
    controller.question.button(QMessageBox.StandardButton[button]).click()
    assert bool(left) == goes_on
    assert (project_file.read_text() == edited) == written
    assert controller.is_unsaved == (not goes_on)
    controller.stop()
    assert project_file.with_name("project.toml.unsaved").exists() == (not goes_on)


def test_that_edits_of_a_window_that_was_ended_are_offered_again(project, project_file, qtbot):
    controller, view = project
    edited = PROJECT.replace('"demo"', '"other"')
    view.text.setPlainText(edited)
    controller.stop()  # a signal asks nobody
    assert project_file.read_text() == PROJECT
    later = ProjectController(view, None)
    later.open(project_file)
    assert "ended before they were saved" in view.banner.text.text()
    assert not later.is_unsaved
    view.banner.button.click()
    assert view.text.toPlainText() == edited
    assert later.is_unsaved
    assert later.save()
    assert project_file.read_text() == edited
    assert sorted(path.name for path in project_file.parent.glob("project.toml*")) == [
        "project.toml"
    ]
    later.shutdown()


def test_that_an_edit_of_the_toml_reaches_the_form(project):
    _, view = project
    view.text.setPlainText(PROJECT.replace('"demo"', '"other"'))
    assert editor(view, "project.name").text() == "other"


def test_that_going_back_to_the_default_takes_the_key_out(project):
    controller, view = project
    editor(view, "quantization.lora").setCurrentIndex(0)
    assert "lora" not in tomllib.loads(controller.document.text)["quantization"]


def test_that_a_wrong_value_is_shown_at_its_field_as_it_is_typed(qtbot, project):
    _, view = project
    field = editor(view, "quantization.rank")
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "0")
    assert "quantization.rank" in view.banner.text.text()
    assert field.property("invalid")
    assert not view.build_button.isEnabled()
    field.clear()
    field.textEdited.emit("")
    assert view.build_button.isEnabled()


def test_that_text_that_is_no_toml_is_said_with_its_line_and_not_saved_over(project):
    controller, view = project
    view.text.setPlainText("[project\nname = 1")
    assert "line 1" in view.banner.text.text()
    editor(view, "project.name").setText("x")
    editor(view, "project.name").textEdited.emit("x")
    assert controller.document.text == "[project\nname = 1"


def test_that_saving_writes_what_batch_reads(project, project_file):
    controller, view = project
    controller.add_adapter(str(project_file.parent / "transform.safetensors"))
    view.adapters.item(1, 0).setText("second")
    assert controller.save()
    found = tomllib.loads(project_file.read_text())["adapters"]
    assert [entry["name"] for entry in found] == ["transform", "second"]
    assert found[1]["path"] == "transform.safetensors"
    assert not controller.is_unsaved


def test_that_an_unreadable_project_says_so_in_place(qtbot, tmp_path):
    view = ProjectView()
    qtbot.addWidget(view)
    controller = ProjectController(view, None)
    controller.open(tmp_path / "missing.toml")
    assert view.pages.currentWidget() is view.empty
    assert "missing.toml" in view.empty.text.text()
    controller.shutdown()


def test_that_the_estimate_names_each_device_and_its_answer(qtbot, project):
    _, view = project
    view.estimate_button.click()
    qtbot.waitUntil(lambda: view.fit.topLevelItemCount() == 3, timeout=8000)
    answers = [view.fit.topLevelItem(at).text(3) for at in range(3)]
    assert answers[0] == "fits"
    assert answers[1] == "does not fit: 6 MB of storage are missing"
    assert answers[2].startswith("unknown")


def test_that_removing_the_last_key_of_a_missing_table_adds_none(project_file):
    document = ProjectDocument.open(project_file)
    document.set("distillation", "steps", None)
    assert document.text == PROJECT


class Pipeline:
    def __init__(self, qtbot, out):
        self.service = SceneBuild(out)
        self.view = PipelineView()
        qtbot.addWidget(self.view)
        self.controller = PipelineController(self.view, self.service)
        self.controller.set_project(out / "project.toml")
        self.view.resize(900, 700)
        self.view.show()

    @property
    def rows(self):
        return [
            self.view.stages.topLevelItem(at).text(0)
            for at in range(self.view.stages.topLevelItemCount())
        ]

    def bar(self, at):
        return self.view.stages.itemWidget(self.view.stages.topLevelItem(at), 1).text()


@pytest.fixture
def pipeline(qtbot, tmp_path):
    made = Pipeline(qtbot, tmp_path)
    yield made
    made.controller.shutdown()
    made.view.close()


def wait_idle(qtbot, pipeline):
    qtbot.waitUntil(lambda: not pipeline.controller.is_busy, timeout=8000)


def test_that_a_build_lists_its_stages_in_order_and_gives_a_bundle(qtbot, pipeline):
    with qtbot.waitSignal(pipeline.controller.bundle_built, timeout=8000):
        pipeline.view.build_button.click()
    wait_idle(qtbot, pipeline)
    assert pipeline.rows == [title for _, title, _ in STAGES]
    assert pipeline.bar(0) == "up to date"
    assert pipeline.bar(1) == "done"


def test_that_the_anchor_is_marked_and_its_reason_said(qtbot, pipeline):
    with qtbot.waitSignal(pipeline.controller.bundle_built, timeout=8000):
        pipeline.view.build_button.click()
    wait_idle(qtbot, pipeline)
    marked = [bar.name for bar in pipeline.view.bars.bars if bar.is_marked]
    assert marked == ["object_removal"]
    assert pipeline.view.bars.bars[0].low == pytest.approx(0.024)
    assert "highest QSS" in pipeline.view.anchor_label.text()


def test_that_a_tie_shows_how_each_of_the_tied_covers_the_others(qtbot, pipeline):
    told = "of 2 adapters with overlapping QSS, lcm covers the others best"
    facts = anchor_facts(
        {
            "anchor": "unified",
            "anchor_reason": "lcm and sticker cannot be told apart",
            "sensitivity": {
                "scores": {
                    "lcm": {"mean": 3.6, "ci_low": 2.9, "ci_high": 4.4, "inputs": 8},
                    "sticker": {"mean": 3.4, "ci_low": 2.5, "ci_high": 4.4, "inputs": 8},
                },
                "single": "sticker",
                "single_reason": told,
                "coverage": {"lcm": {"noise": 0.015}, "sticker": {"noise": 0.006}},
            },
        }
    )
    pipeline.service.anchor_of = lambda bundle: facts
    pipeline.controller.set_bundle(pipeline.service.out)
    view = pipeline.view
    qtbot.waitUntil(lambda: not view.coverage.isHidden(), timeout=8000)
    assert view.anchor_label.text() == "Anchor: unified. lcm and sticker cannot be told apart"
    assert [(bar.name, bar.low) for bar in view.bars.bars] == [("lcm", 2.9), ("sticker", 2.5)]
    shown = [(bar.name, bar.value, bar.is_marked) for bar in view.coverage.bars]
    assert shown == [("lcm", 0.015, False), ("sticker", 0.006, True)]
    assert view.coverage_label.text() == told


def test_that_a_bundle_of_before_coverage_shows_its_scores_alone(qtbot, pipeline):
    old = {"anchor": "lcm", "sensitivity": {"scores": {}, "reason": "lcm is the only adapter"}}
    pipeline.service.anchor_of = lambda bundle: anchor_facts(old)
    pipeline.controller.set_bundle(pipeline.service.out)
    view = pipeline.view
    qtbot.waitUntil(lambda: "only adapter" in view.anchor_label.text(), timeout=8000)
    assert view.coverage.isHidden()


def test_that_losses_grow_a_curve_an_adapter(qtbot, pipeline):
    with qtbot.waitSignal(pipeline.controller.bundle_built, timeout=8000):
        pipeline.view.build_button.click()
    wait_idle(qtbot, pipeline)
    assert pipeline.view.losses.names == ("transform", "sketch")


def test_that_a_build_can_be_stopped_and_says_that_it_goes_on_later(qtbot, pipeline):
    pipeline.service.hold_at = "calibrate"
    pipeline.view.build_button.click()
    qtbot.waitUntil(lambda: len(pipeline.rows) == 3, timeout=8000)
    pipeline.view.cancel_button.click()
    wait_idle(qtbot, pipeline)
    qtbot.waitUntil(pipeline.view.build_button.isVisible, timeout=8000)
    assert "start again to go on" in pipeline.view.banner.text.text()
    assert pipeline.bar(2) == "stopped"


def test_that_a_full_disk_is_said_with_the_stage_that_failed(qtbot, pipeline):
    pipeline.service.fail_at = "export"
    pipeline.view.build_button.click()
    qtbot.waitUntil(lambda: "disk is full" in pipeline.view.banner.text.text(), timeout=8000)
    assert pipeline.bar(len(pipeline.rows) - 1) == "failed"
    assert pipeline.view.build_button.isVisible()


def test_that_a_finding_leads_to_its_node(qtbot, pipeline, tmp_path):
    pipeline.controller.set_bundle(tmp_path)
    pipeline.view.lint_button.click()
    qtbot.waitUntil(lambda: pipeline.view.findings.topLevelItemCount() == 3, timeout=8000)
    assert "1 of them errors" in pipeline.view.lint_label.text()
    pipeline.view.findings.setCurrentItem(pipeline.view.findings.topLevelItem(0))
    node = pipeline.view.node
    items = lambda: [node.topLevelItem(at) for at in range(node.topLevelItemCount())]  # noqa: E731
    qtbot.waitUntil(lambda: any(item.text(0) == "Operator" for item in items()), timeout=8000)
    facts = {item.text(0): item.text(1) for item in items()}
    assert facts["What to do"].startswith("make the slot signed symmetric int16")
    assert facts["Node"] == "down_blocks.0.attn1.to_q"


def test_that_cancel_says_nothing_where_nothing_runs(pipeline):
    pipeline.controller.cancel()
    assert pipeline.view.banner.text.text() == ""


def test_that_the_panels_name_the_project_by_its_own_name(project):
    controller, view = project
    assert view.title.text() == controller.title == "demo"


def test_that_distributions_appear_once_there_is_a_bundle(qtbot, pipeline, tmp_path):
    pipeline.controller.set_bundle(tmp_path)
    qtbot.waitUntil(lambda: pipeline.view.spread_list.count() == 2, timeout=8000)


def test_that_a_plan_that_ran_hands_on_its_run(qtbot, pipeline, tmp_path):
    with qtbot.waitSignal(pipeline.controller.run_finished, timeout=8000) as finished:
        pipeline.controller.run_plan(str(tmp_path / "plan.toml"))
    assert finished.args == [tmp_path]
    wait_idle(qtbot, pipeline)
