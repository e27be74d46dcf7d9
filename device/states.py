"""The states a device can be in, each with its cause, its remedy and one action."""

from dataclasses import dataclass
from enum import StrEnum


class DeviceState(StrEnum):
    """What a device is like; the value is the word that people read."""

    NO_ADB = "no-adb"
    SERVER_DOWN = "server-down"
    SERVER_CONFLICT = "server-conflict"
    ABSENT = "absent"
    CONNECTING = "connecting"
    AUTHORIZING = "authorizing"
    UNAUTHORIZED = "unauthorized"
    NO_PERMISSIONS = "no-permissions"
    OFFLINE = "offline"
    NOT_ANDROID = "not-android"
    BOOTING = "booting"
    UNSUPPORTED = "unsupported"
    LOW_STORAGE = "low-storage"
    PREPARING = "preparing"
    READY = "ready"
    BUSY = "busy"
    COOLING = "cooling"
    LOW_BATTERY = "low-battery"
    LOST = "lost"
    ERROR = "error"


@dataclass(frozen=True)
class StateText:
    """What is said about a state: one sentence why, one what to do, and the action's name."""

    cause: str
    remedy: str
    action: str = ""


_TEXTS: dict[DeviceState, StateText] = {
    DeviceState.NO_ADB: StateText(
        "There is no adb program that runs here.",
        "Install the package adbutils again, or set ADBUTILS_ADB_PATH to an adb program.",
        "doctor",
    ),
    DeviceState.SERVER_DOWN: StateText("The adb server does not run.", "Start it.", "start-server"),
    DeviceState.SERVER_CONFLICT: StateText(
        "An adb server of another version runs and is left alone.",
        "Set ADBUTILS_ADB_PATH to the adb that started it, or stop that server yourself.",
        "doctor",
    ),
    DeviceState.ABSENT: StateText(
        "It was seen before and is not connected now.",
        "Plug it in, or reconnect over the network.",
        "reconnect",
    ),
    DeviceState.CONNECTING: StateText(
        "The adb server is opening the connection.", "Wait a few seconds.", "wait"
    ),
    DeviceState.AUTHORIZING: StateText(
        "The device is checking this computer's key.",
        "Wait; a question may come up on its screen.",
        "wait",
    ),
    DeviceState.UNAUTHORIZED: StateText(
        "The device has not accepted this computer's key.",
        "Unlock it and accept the question on its screen (Allow USB debugging).",
        "authorize",
    ),
    DeviceState.NO_PERMISSIONS: StateText(
        "This user may not open the USB device.",
        "Add a udev rule for it (package android-udev-rules) and plug it in again.",
        "udev",
    ),
    DeviceState.OFFLINE: StateText(
        "The connection is there and the device does not answer.",
        "Reconnect; if that does not help, unplug it or switch USB debugging off and on.",
        "reconnect",
    ),
    DeviceState.NOT_ANDROID: StateText(
        "The device is in its boot loader or recovery.", "Restart it into Android.", "wait"
    ),
    DeviceState.BOOTING: StateText("Android is still starting.", "Wait until it is up.", "wait"),
    DeviceState.UNSUPPORTED: StateText(
        "The runner does not run on this device.", "Use a 64-bit device.", ""
    ),
    DeviceState.LOW_STORAGE: StateText(
        "There is too little free storage for a bundle.",
        "Remove a bundle (quad-studio deploy --remove) or free storage.",
        "free-space",
    ),
    DeviceState.PREPARING: StateText("A bundle is being deployed.", "Wait.", "wait"),
    DeviceState.READY: StateText("", "", ""),
    DeviceState.BUSY: StateText(
        "A runner works on it.", "Wait for it, or end that session.", "wait"
    ),
    DeviceState.COOLING: StateText(
        "It is so hot that it slows down.", "Let it cool before you measure.", "wait"
    ),
    DeviceState.LOW_BATTERY: StateText(
        "Its battery is nearly empty and not charging.", "Charge it.", "wait"
    ),
    DeviceState.LOST: StateText(
        "It went away in the middle of something.",
        "Check the cable or the network; finished work is kept.",
        "reconnect",
    ),
    DeviceState.ERROR: StateText("It did not answer as a phone does.", "Try again.", "retry"),
}

# adb's words; everything else is shown as an error with adb's word in it.
_FROM_ADB: dict[str, DeviceState] = {
    "device": DeviceState.READY,
    "connecting": DeviceState.CONNECTING,
    "authorizing": DeviceState.AUTHORIZING,
    "unauthorized": DeviceState.UNAUTHORIZED,
    "offline": DeviceState.OFFLINE,
    "detached": DeviceState.OFFLINE,
    "host": DeviceState.NOT_ANDROID,
    "bootloader": DeviceState.NOT_ANDROID,
    "recovery": DeviceState.NOT_ANDROID,
    "rescue": DeviceState.NOT_ANDROID,
    "sideload": DeviceState.NOT_ANDROID,
}


def state_text(state: DeviceState) -> StateText:
    """Return what is said about `state`."""
    return _TEXTS[state]


def from_adb(word: str) -> DeviceState:
    """Return the state for adb's word; `device` means that it can be asked for more.

    >>> from_adb("no permissions (user in plugdev group); see [http://x]")
    <DeviceState.NO_PERMISSIONS: 'no-permissions'>
    """
    if word.startswith("no permissions"):
        return DeviceState.NO_PERMISSIONS
    return _FROM_ADB.get(word, DeviceState.ERROR)


def usable(state: DeviceState) -> bool:
    """Return whether a session can be opened on a device in this state."""
    return state in (
        DeviceState.READY,
        DeviceState.BUSY,
        DeviceState.COOLING,
        DeviceState.LOW_BATTERY,
        DeviceState.LOW_STORAGE,
        DeviceState.PREPARING,
    )
