"""Use cases of the calendar: say that nothing was bought, and remind."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.identity.queries import people_with, programme_people
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from ledger.deliveries import queries, rules
from ledger.deliveries.errors import NotAnAnchor, SaidBefore
from ledger.deliveries.models import NothingBought
from ledger.handed.rules import Lacking

_LETTERS = {
    "soon": (
        N_("Lever uw inkoop van %(quarter)s uiterlijk %(due)s aan"),
        N_(
            "De inkoop van %(anchor)s over %(quarter)s is nog niet aangeleverd. Het kan tot en met %(due)s. "
            "Kocht u niets? Zeg dat dan op dezelfde pagina."
        ),
    ),
    "late": (
        N_("Uw inkoop van %(quarter)s is te laat"),
        N_(
            "De inkoop van %(anchor)s over %(quarter)s moest er zijn op %(due)s. Lever hem alsnog aan, of zeg dat u "
            "niets kocht. Tot die tijd telt uw organisatie niet mee in het cijfer."
        ),
    ),
}


_NOBODY = (
    N_("%(anchor)s heeft geen inkoper die de inkoop van %(quarter)s kan aanleveren"),
    N_(
        "De inkoop van %(anchor)s over %(quarter)s is nog niet compleet. De uiterste dag is %(due)s. Niemand van deze "
        "organisatie kan aanleveren, dus niemand daar kreeg een bericht. Vraag haar wie inkoper wordt, en "
        "laat de beheerder die uitnodigen."
    ),
)
_HALF = N_("Uw inkoop van %(quarter)s lijkt niet compleet")
_REST = {
    Lacking.MONTHS: N_(
        "De inkoop van %(anchor)s over %(quarter)s is half aangeleverd. Er zijn geen regels van %(months)s. Lever de "
        "rest aan. De uiterste dag is %(due)s. Is er niet meer? Geef dan het totaal van uw grootboek op."
    ),
    Lacking.DECLARED: N_(
        "De inkoop van %(anchor)s over %(quarter)s is half aangeleverd. Er is %(found)s, en uw grootboek "
        "zegt %(wanted)s. Lever de rest aan. De uiterste dag is %(due)s. Klopt het totaal niet? Geef dan een nieuw "
        "totaal op."
    ),
    Lacking.YEAR_BEFORE: N_(
        "De inkoop van %(anchor)s over %(quarter)s is half aangeleverd. Er is %(found)s, en een jaar eerder was dat "
        "%(wanted)s. Lever de rest aan. De uiterste dag is %(due)s. Is er niet meer? Geef dan het totaal van uw "
        "grootboek op."
    ),
}


def say_nothing_bought(
    session: Session, *, anchor_id: int, span: Period, reason: str, actor_id: int, at: datetime
) -> NothingBought:
    """Say for an anchor that a quarter has no purchases, or one month of it.

    Raises:
        QuarterRunning, LinesThere, NotAnAnchor, ReasonTooShort. SaidBefore: somebody did already.
    """
    anchor = session.execute(
        select(Organisation).where(Organisation.id == anchor_id).with_for_update(key_share=True)
    ).scalar_one()
    if anchor.anchor_type is None:
        raise NotAnAnchor(field="quarter")
    if queries.find_nothing(session, anchor_id, span) is not None:
        raise SaidBefore
    made = NothingBought(
        anchor_id=anchor_id, span=span, reason=reason, today=local_date(at), actor_id=actor_id, at=at,
        delivered=queries.delivered(session, anchor_id, span),
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="spend.nothing_bought", subject=f"organisation:{anchor.public_id}", actor_id=actor_id,
        facts={"quarter": str(span)}, at=at,
    )  # fmt: skip
    return made


def remind(session: Session, *, at: datetime) -> None:
    """Write to the purchasers of who still has to hand in, or the rest: once before the day, once after it.

    Has an anchor no purchaser, then the programme is told.
    """
    today = local_date(at)
    for entry in queries.calendar(session, today):
        stage = rules.reminder(entry.state, entry.quarter, today)
        if stage is None:
            continue
        readers, lack, facts = people_with(session, entry.anchor.id, Role.PURCHASER), entry.lack, {}
        if entry.nobody:
            readers, (subject, text) = programme_people(session), _NOBODY
        elif lack is None:
            subject, text = _LETTERS[stage]
        else:
            subject, text, facts = _HALF, _REST[lack.by], lack.facts()
        mail_each(
            session, readers, subject=subject, text=text,
            facts={"anchor": entry.anchor.name, "quarter": str(entry.quarter), "due": entry.due, **facts},
            link="/spend/deliveries", at=at, key=f"spend-{entry.quarter}-{entry.anchor.id}-{stage}",
        )  # fmt: skip
