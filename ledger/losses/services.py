"""Agreeing how losses are borne, writing one down, and booking it as a second person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from cwb.notifications.services import mail_each
from ledger.accounts.services import change_limits
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.charges.queries import readers
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.losses import queries, rules
from ledger.losses.errors import AlreadyDone, BalanceMoved, LossWaits, NothingLost, NotMutual
from ledger.losses.models import CreditLoss, CreditLossShare, LossCover
from ledger.wallets import queries as wallets
from ledger.wallets.errors import OldSimulation
from ledger.wallets.rules import read_code


def agree(
    session: Session, *, code: Code, most: Money, document: str, agreed_on: date, actor: Actor, at: datetime
) -> LossCover:  # fmt: skip
    """Write down what members agreed to bear of one loss; it holds once a second person confirms it.

    Raises:
        NotMutual, MostMissing, TextMissing: refused.
    """
    found = _mutual(session, code)
    rules.check_most(most.minor)
    made = LossCover(
        public_id=uuid7(), instrument_code=code, live=found.live, most=most.minor, agreed_on=agreed_on,
        document=words(document, "document", least=3), written_at=at, written_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "loss_cover.written", f"loss_cover:{made.public_id}", actor, at, made.most)
    return made


def confirm_cover(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> None:
    """Confirm an agreement that somebody else wrote down.

    Raises:
        LossUnknown, AlreadyDone, SecondPerson: refused.
    """
    found = queries.cover(session, public_id)
    if found.confirmed_at is not None:
        raise AlreadyDone
    rules.check_second(found.written_by_id, actor.user_id)
    found.confirmed_at, found.confirmed_by_id = at, actor.user_id
    session.flush()
    _note(session, "loss_cover.confirmed", f"loss_cover:{found.public_id}", actor, at, found.most)


def write_down(
    session: Session, *, code: Code, wallet_code: str, why: str, actor: Actor, at: datetime
) -> CreditLoss:
    """Write down that a holder cannot pay what it is below nothing. From then on it draws nothing more.

    Raises:
        NotMutual, NoCover, CodeUnknown, NothingLost, LossWaits, ReasonTooShort: refused.
    """
    found = _mutual(session, code, lock=True)
    cover = queries.held_cover(session, found)
    wallet = wallets.by_code(session, found, read_code(wallet_code))
    own = wallets.account(session, wallet)
    if own.posted >= 0:
        raise NothingLost(field="wallet_code")
    made = CreditLoss(
        public_id=uuid7(), cover_id=cover.id, wallet_id=wallet.id, amount=-own.posted,
        why=words(why, "why", short=ReasonTooShort), written_at=at, written_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        if "uq_credit_loss_waiting" in str(fault.orig):
            raise LossWaits from fault
        raise
    change_limits(session, account_id=own.id, floor=own.posted, ceiling=own.ceiling)
    _note(session, "credit_loss.written", f"credit_loss:{made.public_id}", actor, at, made.amount)
    return made


def spread(session: Session, loss: CreditLoss) -> dict[int, int]:
    """What each wallet would bear of a loss now.

    Raises:
        CoverTooSmall.
    """
    found = instruments.instrument(session, Code(loss.wallet.instrument_code))
    room = {wallet: cents for wallet, (_, cents) in queries.bearers(session, found, loss.wallet_id).items()}
    return rules.spread(loss.amount, room, loss.cover.most)


def confirm(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> CreditLoss:
    """Book a loss that somebody else wrote down: it is borne by the others, and each of them gets a receipt.

    Raises:
        LossUnknown, AlreadyDone, SecondPerson, BalanceMoved, CoverTooSmall, OldSimulation: refused.
    """
    code = Code(queries.loss(session, public_id).wallet.instrument_code)
    found = _mutual(session, code, lock=True)
    one = queries.loss(session, public_id, lock=True)
    if one.confirmed_at is not None or one.withdrawn_at is not None:
        raise AlreadyDone
    rules.check_second(one.written_by_id, actor.user_id)
    if one.wallet.live != found.live:
        raise OldSimulation
    own = wallets.account(session, one.wallet)
    if own.posted != -one.amount:
        raise BalanceMoved
    parts, who = spread(session, one), queries.bearers(session, found, one.wallet_id)
    transfer_id = post(
        session, key=f"credit-loss:{one.public_id}", kind="credit_loss", at=at,
        legs=[Leg(own.id, one.amount), *(Leg(who[wallet][0], -cents) for wallet, cents in parts.items())],
    ).transfer_id  # fmt: skip
    change_limits(session, account_id=own.id, floor=0, ceiling=own.ceiling)
    session.execute(
        insert(CreditLossShare),
        [{"loss_id": one.id, "wallet_id": wallet, "amount": cents} for wallet, cents in parts.items()],
    )
    one.confirmed_at, one.confirmed_by_id, one.transfer_id = at, actor.user_id, transfer_id
    session.flush()
    mail_each(
        session, readers(session, list(parts)), subject=N_("Een verlies is samen gedragen"),
        text=N_("Een lid kan krediet niet terugbetalen. Uw deel staat op uw afschrift, zoals vooraf afgesproken."),
        link="/wallet", at=at, key=f"credit-loss-{one.public_id}",
    )  # fmt: skip
    _note(session, "credit_loss.confirmed", f"credit_loss:{one.public_id}", actor, at, one.amount)
    return one


def withdraw(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a loss back that was not booked. The limits of the holder are set anew by whoever gives credit.

    Raises:
        LossUnknown, AlreadyDone: refused.
    """
    one = queries.loss(session, public_id, lock=True)
    if one.confirmed_at is not None or one.withdrawn_at is not None:
        raise AlreadyDone
    one.withdrawn_at = at
    session.flush()
    _note(session, "credit_loss.withdrawn", f"credit_loss:{one.public_id}", actor, at, one.amount)


def _mutual(session: Session, code: Code, *, lock: bool = False) -> Instrument:
    found = instruments.instrument(session, code, lock=lock)
    if found.rule.kind != "mutual":
        raise NotMutual
    return found


def _note(session: Session, act: str, subject: str, actor: Actor, at: datetime, amount: int) -> None:
    record(session, action=act, subject=subject, actor_id=actor.user_id, facts={"amount": amount}, at=at)
