"""Scratch folders, for the layers above: see `device.scratch`."""

from device.scratch import ScratchFolder, sweep_once

__all__ = ["ScratchFolder", "sweep_once"]
