"""The demo's members: twelve join one cooperative, pay, meet and vote; one leaves; a meeting is on at the end."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from coops.capital.rules import Every, Pot, TermFacts
from coops.capital.services import call_capital, receive, run_dues, set_terms, subscribe
from coops.collecting.services import announce, give
from coops.collecting.services import set_terms as set_debits
from coops.debiting.services import give_on_paper, make_file, set_creditor
from coops.leaving import queries as leavings
from coops.leaving.rules import LeavingKind
from coops.leaving.services import note_leaving, settle
from coops.meetings import queries as meetings
from coops.meetings.rules import MeetingFacts, MotionFacts
from coops.meetings.services import (
    add_motion,
    close_meeting,
    convene,
    note_present,
    open_meeting,
    plan_meeting,
)
from coops.members import queries as registers
from coops.members.models import Member
from coops.members.rules import MemberFacts, MemberKind
from coops.members.services import import_members
from coops.votes.rules import Tally
from coops.votes.services import close_vote, count_room, open_vote
from cwb.demo.rules import Agenda
from cwb.identity.models import Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.checkout.gateway import Provider
from ledger.checkout.services import open_till
from ledger.debits import queries as debit_files
from ledger.mandates.rules import NOTICE_DAYS
from ledger.mandates.services import settle_mandate
from ledger.sandbox.gateway import Twin
from ledger.verdicts.services import take_report


def story(agenda: Agenda) -> None:
    """What members of the example do over the year."""
    for days, act in MEMBERSHIP:
        agenda.at(agenda.day(days, 20), partial(act, agenda))
    tonight = agenda.ends_at - timedelta(hours=1)
    agenda.at(tonight - NOTICE, partial(_call, agenda, title="Najaarsvergadering", motions=AUTUMN))
    agenda.at(tonight, partial(_begin, agenda))


CLUB = "green1"
"""The cooperative of the example that keeps its members here."""

NOTICE = timedelta(days=10)
"""Between the call and the meeting."""

NEIGHBOURS = (
    "Nora", "Hamid", "Els", "Yusuf", "Fatima", "Joop", "Selin", "Rachid", "Wil", "Amal",
)  # fmt: skip
"""Chosen names of members without an account."""


def _board(agenda: Agenda) -> Actor:
    return agenda.actor(CLUB, "board", Role.BOARD)


def _club(agenda: Agenda, session: Session) -> list[Member]:
    return list(registers.members(session, agenda.cast[CLUB]))


def _join(agenda: Agenda, session: Session, at: datetime) -> None:
    """Twelve members of over a year, two with an account, come into the register; each takes two shares."""
    actor, since = _board(agenda), local_date(at) - timedelta(days=400)
    users = [session.get_one(User, agenda.cast[f"{CLUB}/{key}"]) for key in ("board", "member1")]
    rows = [
        MemberFacts(each.name.removesuffix(" Voorbeeld"), each.email, MemberKind.WORKER, since)
        for each in users
    ]
    kinds = (MemberKind.WORKER, MemberKind.RESIDENT)
    rows += [
        MemberFacts(f"{name} (voorbeeld)", f"{name.lower()}@leden.example", kinds[place % 2], since)
        for place, name in enumerate(NEIGHBOURS)
    ]
    import_members(session, rows=rows, actor=actor, at=at)
    set_terms(
        session, facts=TermFacts(50_00, 12_00, Every.YEAR, repay_percent=100), version=0, actor=actor, at=at
    )
    for member in _club(agenda, session):
        taken = subscribe(session, member=member, shares=2, actor=actor, at=at)
        call_capital(session, subscription=taken, actor=actor, at=at)


def _pay(
    agenda: Agenda, session: Session, at: datetime, *, pot: Pot = Pot.CALLED, minor: int = 100_00, besides: int = 1
) -> None:  # fmt: skip
    """All but the last ones pay; the very last does no work in it and has no share in its surplus."""
    for member in _club(agenda, session)[:-besides]:
        receive(
            session, member=member, pot=pot, amount=Money(minor), paid_on=local_date(at), key=uuid7(),
            actor=_board(agenda), at=at,
        )  # fmt: skip


def _dues(agenda: Agenda, session: Session, at: datetime) -> None:
    run_dues(session, actor=_board(agenda), at=at)


SPRING = (
    MotionFacts("Een bakfiets kopen", "Wij kopen een elektrische bakfiets voor het tuinwerk."),
    MotionFacts("Bestuurslid kiezen", "Wij kiezen Nora als nieuw bestuurslid.", secret=True),
    MotionFacts(
        "Overschot verdelen", "Wij verdelen het overschot naar gewerkte uren, zoals het bestuur voorstelt."
    ),
)
AUTUMN = (
    MotionFacts("Een schuur huren", "Wij huren een schuur voor het gereedschap."),
    MotionFacts("Kascommissie kiezen", "Wij kiezen Fatima en Joop.", secret=True),
)
"""What members of the example decide; of each meeting one in secret."""


def _call(
    agenda: Agenda,
    session: Session,
    at: datetime,
    *,
    title: str = "Voorjaarsvergadering",
    motions: tuple[MotionFacts, ...] = SPRING,
) -> None:
    """Call members together in ten days, about these motions."""
    actor = _board(agenda)
    facts = MeetingFacts(title, at + NOTICE, "Buurthuis Voorbeeld", "Opening\nHoe gaat het met het werk?")
    meeting = plan_meeting(session, facts=facts, actor=actor, at=at)
    for motion in motions:
        add_motion(session, meeting=meeting, facts=motion, actor=actor, at=at)
    convene(session, meeting=meeting, actor=actor, at=at)
    agenda.cast["meeting"] = meeting.public_id


def _meet(agenda: Agenda, session: Session, at: datetime) -> None:
    """Nine come; they vote by hand and on paper."""
    actor, here = _board(agenda), _club(agenda, session)[:9]
    meeting = meetings.meeting(session, agenda.cast["meeting"], agenda.cast[CLUB])
    open_meeting(session, meeting=meeting, actor=actor, at=at)
    note_present(session, meeting=meeting, members=here, actor=actor, at=at)
    tallies = (Tally(7, 1, 1), Tally(8, 0, 1), Tally(9, 0, 0))
    for motion, tally in zip(meeting.motions, tallies, strict=True):
        open_vote(session, motion=motion, actor=actor, at=at)
        count_room(session, motion=motion, members=here, tally=tally, actor=actor, at=at)
        close_vote(session, motion=motion, actor=actor, at=at)
    close_meeting(
        session, meeting=meeting, minutes="Het was een goede avond (voorbeeld).", actor=actor, at=at
    )


def _begin(agenda: Agenda, session: Session, at: datetime) -> None:
    """The autumn meeting is on: seven came, and the first motion is open, so that who looks in can vote."""
    actor = _board(agenda)
    meeting = meetings.meeting(session, agenda.cast["meeting"], agenda.cast[CLUB])
    open_meeting(session, meeting=meeting, actor=actor, at=at)
    note_present(session, meeting=meeting, members=_club(agenda, session)[:7], actor=actor, at=at)
    open_vote(session, motion=meeting.motions[0], actor=actor, at=at)


def _go(agenda: Agenda, session: Session, at: datetime) -> None:
    """One member moves away and gives notice."""
    leaver = _club(agenda, session)[3]
    made = note_leaving(
        session, member=leaver, kind=LeavingKind.NOTICE, reason="Verhuisd.", actor=_board(agenda), at=at
    )
    agenda.cast["leaving"] = made.public_id


def _settle(agenda: Agenda, session: Session, at: datetime) -> None:
    found = leavings.leaving(session, agenda.cast["leaving"], agenda.cast[CLUB])
    settle(session, leaving=found, loss=Money(0), actor=_board(agenda), at=at)


def _online(agenda: Agenda, session: Session, at: datetime) -> None:
    """Online payments and debits begin, with practice money; two members are asked the money of one more share."""
    actor = _board(agenda)
    open_till(session, organisation_id=agenda.cast[CLUB], account=f"acct_practice{CLUB}", at=at)
    for member in _club(agenda, session)[:2]:
        taken = subscribe(session, member=member, shares=1, actor=actor, at=at)
        call_capital(session, subscription=taken, actor=actor, at=at)


DEBITED = 4
"""So many of the last members pay their dues by debit through the cooperative's own bank."""

PAYERS = ("NL39RABO0300065264", "NL91ABNA0417164300", "NL02ABNA0123456789", "NL20INGB0001234567")
"""Accounts from the examples of banks."""


def _papers(agenda: Agenda, session: Session, at: datetime) -> None:
    """The board writes the contract with its bank down; four members signed on paper, and read when it is taken."""
    actor, home = _board(agenda), agenda.cast[CLUB]
    account = session.get_one(Organisation, home).iban or ""
    set_creditor(session, creditor_id="NL69ZZZ123456780000", iban=account, version=0, actor=actor, at=at)
    set_debits(
        session, notice_days=NOTICE_DAYS, words="Contributie (voorbeeld)", version=0, actor=actor, at=at
    )
    for member, iban in zip(_club(agenda, session)[-DEBITED:], PAYERS, strict=True):
        give_on_paper(
            session,
            member=member,
            iban=iban,
            holder=member.name,
            signed_on=local_date(at),
            actor=actor,
            at=at,
        )
    announce(session, organisation_id=home, at=at)


def _debit(agenda: Agenda, session: Session, at: datetime) -> None:
    agenda.cast["debits"] = make_file(session, actor=_board(agenda), at=at).public_id


def _answer(agenda: Agenda, session: Session, at: datetime) -> None:
    """The bank took the file but for one debit, of an account that is no more."""
    home = agenda.cast[CLUB]
    made = debit_files.file(session, agenda.cast["debits"], home)
    take_report(
        session, party_id=home, content=ANSWER.format(file=made.message_id, mark=made.lines[0].mark).encode(),
        actor=_board(agenda), at=at,
    )  # fmt: skip


ANSWER = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
    "<GrpHdr><MsgId>VOORBEELD-1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{file}</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>"
    "<OrgnlPmtInfAndSts><OrgnlPmtInfId/><TxInfAndSts><OrgnlEndToEndId>{mark}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
    "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
)
"""What the bank of the example says of a file."""


def _online_mandate(agenda: Agenda, session: Session, at: datetime) -> None:
    """A member with an account gives a mandate at the practice provider."""
    user_id = agenda.cast[f"{CLUB}/member1"]
    member = next(each for each in _club(agenda, session) if each.user_id == user_id)
    actor = agenda.actor(CLUB, "member1", Role.MEMBER)
    twin = Twin(agenda.data_dir / "practice" / "stripe.json")
    door = Provider("sk_test_practice", "", twin, base_url="https://voorbeeld.example")
    made = give(session, member=member, agreed=True, wording=WORDING, actor=actor, at=at)
    asked = settle_mandate(session, mandate_id=made.id, door=door, at=at, prefix=f"LID{member.number}-")
    twin.accept(asked.session or "")
    settle_mandate(session, mandate_id=made.id, door=door, at=at)


WORDING = "Ik geef toestemming om mijn contributie van mijn rekening af te schrijven (voorbeeld)."

MEMBERSHIP = (
    (300, _join), (280, _pay), (200, _dues), (180, partial(_pay, pot=Pot.DUES, minor=12_00, besides=DEBITED)),
    (130, _call), (119, _meet), (70, _go), (45, _papers), (40, _debit), (38, _answer), (30, _settle), (4, _online),
    (3, _online_mandate),
)  # fmt: skip
"""Days before the end of the year → what members of the example do."""
