"""What a draft still lacks, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from cwb.kernel.text import N_
from procurement.lots.rules import Part, is_whole
from procurement.tenders import errors

STEPS = (
    ("what", N_("Wat u vraagt")),
    ("value", N_("Waarde en looptijd")),
    ("procedure", N_("Procedure")),
    ("lots", N_("Percelen en eisen")),
    ("scoring", N_("Beoordeling")),
    ("planning", N_("Planning en contact")),
)
"""The short steps of a draft, in order: id and name."""


class Draft(Protocol):
    """What is looked at to see which steps are done."""

    title: str
    description: str
    cpv: str | None
    category: str | None
    value_minor: int | None
    starts_on: date | None
    ends_on: date | None
    procedure: str | None
    no_lots_reason: str
    method: str | None
    closes_at: datetime | None
    questions_until: datetime | None
    contact_name: str
    contact_email: str

    @property
    def lots(self) -> Sequence[Part]:
        """Its lots, one at least."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a draft and whether it is done."""

    id: str
    name: str
    done: bool


def steps(draft: Draft) -> Sequence[Step]:
    """Every step in order, with whether it is done."""
    done = {
        "what": bool(draft.title and draft.description and draft.cpv and draft.category),
        "value": None not in {draft.value_minor, draft.starts_on, draft.ends_on},
        "procedure": draft.procedure is not None,
        "lots": is_whole(draft.value_minor, draft.lots)
        if len(draft.lots) > 1
        else bool(draft.no_lots_reason),
        "scoring": draft.method is not None,
        "planning": bool(
            draft.contact_name and draft.contact_email and draft.closes_at and draft.questions_until
        ),
    }
    return [Step(code, name, done[code]) for code, name in STEPS]


def next_step(draft: Draft, after: str) -> str | None:
    """The first unfinished step behind this one, else the first unfinished at all, else None: all done."""
    order = [code for code, _ in STEPS]
    open_steps = [step.id for step in steps(draft) if not step.done and step.id != after]
    later = [code for code in open_steps if order.index(code) > order.index(after)]
    return next(iter(later or open_steps), None)


def check_complete(draft: Draft) -> None:
    """Refuse a draft with a step missing.

    Raises:
        DraftIncomplete: names the first one.
    """
    for step in steps(draft):
        if not step.done:
            raise errors.DraftIncomplete(step=step.name)
