"""States of Project, Pipeline, Devices and Session, for the pictures; see `ui.scene_states`."""

import os
from dataclasses import replace
from pathlib import Path

from ui.photographer import BUNDLE, PHONE, PICTURED, Photographer
from ui.scene_guide import draw_curves, project_file, recorded
from ui.scenes import LOST


def open_project(here: Photographer) -> None:
    """Show a valid project."""
    here.studio.open_path(project_file())


def estimating(here: Photographer) -> None:
    """Ask for an estimate that is not there yet."""
    open_project(here)
    here.studio.project_view.tabs.setCurrentIndex(2)
    here.studio.project.estimate()
    here.is_instant = True


def incomplete(here: Photographer) -> None:
    """Show a project with two problems."""
    path = project_file()
    text = path.read_text(encoding="utf-8").replace('path = "model"', 'path = "modell"')
    path.write_text(text.replace("transform.safe", "transfrom.safe"), encoding="utf-8")
    here.studio.open_path(path)


def changed(here: Photographer) -> None:
    """Let another program change the project."""
    open_project(here)
    path, banner = project_file(), here.studio.project_view.banner
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"my-project"', '"my-project, INT8 LoRA"'), encoding="utf-8")
    here.wait_until(lambda: banner.kind == "warn")


def no_project(here: Photographer) -> None:
    """Open a project that is not there."""
    here.studio.open_path(Path("my-project/projekt.toml"))


def unreachable(here: Photographer) -> None:
    """Ask for an estimate of a lost device."""
    open_project(here)
    here.build.silent = LOST
    here.studio.project_view.tabs.setCurrentIndex(2)
    here.studio.project.estimate()
    here.wait_until(lambda: here.studio.project_view.banner.kind == "warn")


def built(here: Photographer) -> None:
    """Build to the end."""
    open_project(here)
    here.studio.pipeline.build()
    here.wait_until(lambda: not here.studio.pipeline.is_busy)


def building(here: Photographer) -> None:
    """Build, and stay at the distillation."""
    here.build.hold_at = "distill"
    open_project(here)
    here.studio.pipeline.build()
    here.wait_until(lambda: len(here.studio.pipeline_view.losses.names) == 2)


def stopped(here: Photographer) -> None:
    """Stop a build."""
    building(here)
    here.studio.pipeline.cancel()
    here.wait_until(lambda: not here.studio.pipeline.is_busy)


def disk_full(here: Photographer) -> None:
    """Let a stage of the build fail."""
    here.build.fail_at = "export"
    built(here)


def saved_again(here: Photographer) -> None:
    """Change the project after its build."""
    built(here)
    document = here.studio.project.document
    if document is not None:
        document.set("quantization", "lora", "int8")
    here.studio.project.save()


def plan_lost(here: Photographer) -> None:
    """Let a plan lose its device."""
    here.build.lost = f"{PHONE.name}: {LOST}"
    here.studio.pipeline.run_plan("my-project/plan.toml")
    here.wait_until(lambda: not here.studio.pipeline.is_busy)


def open_bundle(here: Photographer) -> None:
    """Open a bundle for devices and session."""
    here.wait_until(lambda: bool(here.studio.devices.cards))
    BUNDLE.mkdir(parents=True, exist_ok=True)
    (BUNDLE / "bundle.json").write_text("{}", encoding="utf-8")
    here.studio.devices.check(PHONE.name, True)
    here.studio.devices.choose(PHONE.name)
    here.studio.devices.stop_sampling()
    draw_curves(here, 40)
    here.studio.open_bundle(BUNDLE)
    here.wait_until(lambda: not here.studio.session_view.content.isHidden())


def no_device(here: Photographer) -> None:
    """Let there be no device."""
    here.devices.cards = ()
    here.wait_until(lambda: not here.studio.devices.cards)


def deployed(here: Photographer) -> None:
    """Deploy to the end."""
    open_bundle(here)
    here.studio.devices.deploy()
    here.wait_until(lambda: not here.studio.devices.is_busy)


def deploy_stopped(here: Photographer) -> None:
    """Stop a deployment."""
    here.devices.hold_deploy = True
    open_bundle(here)
    here.studio.devices.deploy()
    here.wait(300)
    here.studio.devices.cancel()
    here.wait_until(lambda: not here.studio.devices.is_busy)


def no_room(here: Photographer) -> None:
    """Let a deployment fail on one device."""
    here.devices.fails = "no space left on the device: 48.0 MB are needed, 21.0 MB are free."
    deployed(here)


def built_again(here: Photographer) -> None:
    """Let the bundle be built again after it was deployed."""
    deployed(here)
    os.utime(BUNDLE / "bundle.json", (1, 1))
    here.studio.devices.set_bundle(BUNDLE)


def gone(here: Photographer) -> None:
    """Let a device go away."""
    open_bundle(here)
    lost = replace(
        PHONE,
        state="lost",
        cause="It went away in the middle of something.",
        remedy="Check the cable or the network; finished work is kept.",
        action="reconnect",
    )
    here.devices.cards = tuple(lost if card is PHONE else card for card in PICTURED)
    here.wait_until(lambda: here.studio.devices_view.banner.kind == "warn")


def ask_for_image(here: Photographer, use_case: str = "text_to_image") -> None:
    """Ask for an image."""
    here.studio.session.choose_use_case(use_case)
    here.studio.session_view.request.prompt.setText("a banana on purple")
    here.studio.session.run()
    here.wait_until(lambda: not here.studio.session.is_busy)


def make_images(here: Photographer) -> None:
    """Make an image on two devices."""
    recorded(here)
    open_bundle(here)
    ask_for_image(here)


def reading(here: Photographer) -> None:
    """Open a bundle that is not read yet."""
    here.studio.open_bundle(BUNDLE)
    here.is_instant = True


def one_failed(here: Photographer) -> None:
    """Let one of two devices fail."""
    here.sessions.fail_on = PHONE.name
    make_images(here)


def died(here: Photographer) -> None:
    """Let both runners die."""
    here.sessions.deaths = 2
    make_images(here)


def session_lost(here: Photographer) -> None:
    """Let one of two devices be lost."""
    here.sessions.problem = LOST
    one_failed(here)


def session_stale(here: Photographer) -> None:
    """Let the bundle be built again under the session."""
    make_images(here)
    os.utime(BUNDLE / "bundle.json", (1, 1))
    here.studio.session.set_bundle(BUNDLE)
    here.wait()


def unreferenced(here: Photographer) -> None:
    """Make an image without its reference."""
    recorded(here)
    open_bundle(here)
    here.studio.session_view.request.reference.setChecked(False)
    ask_for_image(here)
