"""The core speaks English and has no Qt: the window knows its texts, and every translation."""

import dataclasses
import json
import re
import tomllib

import pytest
from PySide6.QtCore import QTranslator

from device.states import DeviceState, state_text
from device.targets import Telemetry
from evaluation.kpis import KPIS
from quad_studio.devices import virtual_phone_facts
from quad_studio.quad.lint import rules
from quad_studio.sessions.remedies import REMEDIES
from quad_studio.use_cases.registry import BUILT_IN
from tests.unit.ui.core_sources import FIELD, ROOT, arguments, every_text, sentences
from ui.controllers.context_controller import fact_name
from ui.core_services.device_cards import VirtualPhone, virtual_card
from ui.core_texts import TEXTS, core_text, task_text, use_case_text
from ui.core_texts.numbers import FACTS, USE_CASES
from ui.models.card_words import spoken_card
from ui.models.kpi_names import kpi_style
from ui.models.run_model import device_label
from ui.models.stages import StageState
from ui.scenes import CARDS
from ui.translations import install_translator
from ui.widgets.device_card import DeviceCard
from ui.widgets.parts import StateBanner
from ui.widgets.stage_list import StageList

CORE = ("quad_studio", "evaluation", "device")
SPOKEN = (
    "device/endpoints.py",
    "device/open_target.py",
    "device/pairing.py",
    "device/remote_store.py",
    "device/runner_client.py",
    "device/states.py",
    "evaluation/comparability.py",
    "evaluation/determinism.py",
    "evaluation/measure.py",
    "evaluation/validity.py",
    "quad_studio/adapters/pack.py",
    "quad_studio/adapters/read.py",
    "quad_studio/adapters/safetensors_file.py",
    "quad_studio/bundle.py",
    "quad_studio/config.py",
    "quad_studio/demo_run.py",
    "quad_studio/devices.py",
    "quad_studio/engine/baselines.py",
    "quad_studio/engine/builder.py",
    "quad_studio/engine/calibration_items.py",
    "quad_studio/engine/fit_adapters.py",
    "quad_studio/engine/groundwork.py",
    "quad_studio/engine/phone_locks.py",
    "quad_studio/inputs.py",
    "quad_studio/project_checks.py",
    "quad_studio/project_document.py",
    "quad_studio/quad/calibrate.py",
    "quad_studio/quad/lint.py",
    "quad_studio/quad/load.py",
    "quad_studio/quad/profile.py",
    "quad_studio/quad/sensitivity.py",
    "quad_studio/schemas.py",
    "quad_studio/session_runs.py",
    "quad_studio/sessions/recording.py",
    "quad_studio/sessions/rows.py",
    "quad_studio/sessions/session.py",
    "quad_studio/storage.py",
    "quad_studio/use_cases/base.py",
    "quad_studio/use_cases/object_removal.py",
    "quad_studio/use_cases/pictures.py",
    "quad_studio/use_cases/prepare.py",
    "quad_studio/use_cases/sketch_to_image.py",
    "quad_studio/use_cases/tokenize.py",
    "quad_studio/workers/process.py",
    "ui/core_services/device_cards.py",
    "ui/core_services/devices.py",
)
"""Modules of which every sentence is for people who look at the window."""
NOT_SHOWN = {
    "Fatal Python error",
    "Object removal",
    "Removes what a mask covers and paints the background behind it.",
    "Sketch to image",
    "Turns a line drawing and a prompt into a picture.",
    "if it has to be one adapter's ranges: {0}",
    "no permissions",
    "no schema",
    "only adapter",
    "runner answers",
    "stopped by the user",
    "the anchor rests on fewer than {0} inputs an adapter ({1}), so its confidence intervals are"
    " too narrow; raise calibration.samples_per_adapter",
    "unknown statistic {0}",
    "{0}: none of its {1} calibration inputs names a truth picture; it is fitted data-free",
    "worker process",
}
"""What those modules look for, name, or tell the log and the terminal only."""
ALIKE = {"adb pair {0}: {1}. {2}"}
"""The same in both languages."""
PIECES = {
    "{0}: unknown key{1}": "v0: unknown key; did you mean 'v1'?",
    "ended with status {0}{1}": "ended with status v0: v1",
    "other weights or another convention: ": "other weights or another convention: v0 is v1",
}
"""What is put together from pieces, and what comes of it."""
OF_THE_SYSTEM = {
    "No such file or directory",
    "Permission denied",
    "No space left on device",
    "Is a directory",
    "image file is truncated",
}
"""Texts that the operating system or a library puts into the core's."""


def filled(template):
    """Return `template` with a name for each value."""
    return FIELD.sub(lambda field: f"v{field.group()[1:-1]}", template)


def left_english(templates):
    """Return those of which two words or more that are not a value's stay as they are."""
    left = []
    for template in sorted(templates):
        spoken = core_text(PIECES.get(template, filled(template)))
        fixed = [part.strip(" .,;:()") for part in FIELD.split(template)]
        if any(" " in part and re.search(rf"\b{re.escape(part)}\b", spoken) for part in fixed):
            left.append(template)
    return left


# ---- nothing that the core says is missing ------------------------------------------------------


def test_that_every_kpi_remedy_and_state_is_known():
    texts = [text for kpi in KPIS.values() for text in (kpi.title, kpi.definition)]
    texts += REMEDIES.values()
    texts += [text for state in DeviceState for text in vars(state_text(state)).values()]
    actions = {state_text(state).action for state in DeviceState}
    assert [text for text in texts if text not in (*TEXTS, *actions)] == []


def test_that_every_use_case_is_known():
    assert {case.name.replace("_", " ") for case in BUILT_IN} == set(USE_CASES)


def test_that_every_fact_of_a_row_and_of_a_card_is_known(german):
    names = [field.name for field in dataclasses.fields(Telemetry)]
    names += ["int8_activation_fraction", "anchor_reason", "range_estimator"]
    facts = [fact_name(name) for name in names]
    assert not [one for one in facts if one.partition(" (")[0] in set(FACTS) - {"cpu"}]
    virtual = virtual_phone_facts("s25-lsi")[1]
    card = spoken_card(virtual_card(VirtualPhone("s25-lsi", "localhost:5555"), None))
    assert {*virtual, "serial"} <= set(FACTS)
    assert "CPU-Kerne" in card.facts
    assert card.label.endswith("(virtuell)")


def test_that_every_field_of_a_project_is_explained():
    schema = json.loads((ROOT / "resources/schemas/project.schema.json").read_text("utf-8"))
    explained = list(_descriptions(schema))
    assert len(explained) > 20
    assert [text for text in explained if text not in TEXTS] == []


def _descriptions(schema):
    """Yield every description below `schema`."""
    for name, part in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if name == "description" and isinstance(part, str):
            yield part
        elif isinstance(part, dict | list):
            yield from _descriptions(part)


def test_that_every_lint_rule_is_known():
    for rule in rules():
        fields = re.findall(r"\{\w+\}", rule.message)
        numbered = rule.message
        for at, field in enumerate(fields):
            numbered = numbered.replace(field, f"{{{at}}}", 1)
        assert numbered in TEXTS
        assert rule.remedy in TEXTS


def test_that_every_note_of_a_chipset_is_known():
    for path in (ROOT / "resources" / "chipsets").glob("*.toml"):
        assert tomllib.loads(path.read_text("utf-8"))["execution"]["note"] in TEXTS


def test_that_every_title_and_note_of_a_stage_speaks_german(german):
    told = arguments("StageStarted", "title", *CORE)
    told |= arguments("StageFinished", "note", *CORE)
    told |= arguments("StageProgress", "note", *CORE)
    told |= arguments("run_stage", "title", *CORE, place=1)
    told |= arguments("get_json", "title", *CORE, place=1)
    assert len(told) >= 25
    assert left_english(told) == []


@pytest.mark.parametrize("module", SPOKEN)
def test_that_every_sentence_of_a_module_speaks_german(german, module):
    said = sentences(module) - NOT_SHOWN - ALIKE - set(FACTS)
    assert said
    assert left_english(said) == []


def test_that_the_window_knows_no_text_that_nobody_says():
    toml = [*(ROOT / "resources/chipsets").glob("*.toml"), *(ROOT / "quad_studio").rglob("*.toml")]
    own = ("ui/core_services", "ui/models", "ui/worker.py", "ui/widgets/frame.py")
    parts = [*every_text(*CORE, *own)]
    schema = ROOT / "resources/schemas/project.schema.json"
    parts += [path.read_text("utf-8").replace('\\"', '"') for path in (*toml, schema)]
    said = FIELD.sub("{}", "\n".join(parts))
    stale = {
        text
        for text in set(TEXTS) - OF_THE_SYSTEM
        for part in re.split(r"\{\w+\}", text)
        if part.strip(" .,;:()") not in said
    }
    assert stale == set()


# ---- how a text is found again -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("Try again.", "Versuchen Sie es erneut."),
        ("One profile, anchor: transform", "Ein Profil, Anker: transform"),
        (
            "adb:X: It went away in the middle of something. Check the cable or the network;"
            " finished work is kept.",
            "adb:X: Es verschwand mitten in der Arbeit. Prüfen Sie Kabel oder Netz;"
            " Fertiges bleibt erhalten.",
        ),
        (
            "p.toml: 2 problems\n  model.path: m does not exist\n  project.nam: unknown key;"
            " did you mean 'name'?",
            "p.toml: 2 Probleme\n  model.path: m gibt es nicht\n  project.nam: unbekannter"
            " Schlüssel; meinten Sie 'name'?",
        ),
        (
            "out/b: is damaged (unet.onnx has another size and 3 more); build the bundle again",
            "out/b: ist beschädigt (unet.onnx hat eine andere Größe und 3 weitere);"
            " bauen Sie das Bundle neu",
        ),
        (
            "adb:X: no space left on the device: 48.0 MB are needed, 21.0 MB are free. Remove a"
            " bundle (quad-studio deploy --remove) or free storage.",
            "adb:X: kein Platz mehr auf dem Gerät: 48.0 MB sind nötig, 21.0 MB sind frei."
            " Entfernen Sie ein Bundle (quad-studio deploy --remove) oder schaffen Sie Platz.",
        ),
        (
            "Galaxy S25 (Exynos 2500) (virtual) · CPU (QDQ)",
            "Galaxy S25 (Exynos 2500) (virtuell) · CPU (QDQ)",
        ),
    ],
)
def test_that_values_names_and_parts_keep_their_places(german, said, spoken):
    assert core_text(said) == spoken


def test_that_what_is_not_known_stays_as_it_is(german):
    assert core_text("vendor compiler: E0042 (see page 7)") == "vendor compiler: E0042 (see page 7)"
    assert core_text("") == ""


def test_that_a_program_that_says_a_lot_is_quoted(german):
    lines = "\n".join(f"  {at}: it does not run" for at in range(3000))
    assert core_text(lines).count("es läuft nicht") == 3000
    assert core_text("it does not run; " * 3000) == "it does not run; " * 3000


def test_that_a_name_is_no_text(german):
    assert core_text("free: 3 calls") == "free: 3 Aufrufe"  # an adapter that is called so


def test_that_english_stays_english(qapp):
    assert [text for text in TEXTS if core_text(text) != text] == []
    assert task_text("object removal [ddim, 8 steps]") == "object removal [ddim, 8 steps]"


def test_that_a_language_does_not_stay_when_it_is_taken_back(qapp):
    install_translator(qapp, "de")
    assert core_text("Wait.") == "Warten Sie."
    assert kpi_style("peak_ram_mb").label == "RAM-Spitze"
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    assert core_text("Wait.") == "Wait."
    assert kpi_style("peak_ram_mb").label == "Peak RAM"


# ---- where the window shows them -----------------------------------------------------------------


def test_that_a_card_a_stage_and_a_banner_speak_german(german, qtbot):
    card, stages, banner = DeviceCard(), StageList(), StateBanner()
    for widget in (card, stages, banner):
        qtbot.addWidget(widget)
    card.show_card(next(one for one in CARDS if one.state == "unauthorized"))
    assert "Schlüssel dieses Rechners" in card.cause.text()
    assert card.remedy.text().startswith("Entsperren Sie es")
    assert "Entsperren" in card.accessibleName()
    stages.show_stage(StageState("distill", "Fit sketch to the profile", note="12 calls"))
    item = stages.topLevelItem(0)
    assert (item.text(0), item.text(3)) == ("sketch ans Profil anpassen", "12 Aufrufe")
    banner.show_state("export: p: the disk is full; free some space", "bad")
    assert banner.text.text().startswith("export: p: der Datenträger ist voll")
    assert banner.accessibleName() == banner.text.text()


def test_that_a_row_is_named_in_german(german):
    assert use_case_text("object_removal") == "Objektentfernung"
    assert task_text("transform [lcm, 4 steps]") == "Umwandlung [lcm, 4 Schritte]"
    row = {"label": "host CPU", "target_kind": "host"}
    assert device_label(row) == "CPU dieses Rechners – kein Telefon"
