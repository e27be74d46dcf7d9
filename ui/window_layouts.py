"""Where the panels of each workspace stand at first."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from ui.widgets.dock import Dock

WORKSPACES: dict[str, tuple[str, ...]] = {
    "build": ("project", "pipeline", "log"),
    "devices": ("devices", "log"),
    "session": ("session",),
    "judge": ("runs", "compare", "context", "statistics", "log", "kpis"),
}
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
STEP_PX = 40
# What a key does to a panel -> along which way, by how much.
RESIZES: dict[str, tuple[Qt.Orientation, int]] = {
    "wider": (ACROSS, STEP_PX),
    "narrower": (ACROSS, -STEP_PX),
    "taller": (DOWN, STEP_PX),
    "shorter": (DOWN, -STEP_PX),
}

# Workspace -> steps (panel, placed against, "right" | "below" | "tab"); the first stands alone.
_STEPS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "build": (
        ("project", "", ""),
        ("pipeline", "project", "right"),
        ("log", "pipeline", "below"),
    ),
    "devices": (("devices", "", ""), ("log", "devices", "below")),
    "session": (("session", "", ""),),
    "judge": (
        ("runs", "", ""),
        ("compare", "runs", "right"),
        ("context", "compare", "right"),
        ("statistics", "context", "tab"),
        ("log", "context", "tab"),
        ("kpis", "compare", "below"),
    ),
}
_SIZES: dict[str, tuple[tuple[dict[str, int], Qt.Orientation], ...]] = {
    "build": (({"project": 560, "pipeline": 840}, ACROSS), ({"pipeline": 640, "log": 180}, DOWN)),
    "devices": (({"devices": 640, "log": 180}, DOWN),),
    "session": (),
    "judge": (
        ({"runs": 200, "compare": 930, "context": 290}, ACROSS),
        ({"compare": 590, "kpis": 270}, DOWN),
    ),
}


def lay_out(window: QMainWindow, docks: Mapping[str, Dock], workspace: str) -> None:
    """Show the panels of `workspace` at their first places, and hide the others."""
    for every in docks.values():
        if every.isFloating():
            every.setFloating(False)
        window.removeDockWidget(every)
    for name, against, how in _STEPS[workspace]:
        if name not in docks:
            continue
        dock = docks[name]
        anchor = docks.get(against)
        if anchor is None:
            window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        elif how == "tab":
            window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
            window.tabifyDockWidget(anchor, dock)
        else:
            window.splitDockWidget(anchor, dock, ACROSS if how == "right" else DOWN)
        dock.show()
    for sizes, orientation in _SIZES[workspace]:
        known = {name: size for name, size in sizes.items() if name in docks}
        window.resizeDocks([docks[name] for name in known], list(known.values()), orientation)
    for name, _, how in reversed(_STEPS[workspace]):
        if how != "tab" and name in docks:
            docks[name].raise_()


def resize_panel(window: QMainWindow, dock: Dock, how: str) -> None:
    """Change the size of `dock` by a step, as dragging its border does; its neighbours give way."""
    orientation, step = RESIZES[how]
    is_across = orientation is ACROSS
    if dock.isFloating():
        dock.resize(dock.width() + step * is_across, dock.height() + step * (not is_across))
        return
    size = dock.width() if is_across else dock.height()
    window.resizeDocks([dock], [max(size + step, 1)], orientation)
