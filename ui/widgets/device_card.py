"""One device as a card: what it is, how it is, and the one thing to do."""

from PySide6.QtCore import QCoreApplication, QDateTime, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QProgressBar, QVBoxLayout, QWidget

from ui.icons import set_pixmap
from ui.models.card_words import spoken_card
from ui.services import TargetCard
from ui.widgets.parts import button, chip, label, row, set_chip

NO_DEVICE = ("no-adb", "server-down", "server-conflict")  # the card is adb's own
KIND_ICONS = {"host": "host", "phone": "phone", "virtual": "virtual"}
STATE_LOOKS: dict[str, tuple[str, str]] = {
    "ready": ("ok", "good"),
    "busy": ("busy", "info"),
    "preparing": ("deploy", "info"),
    "connecting": ("busy", "info"),
    "authorizing": ("busy", "info"),
    "booting": ("busy", "info"),
    "cooling": ("cooling", "warn"),
    "low-battery": ("warning", "warn"),
    "low-storage": ("warning", "warn"),
    "unauthorized": ("warning", "warn"),
    "no-permissions": ("warning", "warn"),
    "offline": ("lost", "bad"),
    "lost": ("lost", "bad"),
    "absent": ("clock", "none"),
    "stopped": ("stop", "none"),
    "not-android": ("warning", "warn"),
    "unsupported": ("error", "bad"),
    "no-adb": ("error", "bad"),
    "server-down": ("error", "bad"),
    "server-conflict": ("error", "bad"),
    "error": ("error", "bad"),
}


class DeviceCard(QFrame):
    """Shows one target.

    Signals:
        clicked: The card (the target's name) was chosen.
        action_clicked: (target, action): the card's button.
        checked: (target, on): take part in deployments and sessions.
    """

    clicked = Signal(str)
    action_clicked = Signal(str, str)
    checked = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build an empty card."""
        super().__init__(parent)
        self.setObjectName("card")
        self._card: TargetCard | None = None
        self.icon, self.state_icon = QLabel(), QLabel()
        self.title = label("", "heading", wrap=True)
        self.name = label("", "muted", wrap=True)
        self.state = chip()
        self.cause = label("", wrap=True)
        self.remedy = label("", "muted", wrap=True)
        self.check = QCheckBox()
        self.check.setToolTip(self.tr("Use this device for deploying and sessions"))
        self.check.toggled.connect(self._on_checked)
        self._actions = {name: QAction(self) for name in ("act", "check", "show")}
        self._actions["check"].setCheckable(True)
        self._actions["act"].triggered.connect(self._on_action)
        self._actions["check"].triggered.connect(self.check.click)
        self._actions["show"].triggered.connect(self._on_details)
        self.action = button("")
        self.action.clicked.connect(self._on_action)
        self.details = button(self.tr("Details"))
        self.details.clicked.connect(self._on_details)
        self.bar = QProgressBar()
        self.bar.hide()
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.name)
        head = row(self.check, self.icon)
        head.addLayout(names, 1)
        head.addWidget(self.state_icon)
        head.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.cause)
        column.addWidget(self.remedy)
        column.addWidget(self.bar)
        column.addLayout(row(1, self.details, self.action))

    def show_card(self, card: TargetCard) -> None:
        """Show `card`."""
        self._card = card = spoken_card(card)
        set_pixmap(self.icon, KIND_ICONS.get(card.kind, "phone"), 24, "text")
        self.title.setText(card.label or card.name)
        notes = [card.name, *card.transports]
        self.name.setText(" · ".join(notes))
        picture, kind = STATE_LOOKS.get(card.state, ("error", "bad"))
        set_pixmap(self.state_icon, picture, 16, kind if kind != "none" else "muted")
        set_chip(self.state, state_word(card.state), kind)
        cause = card.cause
        if card.last_seen is not None:
            seen = QDateTime.fromSecsSinceEpoch(int(card.last_seen)).toString("yyyy-MM-dd HH:mm")
            cause = self.tr("{0} Last seen {1}.").format(cause, seen).strip()
        self.cause.setText(cause or card.note)
        self.cause.setVisible(bool(cause or card.note))
        self.remedy.setText(card.remedy)
        self.remedy.setVisible(bool(card.remedy))
        self.check.setVisible(card.state not in NO_DEVICE)
        self.action.setText(action_word(card.action))
        self.action.setVisible(card.action not in ("", "wait"))
        self.setAccessibleName(f"{card.label}, {state_word(card.state)}. {cause} {card.remedy}")
        self._name_parts(card)

    def _name_parts(self, card: TargetCard) -> None:
        """Say of each control, and of each command, which device it is about."""
        name, action = card.label or card.name, action_word(card.action)
        words = {
            "act": f"{name}: {action}",
            "check": self.tr("{0}: use it for deploying and sessions").format(name),
            "show": self.tr("{0}: details").format(name),
        }
        for what, text in words.items():
            self._actions[what].setText(text)
            self._actions[what].setObjectName(f"devices.{what}:{card.name}")
        self.check.setAccessibleName(words["check"])
        self.action.setAccessibleName(words["act"])
        self.details.setAccessibleName(words["show"])

    def possible_actions(self) -> list[QAction]:
        """Return what can be done with the device now: its button, its check box, its details."""
        names = ("act", "check", "show") if not self.action.isHidden() else ("check", "show")
        return [self._actions[name] for name in names]

    def show_progress(self, done: int, total: int, text: str) -> None:
        """Show how far a deployment is; a total of 0 hides the bar."""
        self.bar.setVisible(total > 0)
        # Bytes of large bundles exceed the bar's 32 bits.
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * done / total) if total else 0)
        self.bar.setFormat(text)

    def show_checked(self, on: bool) -> None:
        """Show whether the device takes part, without saying so."""
        self.check.blockSignals(True)
        self.check.setChecked(on)
        self._actions["check"].setChecked(on)
        self.check.blockSignals(False)

    def _on_checked(self, on: bool) -> None:
        self._actions["check"].setChecked(on)
        if self._card is not None:
            self.checked.emit(self._card.name, on)

    def _on_action(self) -> None:
        if self._card is not None:
            self.action_clicked.emit(self._card.name, self._card.action)

    def _on_details(self) -> None:
        if self._card is not None:
            self.clicked.emit(self._card.name)


def state_word(state: str) -> str:
    """Return a state in the user's language."""
    translate = QCoreApplication.translate
    words = {
        "ready": translate("DeviceWords", "ready"),
        "busy": translate("DeviceWords", "busy"),
        "preparing": translate("DeviceWords", "preparing"),
        "connecting": translate("DeviceWords", "connecting"),
        "authorizing": translate("DeviceWords", "authorizing"),
        "booting": translate("DeviceWords", "booting"),
        "cooling": translate("DeviceWords", "cooling"),
        "low-battery": translate("DeviceWords", "low battery"),
        "low-storage": translate("DeviceWords", "low storage"),
        "unauthorized": translate("DeviceWords", "not authorized"),
        "no-permissions": translate("DeviceWords", "no permission"),
        "offline": translate("DeviceWords", "offline"),
        "lost": translate("DeviceWords", "lost"),
        "absent": translate("DeviceWords", "not connected"),
        "stopped": translate("DeviceWords", "stopped"),
        "not-android": translate("DeviceWords", "not in Android"),
        "unsupported": translate("DeviceWords", "not supported"),
        "no-adb": translate("DeviceWords", "no adb"),
        "server-down": translate("DeviceWords", "adb is down"),
        "server-conflict": translate("DeviceWords", "adb conflict"),
        "error": translate("DeviceWords", "error"),
    }
    return words.get(state, state)


def action_word(action: str) -> str:
    """Return a card's action in the user's language."""
    translate = QCoreApplication.translate
    words = {
        "reconnect": translate("DeviceWords", "Reconnect"),
        "authorize": translate("DeviceWords", "How to allow it"),
        "udev": translate("DeviceWords", "How to fix it"),
        "free-space": translate("DeviceWords", "Show what is on it"),
        "retry": translate("DeviceWords", "Try again"),
        "start": translate("DeviceWords", "Start"),
        "stop": translate("DeviceWords", "Stop"),
        "start-server": translate("DeviceWords", "Start adb"),
        "doctor": translate("DeviceWords", "Diagnose"),
    }
    return words.get(action, action)
