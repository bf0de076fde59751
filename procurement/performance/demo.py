"""The demo after the signature: promises kept and not, an extension, changes, looking back, challenges."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from procurement.advice.gateway import law
from procurement.challenges import queries as challenge_queries
from procurement.challenges import services as challenges
from procurement.challenges.gateway import terms
from procurement.challenges.rules import Answer, Follow, Step
from procurement.changes import services as changes
from procurement.changes.gateway import grounds
from procurement.changes.rules import Affects, Ground
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.milestones import services as milestones
from procurement.milestones.rules import Outcome
from procurement.performance import services
from procurement.renewals.services import alert, set_months
from procurement.tenders.demo import Plot

EARLY = 20
"""How many months before an end the first buyer of the example wants to hear of it."""

PEOPLE = "Schoonmaker; 24; 6; vast\nSchoonmaker; 18; 2; tijdelijk\nVoorwerker; 32; 11; vast"
"""Who does the work of the example now, without names."""


def pledges(plot: Plot) -> list[dict[str, str]]:
    """What the bids of a tender of the example promise, with days counted from the end of the year."""
    ends_on = local_date(plot.agenda.ends_at)
    return [
        {
            "what": each["what"], "amount": each["amount"], "unit": each["unit"], "proof": each["proof"],
            "due_on": (ends_on + timedelta(days=each["due"])).isoformat(),
        }
        for each in plot.facts["promises"]
    ]  # fmt: skip


def story(agenda: Agenda) -> None:
    """In the last months of the year, each act on its day."""
    agenda.at(agenda.ends_at - timedelta(minutes=5), partial(_alert, agenda))
    for number, facts in enumerate(agenda.facts["tenders"]):
        if "promises" not in facts:
            continue
        plot = Plot(agenda, facts, number)
        for days, act in (
            (55, _kept), (50, _change), (45, _refused), (40, _extend), (28, _partly), (20, _look_back),
            (18, _challenge), (9, _answer), (5, _open_challenge),
        ):  # fmt: skip
            agenda.at(agenda.day(days, 10, 7), partial(act, plot))


def _alert(agenda: Agenda, session: Session, at: datetime) -> None:
    """One buyer wants to hear early; so its first contract is told of within the year."""
    buyer = Actor(
        agenda.cast["gemeente/purchaser1"], "", agenda.cast["gemeente"], "", frozenset({Role.PURCHASER})
    )
    set_months(session, months=EARLY, actor=buyer, at=at)
    alert(session, at=at)


def _contract(plot: Plot, session: Session) -> Contract:
    found = next(iter(contracts.of_tender(session, plot.tender(session).id).values()))
    return contracts.contract(session, found.number)


def _supplier(plot: Plot, session: Session) -> Actor:
    wanted = _contract(plot, session).supplier_id
    key = next(key for key, value in plot.agenda.cast.items() if value == wanted and "/" not in key)
    return plot.actor(session, f"{key}/board")


def _buyer(plot: Plot, session: Session, number: int) -> Actor:
    return plot.actor(session, f"{plot.facts['anchor']}/purchaser{number}")


def _report(plot: Plot, session: Session, position: int, reached: int, text: str, at: datetime) -> int:
    made = milestones.report(
        session, contract=_contract(plot, session), position=position, reached=Decimal(reached), text=text,
        actor=_supplier(plot, session), at=at,
    )  # fmt: skip
    return made.id


def _kept(plot: Plot, session: Session, at: datetime) -> None:
    seen = _report(plot, session, 1, 4, "Vier mensen uit de buurt kregen een vast contract.", at)
    milestones.verify(
        session, contract=_contract(plot, session), position=1, seen=seen, outcome=Outcome.MET, reason="",
        actor=_buyer(plot, session, 1), at=at + timedelta(hours=3),
    )  # fmt: skip


def _partly(plot: Plot, session: Session, at: datetime) -> None:
    seen = _report(plot, session, 2, 520, "Drie leerlingen werkten samen 520 uur. Eén stopte eerder.", at)
    milestones.verify(
        session, contract=_contract(plot, session), position=2, seen=seen, outcome=Outcome.PARTIALLY_MET,
        reason="520 van de 800 uur zijn gemaakt. De rest volgt in het voorjaar.", actor=_buyer(plot, session, 1),
        at=at + timedelta(hours=3),
    )  # fmt: skip


def _propose(
    plot: Plot, session: Session, ground: Ground, what: str, shown: str, share: int, at: datetime
) -> int:
    contract = _contract(plot, session)
    made = changes.propose_change(
        session, contract=contract, affects=[Affects.VALUE, Affects.OBJECT], ground=ground, what=what, shown=shown,
        delta=Money(contract.price.minor * share // 100), ends_on=None, law=law(), rows=grounds(),
        actor=_buyer(plot, session, 1), at=at,
    )  # fmt: skip
    return made.number


def _change(plot: Plot, session: Session, at: datetime) -> None:
    number = _propose(
        plot, session, Ground.SMALL, "Ook de nieuwe fietsenkelder wordt elke week schoongemaakt.",
        "Het is vier procent van de waarde en hetzelfde soort werk.", 4, at,
    )  # fmt: skip
    changes.decide_change(
        session, contract=_contract(plot, session), number=number, approved=True, reason="",
        actor=_buyer(plot, session, 2), at=at,
    )  # fmt: skip
    changes.answer_change(
        session, contract=_contract(plot, session), number=number, accepted=True, reason="",
        actor=_supplier(plot, session), at=at + timedelta(hours=4),
    )  # fmt: skip


def _refused(plot: Plot, session: Session, at: datetime) -> None:
    number = _propose(
        plot, session, Ground.NOT_SUBSTANTIAL, "Ook het groen rond de gebouwen onderhouden.",
        "Het gaat om dezelfde gebouwen en dezelfde mensen.", 30, at,
    )  # fmt: skip
    changes.decide_change(
        session, contract=_contract(plot, session), number=number, approved=False,
        reason="Groen is ander werk. Groenbedrijven hadden dan ook ingeschreven. Dit vraagt een nieuwe aanbesteding.",
        actor=_buyer(plot, session, 2), at=at,
    )  # fmt: skip


def _extend(plot: Plot, session: Session, at: datetime) -> None:
    contract = _contract(plot, session)
    changes.extend_contract(
        session,
        contract=contract,
        amount=Money(contract.price.minor // 2),
        actor=_buyer(plot, session, 1),
        at=at,
    )


def _look_back(plot: Plot, session: Session, at: datetime) -> None:
    contract = _contract(plot, session)
    made = services.write_review(
        session, contract=contract, marks={"work": 4, "promises": 3, "together": 5},
        text="Het werk is goed. De uren social return lopen achter.", actor=_buyer(plot, session, 1), at=at,
    )  # fmt: skip
    services.answer_review(
        session, contract=contract, public_id=made.public_id,
        text="Eén leerling stopte. Wij zochten al een nieuwe.", actor=_supplier(plot, session), at=at,
    )  # fmt: skip


def _resident(plot: Plot, session: Session) -> Actor:
    who = plot.actor(session, "bewoners/resident")
    return Actor(who.user_id, who.name, None, "", frozenset({Role.RESIDENT}))


def _challenge(plot: Plot, session: Session, at: datetime) -> None:
    challenges.submit_challenge(
        session, subject=_contract(plot, session), group_name="Bewonersgroep Voorbeeldplein",
        what="De hal van het buurthuis is in het weekend vies.",
        how="Wij maken de hal in het weekend zelf schoon, met jongeren uit de straat.",
        supporters="Vijftien bewoners en de buurtkamer.", amount=Money(1_200_000), name_public=False,
        terms=terms(local_date(at)), actor=_resident(plot, session), at=at,
    )  # fmt: skip


def _answer(plot: Plot, session: Session, at: datetime) -> None:
    found = challenge_queries.mine(session, _resident(plot, session))[0]
    for step, text, answer, follow in (
        (Step.ADMITTED, "Dit gaat over werk dat wij betalen. Wij praten graag.", None, None),
        (Step.TALKED, "Wij liepen samen door het gebouw en rekenden het plan door.", None, None),
        (
            Step.ANSWERED,
            "De hal in het weekend kan apart. Wij proberen het drie maanden.",
            Answer.PARTLY,
            Follow.PILOT,
        ),
    ):
        challenges.take_step(
            session, challenge=challenge_queries.challenge(session, found.number), step=step, text=text, answer=answer,
            follow=follow, terms=terms(local_date(at)), actor=_buyer(plot, session, 1), at=at,
        )  # fmt: skip


def _open_challenge(plot: Plot, session: Session, at: datetime) -> None:
    needs = [
        each
        for each in challenge_queries.open_needs(session, at)
        if each.owner_id == plot.agenda.cast["gemeente"]
    ]
    if not needs:
        return
    challenges.submit_challenge(
        session, subject=needs[0], group_name="Buurtgroep Groene Stoep",
        what="De buurt kent de plekken beter dan een bedrijf van ver.",
        how="Wij doen het met bewoners en een vakman uit de wijk.", supporters="Veertig bewoners.", amount=None,
        name_public=True, terms=terms(local_date(at)), actor=_resident(plot, session), at=at,
    )  # fmt: skip
