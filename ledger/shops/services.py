"""Giving back at a till. Asking and paying are in `ledger.requests`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.pins.rules import Hand
from ledger.shops import queries, rules
from ledger.shops.models import PaymentReturn
from ledger.wallets.rules import in_euros
from ledger.wallets.services import pay


def give_back(
    session: Session, *, public_id: UUID, party_id: int | None, amount: Money, token: UUID, hand: Hand, actor: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """Give a payment back to who paid, whole or in part, as a payment of its own; twice sent is once done.

    Raises:
        SaleUnknown, TooMuchBack: refused. What `ledger.wallets.services.pay` refuses.
    """
    paid, payer, payee = queries.sale(session, public_id, party_id, lock=True)
    before = queries.returned(session, [paid.id]).get(paid.id, Money(0))
    whole = Money(paid.amount)
    rules.check_back(amount, whole, before, in_euros(rules.left(whole, before)))
    back = pay(
        session, payer=payee, to=payer.code, amount=amount, note=paid.note, token=token, actor=actor, at=at, hand=hand,
        gives_back=True,
    )  # fmt: skip
    if queries.is_return(session, back.id):
        return
    session.add(PaymentReturn(payment_id=paid.id, back_id=back.id, made_at=at, made_by_id=actor.user_id))
    session.flush()
    record(
        session, action="till.gave_back", subject=f"wallet_payment:{paid.public_id}", actor_id=actor.user_id,
        facts={"amount": amount.minor}, at=at,
    )  # fmt: skip
