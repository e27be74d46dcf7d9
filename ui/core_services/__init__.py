"""The core behind the panels' protocols (`ui.services`)."""

from ui.core_services.build import CoreBuild
from ui.core_services.devices import CoreDevices
from ui.core_services.sessions import CoreSessions
from ui.services import Services


def core_services() -> Services:
    """Return the services that do the real work; nothing heavy is imported yet."""
    return Services(devices=CoreDevices(), sessions=CoreSessions(), build=CoreBuild())
