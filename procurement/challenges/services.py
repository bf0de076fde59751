"""Handing in a challenge, the buyer's steps, taking it back."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.needs.models import Need
from cwb.audit.services import record
from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.words import words
from cwb.notifications.services import send_mail
from procurement.advice.rules import Advice, Law, Purchase, advise
from procurement.challenges import errors, policy, queries, rules
from procurement.challenges.models import Challenge, ChallengeCounter, ChallengeStep
from procurement.challenges.rules import Answer, Follow, State, Step, Terms
from procurement.contracts.models import Contract

ERASED = "ingetrokken"
"""What stands in the place of a group's name once it took its challenge back."""


def _next_number(session: Session, at: datetime) -> str:
    year = local_date(at).year
    upsert = insert(ChallengeCounter).values(year=year, last=1)
    last = session.execute(
        upsert.on_conflict_do_update(
            index_elements=["year"], set_={"last": ChallengeCounter.last + 1}
        ).returning(ChallengeCounter.last)
    ).scalar_one()
    return f"U-{year}-{last:04}"


def submit_challenge(
    session: Session, *, subject: Contract | Need, group_name: str, what: str, how: str, supporters: str,
    amount: Money | None, name_public: bool, terms: Terms, actor: Actor, at: datetime,
) -> Challenge:  # fmt: skip
    """Challenge a running contract or a planned need, as a group of residents or for one's cooperative.

    Raises:
        NotYours: neither resident nor cooperative.
        OwnWork: one's own contract or need.
        AlreadyThere: an open one of the same person.
        NameMissing, SupportersMissing, TextTooShort: at the field.
    """
    if not policy.SUBMIT.open_to(actor):
        raise errors.NotYours
    contract = subject if isinstance(subject, Contract) else None
    need = subject if isinstance(subject, Need) else None
    buyer_id = subject.buyer_id if isinstance(subject, Contract) else subject.owner_id
    own = actor.organisation_id if actor.has(Role.BOARD, Role.MEMBER) else None
    if own is not None and own in {buyer_id, contract.supplier_id if contract else None}:
        raise errors.OwnWork
    if not group_name.strip():
        raise errors.NameMissing(field="group_name")
    if not supporters.strip():
        raise errors.SupportersMissing(field="supporters")
    contract_id, need_id = contract.id if contract else None, need.id if need else None
    same = queries.find_same(session, contract_id=contract_id, need_id=need_id, user_id=actor.user_id)
    if same is not None:
        raise errors.AlreadyThere(number=same.number)
    made = Challenge(
        number=_next_number(session, at), contract_id=contract_id, need_id=need_id, buyer_id=buyer_id,
        title=subject.title, organisation_id=own, group_name=group_name.strip(), what=words(what, "what"),
        how=words(how, "how"), supporters=supporters.strip(),
        amount_minor=None if amount is None else amount.minor, name_public=name_public,
        submitted_by_id=actor.user_id, submitted_at=at, answer_by=terms.answer_by(local_date(at)),
        state=State.RECEIVED,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "challenge.received", made, actor, at)
    for person in people_with(session, buyer_id, Role.PURCHASER):
        _mail(
            session, made, person, N_("Uitdaging ontvangen: %(title)s"),
            N_("Een groep denkt dat het beter kan: “%(title)s”. Geef antwoord uiterlijk op %(by)s."), "received", at,
        )  # fmt: skip
    return made


def take_step(
    session: Session, *, challenge: Challenge, step: Step, text: str, answer: Answer | None = None,
    follow: Follow | None = None, terms: Terms, actor: Actor, at: datetime,
) -> Challenge:  # fmt: skip
    """Take a step as the buyer, with words that everyone reads.

    Raises:
        NotYours: no purchaser of the buyer.
        NotNow: the steps have an order.
        FollowMissing, TextTooShort: input.
    """
    if not policy.may(actor, policy.HANDLE, challenge) or step is Step.WITHDRAWN:
        raise errors.NotYours
    found = queries.locked(session, challenge.number)
    state = rules.after(found.state, step, is_extended=found.is_extended)
    if step is Step.ANSWERED:
        if answer is None or follow is None:
            raise errors.FollowMissing(field="follow")
        rules.check_answer(answer, follow)
    else:
        answer = follow = None
    session.add(
        ChallengeStep(
            challenge_id=found.id, kind=step, answer=answer, follow=follow, text=words(text, "text"),
            by_id=actor.user_id, at=at,
        )
    )  # fmt: skip
    found.state = state
    if step is Step.EXTENDED:
        found.answer_by = terms.extended(found.answer_by)
    session.flush()
    _note(session, f"challenge.{step.value}", found, actor, at, answer=answer.value if answer else "")
    _mail(
        session, found, session.get_one(User, found.submitted_by_id), N_("Nieuws over uw uitdaging: %(title)s"),
        N_("De koper deed een stap: “%(title)s”. Lees op de bladzijde wat er staat."), step.value, at,
    )  # fmt: skip
    return queries.challenge(session, found.number)


def withdraw_challenge(session: Session, *, challenge: Challenge, actor: Actor, at: datetime) -> Challenge:
    """Take a challenge back, whatever its state: its texts and names are erased, its number and steps stay.

    Raises:
        NotYours: not of the challengers.
        NotNow: it was taken back.
    """
    if not policy.may(actor, policy.SUBMIT, challenge):
        raise errors.NotYours
    found = queries.locked(session, challenge.number)
    found.state = rules.after(found.state, Step.WITHDRAWN, is_extended=found.is_extended)
    found.group_name, found.what, found.how, found.supporters = ERASED, "", "", ""
    found.amount_minor, found.name_public = None, False
    session.add(
        ChallengeStep(challenge_id=found.id, kind=Step.WITHDRAWN, text="", by_id=actor.user_id, at=at)
    )
    session.flush()
    _note(session, "challenge.withdrawn", found, actor, at)
    return queries.challenge(session, found.number)


def lawful_ways(challenge: Challenge, law: Law, at: datetime) -> Advice | None:
    """Which procedures are lawful at the value of a challenge: what it names, else what it challenges is worth.

    None where no value is known. Needs the buyer, and the contract with its tender or the need.
    """
    minor, cpv = challenge.amount_minor, ""
    if challenge.contract is not None:
        minor, cpv = minor or challenge.contract.price_minor, challenge.contract.tender.cpv or ""
    elif challenge.need is not None:
        minor, cpv = minor or challenge.need.value_high_minor, challenge.need.cpv
    if not minor or not cpv:
        return None
    purchase = Purchase(
        Money(minor), Cpv(cpv), challenge.buyer.anchor_type or "company", local_date(at), None,
        challenge.buyer.is_contracting_authority,
    )  # fmt: skip
    return advise(purchase, law)


def _mail(
    session: Session, challenge: Challenge, person: User, subject: str, text: str, key: str, at: datetime
) -> None:
    if person.erased_at is not None:
        return
    send_mail(
        session, to=person.email, locale=person.locale, subject=subject, text=text,
        facts={"title": challenge.title, "by": challenge.answer_by}, link=f"/challenges/{challenge.number}", at=at,
        key=f"challenge-{challenge.id}-{key}-{person.id}",
    )  # fmt: skip


def _note(
    session: Session, action: str, challenge: Challenge, actor: Actor, at: datetime, **facts: object
) -> None:
    record(
        session,
        action=action,
        subject=f"challenge:{challenge.number}",
        actor_id=actor.user_id,
        facts=facts,
        at=at,
    )
