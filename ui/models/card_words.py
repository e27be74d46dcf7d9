"""A device's card in the user's language."""

from dataclasses import replace

from ui.core_texts import core_text, facts_text
from ui.services import TargetCard


def spoken_card(card: TargetCard) -> TargetCard:
    """Return `card` with what people read of it in the user's language; logs keep the core's."""
    return replace(
        card,
        label=core_text(card.label),
        cause=core_text(card.cause),
        remedy=core_text(card.remedy),
        note=core_text(card.note),
        facts=facts_text(card.facts),
    )
