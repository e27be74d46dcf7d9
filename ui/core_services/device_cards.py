"""The cards of the Devices panel: this machine, the virtual phones, the real ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from quad_studio.devices import host_facts, virtual_phone_facts
from ui.core_services.build import facts_of
from ui.services import TargetCard

_VIRTUAL_NOTE = "Runs on this machine: its times are not phone times."
ADB_PROBLEMS = ("no-adb", "server-down", "server-conflict")


@dataclass(frozen=True)
class VirtualPhone:
    """What is known of a virtual phone beside what adb says.

    Attributes:
        serial: What adb calls it, empty when it does not run.
        has_died: It ran while this window was open, and its process ended without being asked to.
        is_starting: It was asked to start or to connect, and that is not done.
    """

    preset: str
    serial: str = ""
    has_died: bool = False
    is_starting: bool = False


def all_cards(
    phones: Sequence[VirtualPhone], records: Sequence[Any] | None, serials: Collection[str]
) -> tuple[TargetCard, ...]:
    """Return every card; what is wrong with adb itself comes first, it concerns all phones.

    Args:
        phones: The virtual phones.
        records: What adb knows of all devices; None before it was asked.
        serials: Serials that virtual phones have or had: they have cards of their own.
    """
    virtual = [virtual_card(phone, records) for phone in phones]
    cards = (host_card(), *virtual, *phone_cards(records or (), serials))
    return tuple(sorted(cards, key=lambda card: card.state not in ADB_PROBLEMS))


def host_card() -> TargetCard:
    """Return the card of this machine."""
    return TargetCard(
        name="host",
        kind="host",
        label="This machine",
        state="ready",
        emulated=False,
        facts=facts_of(host_facts()),
        note="Runs on this machine's CPU: not a phone.",
    )


def virtual_card(phone: VirtualPhone, records: Sequence[Any] | None) -> TargetCard:
    """Return the card of a virtual phone, running or not.

    Args:
        phone: The phone.
        records: What adb knows of all devices; None before it was asked.
    """
    state, cause, remedy, action = _virtual_state(phone, records)
    label, facts = virtual_phone_facts(phone.preset)
    return TargetCard(
        name=f"virtual:{phone.preset}",
        kind="virtual",
        label=f"{label} (virtual)",
        state=state,
        cause=cause,
        remedy=remedy,
        action=action,
        facts=facts_of({"serial": phone.serial, **facts}),
        transports=("tcp",) if phone.serial else (),
        emulated=True,
        note=_VIRTUAL_NOTE,
    )


def _virtual_state(phone: VirtualPhone, records: Sequence[Any] | None) -> tuple[str, str, str, str]:
    """Return state, cause, remedy and action."""
    if phone.is_starting:
        return "connecting", "It starts and adb connects to it.", "Wait a few seconds.", "wait"
    if phone.has_died:
        cause = "Its process ended in the middle of something."
        return "lost", cause, "Start it again; finished work is kept.", "start"
    if not phone.serial:
        return "stopped", "It is switched off.", "Start it.", "start"
    if records is None:
        return "ready", "", "", "stop"
    found = next((record for record in records if phone.serial == record.serial), None)
    if found is None or str(found.state) in ("offline", "absent"):
        remedy = "Reconnect; finished work is kept."
        if any(str(record.state) in ADB_PROBLEMS for record in records):
            return "lost", "adb, which leads to it, cannot be used.", remedy, "reconnect"
        return "lost", "It runs, but adb does not reach it any more.", remedy, "reconnect"
    action = found.action if found.action not in ("", "wait") else "stop"
    return str(found.state), found.cause, found.remedy, action


def phone_cards(records: Sequence[Any], virtual: Collection[str]) -> tuple[TargetCard, ...]:
    """Return the cards of real phones and of adb itself where it cannot be used.

    Args:
        records: What adb knows of all devices.
        virtual: Serials of virtual phones, which have cards of their own.
    """
    return tuple(
        TargetCard(
            name=record.target,
            kind="phone",
            label=record.label or record.model or record.serial,
            state=str(record.state),
            cause=record.cause,
            remedy=record.remedy,
            action=record.action,
            facts=facts_of(
                {
                    "serial": record.hardware_serial or record.serial,
                    "chip": record.soc,
                    "build": record.os_build,
                    "battery": percent(record.battery_percent),
                    "free": gigabytes(record.free_bytes),
                }
            ),
            transports=tuple(transport.kind for transport in record.transports),
            last_seen=record.last_seen,
        )
        for record in records
        if not record.virtual and record.serial not in virtual
    )


def percent(value: float | None) -> str | None:
    """Return a share as text."""
    return None if value is None else f"{value:.0f} %"


def gigabytes(value: int | None) -> str | None:
    """Return a size as text."""
    return None if value is None else f"{value / 1e9:.1f} GB"
