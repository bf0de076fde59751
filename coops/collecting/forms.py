"""Forms of collecting dues."""

from typing import Any

from wtforms import BooleanField
from wtforms.validators import InputRequired

from coops.collecting.rules import STATE_NAMES, STOP_NAMES
from cwb.web.forms import Form, NumberField, SentenceField, VersionedForm, required
from cwb.web.i18n import _l
from ledger.bounces.rules import BOUNCES
from ledger.mandates.models import DebitTerms
from ledger.mandates.rules import FEWEST_NOTICE, MOST_NOTICE, MOST_WORDS, NOTICE_DAYS

STATES: dict[str, Any] = {state.value: _l(name) for state, name in STATE_NAMES.items()}
"""State of a collection → its text."""

STOPS: dict[str, Any] = {stop.value: _l(name) for stop, name in STOP_NAMES.items()}
"""Why a collection was stopped → its text."""

WHY: dict[str, Any] = {code: _l(each.why) for code, each in BOUNCES.items()}
ADVICE: dict[str, Any] = {code: _l(each.todo) for code, each in BOUNCES.items()}
"""Code of the bank → what it means, and what to do."""


class DebitTermsForm(VersionedForm):
    """On which terms dues are collected."""

    notice_days = NumberField(
        _l("Hoeveel dagen vooraf krijgt een lid bericht?"), [InputRequired(_l("Vul dit in."))], places=0,
        smallest=str(FEWEST_NOTICE), largest=str(MOST_NOTICE),
    )  # fmt: skip
    words = SentenceField(_l("Wat leest het lid op het afschrift?"), required(MOST_WORDS))

    def __init__(self, *args: Any, terms: DebitTerms | None, name: str, **kwargs: Any) -> None:
        data: dict[str, Any] = {"notice_days": NOTICE_DAYS, "words": name[:MOST_WORDS], "version": "0"}
        if terms is not None:
            data = {"notice_days": terms.notice_days, "words": terms.words, "version": str(terms.version)}
        super().__init__(*args, data=data, **kwargs)


class MandateForm(Form):
    """That a member gives a mandate."""

    agreed = BooleanField(_l("Ik las dit en geef deze machtiging."))
