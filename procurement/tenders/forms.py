"""Forms about published tenders, and the names of what can be chosen."""

from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from cwb.web.forms import LONG, Form, MomentField, many_lines, required
from cwb.web.i18n import _l
from procurement.scoring.rules import Method
from procurement.tenders.models import Tender
from procurement.tenders.rules import TenderState

STATES: dict[TenderState, tuple[Any, str]] = {
    TenderState.DRAFT: (_l("concept"), "neutral"),
    TenderState.REVIEWED: (_l("gecontroleerd"), "info"),
    TenderState.PUBLISHED: (_l("open"), "good"),
    TenderState.ENQUIRIES_CLOSED: (_l("open, vragen gesloten"), "good"),
    TenderState.CLOSED: (_l("gesloten, nog niet geopend"), "info"),
    TenderState.OPENED: (_l("wordt beoordeeld"), "info"),
    TenderState.EVALUATED: (_l("beoordeeld"), "info"),
    TenderState.DECISION_SENT: (_l("besluit verstuurd"), "info"),
    TenderState.STANDSTILL: (_l("wachttijd"), "info"),
    TenderState.AWARDED: (_l("gegund"), "good"),
    TenderState.COMPLETE: (_l("afgerond"), "good"),
    TenderState.CANCELLED: (_l("gestopt"), "bad"),
    TenderState.UNSUCCESSFUL: (_l("zonder resultaat"), "warn"),
    TenderState.WITHDRAWN: (_l("concept weggelegd"), "neutral"),
}
"""State → its text and tone."""

METHODS: dict[str, Any] = {
    Method.VALUE_AWARD.value: _l("Gunnen op waarde: kwaliteit is geld waard"),
    Method.FIXED_PRICE_RANGE.value: _l("Punten: prijs en kwaliteit samen 100, met vaste grenzen"),
    Method.LOG_PRICE.value: _l("Punten: prijs en kwaliteit samen 100, logaritme van de prijs"),
    Method.MEAT_COEFFICIENT.value: _l("Prijs met kwaliteitskorting in procenten"),
    Method.LOWEST_PRICE.value: _l("Alleen de laagste prijs, met een reden die iedereen leest"),
    Method.LIFE_CYCLE_COST.value: _l(
        "Alleen de kosten over de hele levensduur, met een reden die iedereen leest"
    ),
    Method.RELATIVE_PRICE.value: _l("Punten naar de laagste prijs. Let op: een verliezer kan beslissen"),
    Method.SUPERFORMULE.value: _l("Superformule. Dit is een proef: weinig mensen kennen haar"),
}
"""Method → its text."""

TIE_BREAKS: dict[str, Any] = {
    "quality": _l("De inschrijving met de hoogste kwaliteit wint."),
    "price": _l("De inschrijving met de laagste prijs wint."),
    "lot": _l("Een loting met toezicht beslist."),
}
"""What decides between equals → its text."""

PROCEDURES: dict[str, Any] = {
    "single_quote": _l("Enkelvoudig onderhands: één offerte"),
    "invited_quotes": _l("Meervoudig onderhands: drie tot vijf partijen"),
    "national_open": _l("Nationaal openbaar: iedereen mag inschrijven"),
    "light_regime": _l("Vereenvoudigde procedure (SAS)"),
    "european_open": _l("Europees openbaar: iedereen mag inschrijven"),
    "european_restricted": _l("Europees niet-openbaar: eerst aanmelden"),
    "framework_competition": _l("Mini-competitie onder een raamovereenkomst"),
}
"""Procedure → its text."""

FRAMEWORKS: dict[str, Any] = {
    "single": _l("Ja, met één partij"),
    "parallel": _l("Ja, met meer partijen naast elkaar"),
}
"""Framework agreement → its text."""

PHASES: dict[str, tuple[Any, str]] = {
    "applying": (_l("aanmelden"), "good"),
    "selecting": (_l("aanmelden gesloten, selectie loopt"), "info"),
    "bidding": (_l("geselecteerden schrijven in"), "info"),
}
"""Phase of a tender with a selection → its text and tone."""

RESERVATIONS: dict[str, Any] = {
    "2.82": _l("Voorbehouden aan sociale werkplaatsen (artikel 2.82)"),
    "2.82a": _l("Voorbehouden aan organisaties met een publieke taak (artikel 2.82a)"),
}
"""Reservation → its text."""


CHANGED: dict[str, Any] = {
    "description": _l("Wat wordt gevraagd"), "requirements": _l("Eisen en papieren"),
    "value_minor": _l("Waarde, zonder btw"), "framework_max_minor": _l("Hoogste bedrag"),
    "starts_on": _l("Begint op"), "ends_on": _l("Eindigt op"), "apply_until": _l("Aanmelden kan tot"),
    "floor_minor": _l("Een uur werk betaalt minstens, bruto"), "cao": _l("Cao"),
    "cao_from": _l("De cao geldt voor iedereen vanaf"), "cao_until": _l("De cao geldt voor iedereen tot en met"),
}  # fmt: skip
"""Field that a rectification may change → its text."""


def changed_names(tender: Tender) -> dict[str, Any]:
    """What a changed field is called; criteria by their own names, with their lot's number where there are more."""
    criteria = {
        f"criterion:{lot.number}:{each.code}": f"{lot.number}. {each.name}"
        if len(tender.lots) > 1
        else each.name
        for lot in tender.lots
        for each in lot.criteria
    }
    return {**CHANGED, **criteria}


class FollowForm(Form):
    """Whether to hear of every change."""

    follows = HiddenField(validators=[InputRequired()])


class MoveForm(Form):
    """A later deadline with its reason."""

    closes_at = MomentField(_l("Nieuw sluitmoment"), [InputRequired(_l("Vul dit in."))])
    questions_until = MomentField(_l("Vragen stellen kan tot"), [MayStayEmpty()])
    reason = TextAreaField(_l("Waarom sluit het later?"), required(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.move_deadline` takes."""
        return {
            "closes_at": self.closes_at.data,
            "questions_until": self.questions_until.data,
            "reason": self.reason.data,
        }


class CancelForm(Form):
    """Why a tender is stopped, and that it is sure."""

    reason = TextAreaField(_l("Waarom stopt u?"), required(LONG), filters=[many_lines])
    sure = BooleanField(
        _l("Ik weet dat dit niet terug kan."), [InputRequired(_l("Vink dit aan als het klopt."))]
    )
