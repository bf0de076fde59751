"""The demo's votes: residents who were seen to live here decide on the fund, and who uses the money on its rules."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.ballots import queries
from coops.ballots.models import Ballot
from coops.ballots.policy import votes_for
from coops.ballots.rules import Kind
from coops.ballots.services import cast_vote, count, pay_out, propose, put_to_vote
from coops.residency.rules import Shown
from coops.residency.services import check_address
from coops.votes.rules import Choice
from cwb.demo.rules import Agenda
from cwb.identity.models import User
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.conditions import queries as conditions
from ledger.instruments.rules import Code
from ledger.wallets.queries import find_wallet
from ledger.wallets.services import ask_refund, issue, pay_refund

SOUP = (
    "Soep en brood voor de maaltijd van deze maand, voor dertig mensen. De kok rekent niets. (voorbeeld)",
    Money(12_00), "Buurtkeuken (voorbeeld)",
)  # fmt: skip
BULBS = (
    "Bloembollen voor het plein, die wij samen planten op een zaterdag. Gereedschap is er al. (voorbeeld)",
    Money(8_00), "Buurttuin (voorbeeld)",
)  # fmt: skip
FOR, AGAINST, ABSTAIN = Choice


def story(agenda: Agenda) -> None:
    """After the local money began: a fee fills the fund, papers are looked at, one vote is counted and two run."""
    keys = [each["key"] for each in agenda.facts["cooperatives"] if each["verified"]][:6]
    agenda.at(agenda.day(59, 10), partial(_fill, agenda, keys[0]))
    agenda.at(agenda.day(57, 10), partial(_fee, agenda, keys[0]))
    people = [("bewoners", "resident"), *((key, "board") for key in keys)]
    agenda.at(agenda.day(30, 10), partial(_check, agenda, people))
    agenda.at(agenda.day(27, 11), partial(_propose, agenda, people[0], "Soep voor de buurtmaaltijd", SOUP))
    said = (FOR, FOR, AGAINST, FOR, ABSTAIN, FOR)
    for place, (who, choice) in enumerate(zip(people, said, strict=False)):
        agenda.at(agenda.day(25 - place, 19), partial(_vote, agenda, who, Kind.FUND, choice))
    agenda.at(agenda.day(12, 8), _count)
    agenda.at(agenda.day(10, 11), partial(_pay, agenda))
    agenda.at(agenda.day(7, 11), partial(_rules, agenda))
    agenda.at(agenda.day(5, 11), partial(_propose, agenda, people[-1], "Bloembollen voor het plein", BULBS))
    for who, kind, choice in ((people[2], Kind.FUND, FOR), (people[3], Kind.RULES, AGAINST)):
        agenda.at(agenda.day(3, 19), partial(_vote, agenda, who, kind, choice))


def _programme(agenda: Agenda) -> Actor:
    return agenda.actor("programma", "programme", Role.PROGRAMME)


def _actor(agenda: Agenda, who: tuple[str, str]) -> Actor:
    return agenda.actor(*who, Role.RESIDENT if who[1] == "resident" else Role.BOARD)


def _fill(agenda: Agenda, key: str, session: Session, at: datetime) -> None:
    wallet = find_wallet(session, Code.NWE, agenda.cast[key], live=False)
    if wallet:
        issue(
            session, code=Code.NWE, wallet_code=wallet.code, amount=Money(900_00), reference="Oefening voor het fonds",
            actor=_programme(agenda), at=at,
        )  # fmt: skip


def _fee(agenda: Agenda, key: str, session: Session, at: datetime) -> None:
    """A firm that had it for two days pays nearly five per cent to get it back, and half of that is for the fund."""
    wallet = find_wallet(session, Code.NWE, agenda.cast[key], live=False)
    if wallet:
        asked = ask_refund(
            session, wallet=wallet, amount=Money(900_00), actor=_actor(agenda, (key, "board")), at=at
        )
        pay_refund(session, public_id=asked.public_id, actor=_programme(agenda), at=at)


def _check(agenda: Agenda, people: list[tuple[str, str]], session: Session, at: datetime) -> None:
    for key, who in people:
        user = session.get_one(User, agenda.cast[f"{key}/{who}"])
        check_address(session, user=user, shown=Shown.LETTER, actor=_programme(agenda), at=at)


def _propose(
    agenda: Agenda, who: tuple[str, str], title: str, facts: tuple[str, Money, str], session: Session, at: datetime
) -> None:  # fmt: skip
    text, amount, payee = facts
    propose(
        session, code=Code.NWE, title=title, text=text, amount=amount, payee=payee, days=14, actor=_actor(agenda, who),
        at=at,
    )  # fmt: skip


def _latest(session: Session, kind: Kind) -> Ballot:
    return session.scalars(
        select(Ballot).where(Ballot.kind == kind).order_by(Ballot.id.desc()).limit(1)
    ).one()


def _vote(
    agenda: Agenda, who: tuple[str, str], kind: Kind, choice: Choice, session: Session, at: datetime
) -> None:  # fmt: skip
    actor, ballot = _actor(agenda, who), _latest(session, kind)
    able = queries.parties_of(session, ballot.id, actor.user_id, votes_for(actor))
    for public_id, _name, voted in able[:1]:
        if not voted:
            cast_vote(session, ballot=ballot, voter=public_id, choice=choice, actor=actor, at=at)


def _count(session: Session, at: datetime) -> None:
    for ballot_id in queries.due(session, at):
        count(session, ballot_id=ballot_id, at=at)


def _pay(agenda: Agenda, session: Session, at: datetime) -> None:
    pay_out(
        session, ballot=_latest(session, Kind.FUND), reference="Overboeking (voorbeeld)", actor=_programme(agenda),
        at=at,
    )  # fmt: skip


def _rules(agenda: Agenda, session: Session, at: datetime) -> None:
    for each in queries.votable(session)[:1]:
        version = conditions.version(session, each.public_id, lock=True)
        put_to_vote(session, version=version, actor=_programme(agenda), at=at)
