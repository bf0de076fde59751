"""Use cases of a replacement: the buyer asks, the winner names, who was named states, the buyer checks."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from cwb.identity.models import Organisation
from cwb.identity.queries import find_organisation_by_kvk, people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from procurement.consortia.rules import backers, check_words, parties
from procurement.consortia.services import lock_anew, promise_own
from procurement.hearings.rules import end_of
from procurement.proofs import errors as refusals
from procurement.proofs import queries as proofs
from procurement.proofs import services as proving
from procurement.proofs.models import ProofRequest
from procurement.proofs.rules import Choice, Standing, check_open, check_term
from procurement.sealing.gateway import HouseKeys
from procurement.statements.queries import demand_of_lot
from procurement.substitutes import errors, policy, queries, rules
from procurement.substitutes.models import Substitute
from procurement.substitutes.rules import Standing as Step
from procurement.tenders import queries as tenders
from procurement.tenders.services import note_act

_BOARD = (Role.BOARD, Role.MEMBER)


def demand_substitute(
    session: Session, *, request: ProofRequest, reason: str, last_day: date, actor: Actor, at: datetime
) -> Substitute:
    """Ask a winner to put another in the place of who lends it its means, until the end of a day.

    Raises:
        NotYourTender, NotABacker; NothingOpen: its proof is settled; SeeFirst: a paper waits to be looked at.
        AskedBefore; TermTooShort, ReasonTooShort: input.
    """
    found = proofs.request(session, request.public_id, lock=True)
    if not policy.may_demand(actor, found.tender):
        raise refusals.NotYourTender
    if not found.is_backer:
        raise errors.NotABacker
    standings = [found.standing(each) for each in found.kinds]
    check_open(standings, is_refused=found.is_refused)
    if Standing.SENT in standings:
        raise refusals.SeeFirst
    made = Substitute(
        request_id=found.id, tender_id=found.tender_id, opened_bid_id=found.opened_bid_id,
        lot_id=found.bid.lot_id, lead_id=found.bid.organisation_id, gone_id=found.organisation_id,
        reason=rules.check_reason(reason, "reason"),
        until=end_of(check_term(last_day, local_date(at))), asked_by_id=actor.user_id, asked_at=at,
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError as fault:
        raise errors.AskedBefore from fault
    made = queries.substitute(session, made.public_id)
    _note(session, "asked", made, actor, at)
    _tell(
        session, made, [made.lead_id], N_("%(number)s: noem een ander die middelen leent"),
        N_("De koper van “%(title)s” aanvaardt %(gone)s niet. U wint nog steeds. Noem een ander, voor %(until)s:"),
        "asked", at,
    )  # fmt: skip
    return made


def name_substitute(
    session: Session, *, found: Substitute, kvk: str, name: str, means: str, actor: Actor, at: datetime
) -> Substitute:
    """Name who lends its means now; until that one stated, the winner may name another.

    Raises:
        NotForYou, OutOfTurn, TermOver: who or when. NamedNotAllowed, WordsTooShort: input.
    """
    if not policy.may_name(actor, found):
        raise errors.NotForYou
    found = _held(session, found)
    rules.check_turn(found.standing, Step.ASKED, Step.NAMED)
    rules.check_time(found.until, at)
    content = found.bid.content
    taken = {each["kvk"] for each in (*parties(content), *backers(content))}
    taken |= {found.lead.kvk_number, found.tender.buyer.kvk_number, found.gone.kvk_number}
    known, clean = (
        find_organisation_by_kvk(session, rules.check_named(kvk, taken)),
        check_words(means, "means"),
    )
    found.kvk, found.name, found.means = kvk, known.name if known else name.strip(), clean
    found.named_by_id, found.named_at = actor.user_id, at
    session.flush()
    _note(session, "named", found, actor, at, kvk=kvk)
    if known is not None:
        _tell(
            session, found, [known.id], N_("%(lead)s vraagt om uw middelen bij %(number)s"),
            N_("%(lead)s wint “%(title)s” en wil op u steunen. Lees wat er gevraagd wordt, en kies voor %(until)s:"),
            f"named-{known.id}", at,
        )  # fmt: skip
    return found


def state_substitute(
    session: Session, *, found: Substitute, words: str, actor: Actor, keys: HouseKeys, at: datetime
) -> Substitute:
    """Promise one's means and state for oneself, from one's own profile, as it counts today.

    Raises:
        NotForYou, OutOfTurn, TermOver: who or when. WordsTooShort: at the field `words`.
        OwnStatementMissing: its own answers are missing or do not count any more.
    """
    own = own_organisation(session, actor)
    if own is None or not policy.may_state(actor, own, found):
        raise errors.NotForYou
    found = _held(session, found)
    rules.check_turn(found.standing, Step.NAMED)
    rules.check_time(found.until, at)
    clean = check_words(words, "words")
    tender = tenders.tender_by_id(session, found.tender_id)
    locked = promise_own(
        session, public_id=found.public_id, organisation_id=own.id,
        demand=demand_of_lot(session, tender, found.lot_id), closes_on=local_date(at), keys=keys,
    )  # fmt: skip
    found.content, found.content_key, found.valid_until = locked
    found.organisation_id, found.name = own.id, own.name
    found.promise, found.promised_by_id, found.promised_at = clean, actor.user_id, at
    session.flush()
    _note(session, "stated", found, actor, at)
    _tell(
        session, found, [found.lead_id], N_("%(name)s zegt middelen toe bij %(number)s"),
        N_("%(name)s staat nu achter uw inschrijving op “%(title)s”. De koper kijkt het na."), "stated", at,
    )  # fmt: skip
    return found


def judge_substitute(
    session: Session,
    *,
    found: Substitute,
    is_good: bool,
    note: str,
    last_day: date,
    actor: Actor,
    at: datetime,
) -> Substitute:
    """Accept who comes, or not, with the reason. Accepted, its proof is asked and that of who went is given up.

    `last_day`: the last whole day to show that proof.

    Raises:
        NotYourTender, OutOfTurn: who or when. ReasonTooShort, TermTooShort: input.
    """
    if not policy.may_demand(actor, found.tender):
        raise refusals.NotYourTender
    found = _held(session, found)
    rules.check_turn(found.standing, Step.STATED)
    found.note = rules.check_reason(note, "note")
    found.is_good, found.decided_by_id, found.decided_at = is_good, actor.user_id, at
    session.flush()
    _note(session, "decided", found, actor, at, is_good=is_good)
    told = N_("De koper van “%(title)s” aanvaardt %(name)s. Lees waarom:") if is_good else N_(
        "De koper van “%(title)s” aanvaardt %(name)s niet. Lees waarom. De koper vraagt u misschien een ander:"
    )  # fmt: skip
    _tell(session, found, [found.lead_id], N_("%(number)s: %(name)s is nagekeken"), told, "decided", at)
    if is_good:
        _swap(session, found, last_day, actor, at)
    return found


def _swap(session: Session, found: Substitute, last_day: date, actor: Actor, at: datetime) -> None:
    """Give up the proof of who went, and ask the same of who came."""
    left = next(each for each in proofs.of_tender(session, found.tender_id) if each.id == found.request_id)
    if left.left:
        proving.rule(
            session,
            request=left,
            choice=Choice.ACCEPTED,
            kinds=left.left,
            reason=found.note,
            actor=actor,
            at=at,
        )
    made = ProofRequest(
        tender_id=found.tender_id, opened_bid_id=found.opened_bid_id, organisation_id=found.organisation_id,
        kinds=left.kinds, until=end_of(check_term(last_day, local_date(at))), asked_by_id=actor.user_id, asked_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    proving.tell_asked(session, made, found.tender, is_party=False, at=at)


def own_organisation(session: Session, actor: Actor) -> Organisation | None:
    """The organisation an actor acts for."""
    return session.get(Organisation, actor.organisation_id) if actor.organisation_id else None


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock every statement of who was named with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, _master = keys.current()
    found = session.scalars(
        select(Substitute).where(Substitute.content_key != name).options(undefer(Substitute.content)).with_for_update()
    ).all()  # fmt: skip
    return lock_anew(session, found, keys)


def _held(session: Session, found: Substitute) -> Substitute:
    """It as it is now, held until the transaction ends."""
    session.execute(select(Substitute.id).where(Substitute.id == found.id).with_for_update())
    return queries.substitute(session, found.public_id)


def _tell(
    session: Session, found: Substitute, organisation_ids: Sequence[int], subject: str, text: str, what: str,
    at: datetime,
) -> None:  # fmt: skip
    facts = {
        "number": found.tender.number, "title": found.tender.title, "until": found.until, "name": found.name,
        "lead": found.lead.name, "gone": found.gone.name,
    }  # fmt: skip
    for each in organisation_ids:
        mail_each(
            session, people_with(session, each, *_BOARD), subject=subject, text=text, facts=facts,
            link=f"/substitutes/{found.public_id}", at=at, key=f"substitute-{found.id}-{what}",
        )  # fmt: skip


def _note(
    session: Session, what: str, found: Substitute, actor: Actor, at: datetime, **facts: object
) -> None:
    note_act(session, f"substitutes.{what}", found.tender, actor, at, **facts)
