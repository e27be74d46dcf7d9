"""Texts of devices: their states, the runner on them, adb, pairing, virtual phones."""

from ui.command import QT_TRANSLATE_NOOP

TEXTS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("Core", "This machine"),
    QT_TRANSLATE_NOOP("Core", "Runs on this machine's CPU: not a phone."),
    QT_TRANSLATE_NOOP("Core", "Runs on this machine: its times are not phone times."),
    QT_TRANSLATE_NOOP("Core", "{0} (virtual)"),
    QT_TRANSLATE_NOOP("Core", "It starts and adb connects to it."),
    QT_TRANSLATE_NOOP("Core", "Wait a few seconds."),
    QT_TRANSLATE_NOOP("Core", "Its process ended in the middle of something."),
    QT_TRANSLATE_NOOP("Core", "Start it again; finished work is kept."),
    QT_TRANSLATE_NOOP("Core", "It is switched off."),
    QT_TRANSLATE_NOOP("Core", "Start it."),
    QT_TRANSLATE_NOOP("Core", "Reconnect; finished work is kept."),
    QT_TRANSLATE_NOOP("Core", "adb, which leads to it, cannot be used."),
    QT_TRANSLATE_NOOP("Core", "It runs, but adb does not reach it any more."),
    QT_TRANSLATE_NOOP("Core", "There is no adb program that runs here."),
    QT_TRANSLATE_NOOP(
        "Core", "Install the package adbutils again, or set ADBUTILS_ADB_PATH to an adb program."
    ),
    QT_TRANSLATE_NOOP("Core", "The adb server does not run."),
    QT_TRANSLATE_NOOP("Core", "An adb server of another version runs and is left alone."),
    QT_TRANSLATE_NOOP(
        "Core", "Set ADBUTILS_ADB_PATH to the adb that started it, or stop that server yourself."
    ),
    QT_TRANSLATE_NOOP("Core", "It was seen before and is not connected now."),
    QT_TRANSLATE_NOOP("Core", "Plug it in, or reconnect over the network."),
    QT_TRANSLATE_NOOP("Core", "The adb server is opening the connection."),
    QT_TRANSLATE_NOOP("Core", "The device is checking this computer's key."),
    QT_TRANSLATE_NOOP("Core", "Wait; a question may come up on its screen."),
    QT_TRANSLATE_NOOP("Core", "The device has not accepted this computer's key."),
    QT_TRANSLATE_NOOP(
        "Core", "Unlock it and accept the question on its screen (Allow USB debugging)."
    ),
    QT_TRANSLATE_NOOP("Core", "This user may not open the USB device."),
    QT_TRANSLATE_NOOP(
        "Core", "Add a udev rule for it (package android-udev-rules) and plug it in again."
    ),
    QT_TRANSLATE_NOOP("Core", "The connection is there and the device does not answer."),
    QT_TRANSLATE_NOOP(
        "Core", "Reconnect; if that does not help, unplug it or switch USB debugging off and on."
    ),
    QT_TRANSLATE_NOOP("Core", "The device is in its boot loader or recovery."),
    QT_TRANSLATE_NOOP("Core", "Restart it into Android."),
    QT_TRANSLATE_NOOP("Core", "Android is still starting."),
    QT_TRANSLATE_NOOP("Core", "Wait until it is up."),
    QT_TRANSLATE_NOOP("Core", "The runner does not run on this device."),
    QT_TRANSLATE_NOOP("Core", "Use a 64-bit device."),
    QT_TRANSLATE_NOOP("Core", "There is too little free storage for a bundle."),
    QT_TRANSLATE_NOOP("Core", "Remove a bundle (quad-studio deploy --remove) or free storage."),
    QT_TRANSLATE_NOOP("Core", "A bundle is being deployed."),
    QT_TRANSLATE_NOOP("Core", "Wait."),
    QT_TRANSLATE_NOOP("Core", "A runner works on it."),
    QT_TRANSLATE_NOOP("Core", "Wait for it, or end that session."),
    QT_TRANSLATE_NOOP("Core", "It is so hot that it slows down."),
    QT_TRANSLATE_NOOP("Core", "Let it cool before you measure."),
    QT_TRANSLATE_NOOP("Core", "Its battery is nearly empty and not charging."),
    QT_TRANSLATE_NOOP("Core", "Charge it."),
    QT_TRANSLATE_NOOP("Core", "It went away in the middle of something."),
    QT_TRANSLATE_NOOP("Core", "Check the cable or the network; finished work is kept."),
    QT_TRANSLATE_NOOP("Core", "It did not answer as a phone does."),
    QT_TRANSLATE_NOOP("Core", "Try again."),
    QT_TRANSLATE_NOOP("Core", "It runs {0}."),
    QT_TRANSLATE_NOOP("Core", "an unknown ABI"),
    QT_TRANSLATE_NOOP("Core", "Android API {0}; the runner needs {1}."),
    QT_TRANSLATE_NOOP("Core", "Only {0} MB are free."),
    QT_TRANSLATE_NOOP("Core", "Thermal status {0} at {1} degrees Celsius."),
    QT_TRANSLATE_NOOP("Core", "Battery at {0} %, not charging."),
    QT_TRANSLATE_NOOP("Core", "adb calls it {0}."),
    QT_TRANSLATE_NOOP("Core", "adb server {0}:{1}"),
    QT_TRANSLATE_NOOP("Core", "the adb server went away"),
    QT_TRANSLATE_NOOP(
        "Core",
        "No emulator of this NPU exists outside Samsung's SDK: everything runs on this "
        "host's CPU provider.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "No emulator of this NPU exists outside MediaTek's SDK: everything runs on this "
        "host's CPU provider.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "QNN calls run on the HTP emulator of this host, the rest on its CPU provider; no "
        "time of either is a phone's time.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "Unlock the phone, wait for the question 'Allow USB debugging?', tick 'Always allow' "
        "and press Allow. If no question comes, switch USB debugging off and on.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "Install the package android-udev-rules, or a udev rule for the phone's vendor, then "
        "plug the phone in again.",
    ),
    QT_TRANSLATE_NOOP("Core", "The adb server runs."),
    QT_TRANSLATE_NOOP("Core", "virtual:{0} is on"),
    QT_TRANSLATE_NOOP("Core", "virtual:{0} is off"),
    QT_TRANSLATE_NOOP("Core", "{0} is back"),
    QT_TRANSLATE_NOOP("Core", "the virtual phone is switched off"),
    QT_TRANSLATE_NOOP("Core", "it does not run"),
    QT_TRANSLATE_NOOP("Core", "bundles are not copied there, so none can be removed"),
    QT_TRANSLATE_NOOP("Core", "{0} of {1} MB sent"),
    QT_TRANSLATE_NOOP("Core", "all {0} MB are there already"),
    QT_TRANSLATE_NOOP("Core", "recovering it (tried: {0})"),
    QT_TRANSLATE_NOOP("Core", "waited for it to come back by itself"),
    QT_TRANSLATE_NOOP("Core", "looked for it on the network"),
    QT_TRANSLATE_NOOP("Core", "asked for it to be plugged in again"),
    QT_TRANSLATE_NOOP("Core", "adb reconnect for this serial"),
    QT_TRANSLATE_NOOP(
        "Core",
        "lost while {0}. Check the cable or the network, then run again: finished work is kept.",
    ),
    QT_TRANSLATE_NOOP("Core", "a request was running"),
    QT_TRANSLATE_NOOP("Core", "starting the runner"),
    QT_TRANSLATE_NOOP("Core", "no space left on the device: {0} are needed."),
    QT_TRANSLATE_NOOP("Core", "no space left on the device: {0} are needed, {1} are free."),
    QT_TRANSLATE_NOOP("Core", "no target {0}: {1}"),
    QT_TRANSLATE_NOOP("Core", "write host, adb:SERIAL or virtual:PRESET"),
    QT_TRANSLATE_NOOP(
        "Core", "no such device. {0} 'quad-studio devices' lists those that are there."
    ),
    QT_TRANSLATE_NOOP("Core", "adb does not know it."),
    QT_TRANSLATE_NOOP("Core", "Plug it in."),
    QT_TRANSLATE_NOOP("Core", "the adb server closed the connection"),
    QT_TRANSLATE_NOOP("Core", "no answer"),
    QT_TRANSLATE_NOOP("Core", "no answer in {0} s"),
    QT_TRANSLATE_NOOP("Core", "adb {0}: no answer in {1} s"),
    QT_TRANSLATE_NOOP(
        "Core",
        "{0} arrived different ({1} instead of {2}); deploy again, and try another cable or "
        "port if it happens twice",
    ),
    QT_TRANSLATE_NOOP("Core", "its SHA-256 is not the one in bundle.json; build the bundle again"),
    QT_TRANSLATE_NOOP(
        "Core", "bundle {0} is {1}; deploy it first: quad-studio deploy {2} --target {3}"
    ),
    QT_TRANSLATE_NOOP("Core", "not on the device"),
    QT_TRANSLATE_NOOP("Core", "not whole on the device"),
    QT_TRANSLATE_NOOP("Core", "another device, {0}, answers there"),
    QT_TRANSLATE_NOOP("Core", "bundle {0} is in use by a session; end it first"),
    QT_TRANSLATE_NOOP("Core", "nothing moved for {0} s"),
    QT_TRANSLATE_NOOP("Core", "the link was closed"),
    QT_TRANSLATE_NOOP("Core", "the runner ended with status {0}; run again, finished work is kept"),
    QT_TRANSLATE_NOOP("Core", "the runner ended with status {0}: {1}"),
    QT_TRANSLATE_NOOP(
        "Core",
        "the runner was killed (signal 9), perhaps because memory ran out; run again, "
        "finished work is kept",
    ),
    QT_TRANSLATE_NOOP("Core", "the runner {0}; run again, finished work is kept"),
    QT_TRANSLATE_NOOP("Core", "ended with status {0}; {1}"),
    QT_TRANSLATE_NOOP("Core", "the runner was not ready in {0} s"),
    QT_TRANSLATE_NOOP("Core", "not ready after {0} s; {1}"),
    QT_TRANSLATE_NOOP("Core", "the runner closed the connection; did it end?"),
    QT_TRANSLATE_NOOP("Core", "cannot connect to {0}: {1}"),
    QT_TRANSLATE_NOOP("Core", "the connection broke: {0}"),
    QT_TRANSLATE_NOOP("Core", "no answer within {0} s"),
    QT_TRANSLATE_NOOP(
        "Core",
        "no quad_runner for {0} below {1}; build it with `python -m device.runner_build`, or "
        "set QUAD_RUNNER",
    ),
    QT_TRANSLATE_NOOP("Core", "QUAD_RUNNER is {0}, which is not a file"),
    QT_TRANSLATE_NOOP("Core", "it ended with status {0}; {1}"),
    QT_TRANSLATE_NOOP("Core", "its log is empty"),
    QT_TRANSLATE_NOOP("Core", "no log"),
    QT_TRANSLATE_NOOP("Core", "the runner sent no image back"),
    QT_TRANSLATE_NOOP("Core", "the pairing code is the six digits that the phone shows"),
    QT_TRANSLATE_NOOP(
        "Core",
        "write HOST:PORT as shown under 'Pair device with pairing code'; it is not the port "
        "of the connection",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "no phone scanned the code within {0} s. On the phone: Developer options, Wireless "
        "debugging, Pair device with QR code; it must be in the same network.",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "paired with {0}, but it does not announce its connection. Read HOST:PORT under "
        "'Wireless debugging' on the phone: quad-studio pair --connect HOST:PORT",
    ),
    QT_TRANSLATE_NOOP("Core", "Is the code still on the screen? It changes each time."),
    QT_TRANSLATE_NOOP(
        "Core",
        "The phone did not take the code, or none waits at this address. Both change each "
        "time: read them again under 'Pair device with pairing code', whose port is not that "
        "of the connection.",
    ),
    QT_TRANSLATE_NOOP("Core", "adb pair {0}: {1}. {2}"),
    QT_TRANSLATE_NOOP("Core", "this adb server finds no phones by mDNS: {0}"),
    QT_TRANSLATE_NOOP("Core", "virtual phone {0} did not start: {1}"),
    QT_TRANSLATE_NOOP("Core", "virtual phone {0}: not back in {1} s"),
    QT_TRANSLATE_NOOP(
        "Core",
        "virtual phone {0}: no answer ({1}); start it again with quad-studio virtual-phone "
        "--preset {2}",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "the virtual phone needs a POSIX shell: run it on Linux, macOS or in WSL"
    ),
)
