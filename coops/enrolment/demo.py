"""A registration that the example left half done."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from coops.enrolment.rules import Page
from coops.enrolment.services import begin, save_page
from cwb.demo.rules import Agenda
from cwb.kernel.policy import Actor

HALF_DONE: Mapping[Page, Mapping[str, Any]] = {
    Page.WHO: {
        "registered": "yes", "kvk_number": "90000999", "name": "De Buurtkeuken (voorbeeld)",
        "legal_form": "cooperative", "email": "buurtkeuken@voorbeeld.example",
    },
    Page.NUMBERS: {"vat_id": None, "rsin": None, "iban": None, "branch_number": None, "phone": None},
}  # fmt: skip
"""What the example of an unfinished registration said so far."""


def story(agenda: Agenda) -> None:
    """A resident begins in the last evening of the year."""
    agenda.at(agenda.day(1, 20), partial(_leave_half_done, agenda))


def _leave_half_done(agenda: Agenda, session: Session, at: datetime) -> None:
    """A resident began to register a cooperative and stopped after the second page."""
    draft = begin(session, actor=Actor(agenda.cast["bewoners/resident"], ""), at=at)
    for page, values in HALF_DONE.items():
        save_page(session, draft=draft, page=page, values=values, at=at)
