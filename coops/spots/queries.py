"""Reading who accepts local money, and what a party buys."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import exists, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from coops.register.models import Cooperative
from coops.spots.rules import BOUGHT_AS, SPAN, Spot
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.places.rules import AreaPack, resolve
from ledger.conditions.queries import terms_at
from ledger.conditions.rules import Terms, group_of
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind
from ledger.receipts.models import Receipt
from ledger.receipts.rules import ReceiptState
from ledger.shops.models import PaymentReturn
from ledger.wallets.models import Wallet, WalletPayment


def own_wallets(session: Session, party_id: int | None) -> Sequence[Wallet]:
    """A party's wallets of instruments as these stand now."""
    return session.scalars(
        select(Wallet)
        .join(Instrument, Instrument.code == Wallet.instrument_code)
        .where(Wallet.party_id == party_id, Wallet.live == Instrument.confirmed_at.is_not(None))
        .order_by(Wallet.instrument_code)
    ).all()


def terms(session: Session, codes: Collection[Code], at: datetime) -> dict[Code, Terms]:
    """What holds now for each kind of money."""
    return {code: terms_at(session, code, at)[1] for code in codes}


def spots(
    session: Session, rules: dict[Code, Terms], party_id: int | None, area: AreaPack, today: date
) -> list[Spot]:
    """Who accepts these kinds of money now, the reader and the money's keeper left out. Residents are not listed."""
    rows = session.execute(
        select(Wallet.instrument_code, Wallet.code, Organisation, Cooperative.sectors, Cooperative.place_code)
        .join(Instrument, Instrument.code == Wallet.instrument_code)
        .join(Organisation, Organisation.id == Wallet.party_id)
        .outerjoin(Cooperative, Cooperative.organisation_id == Organisation.id)
        .where(
            Wallet.instrument_code.in_(list(rules)), Wallet.live == Instrument.confirmed_at.is_not(None), Wallet.firm,
            Wallet.party_id.is_distinct_from(party_id), Organisation.id != Instrument.keeper_id,
        )
    )  # fmt: skip
    found = []
    for code, sign, firm, sectors, said in rows:
        if group_of(firm=True, legal_form=firm.legal_form) not in rules[Code(code)].accept_where:
            continue
        place = resolve(area, firm.postcode, firm.house_number, on=today, street=firm.street)
        public_id = firm.public_id if sectors is not None else None
        found.append(
            Spot(
                code,
                sign,
                firm.id,
                public_id,
                firm.name,
                tuple(sectors or ()),
                place.wijk or said,
                place.buurt,
            )
        )
    return found


def bought(
    session: Session, party_id: int | None, wallet_ids: Collection[int], at: datetime
) -> list[tuple[Sequence[str], int]]:
    """What a party spent in a year, as (kinds of work, cents): from its wallets, on invoices and on receipts.

    What a till gave back is no purchase and is taken off what was paid there, as a credit note is off its invoice.
    """
    since, back = local_date(at - SPAN), aliased(WalletPayment)
    returned = (
        select(func.coalesce(func.sum(back.amount), 0))
        .join(PaymentReturn, PaymentReturn.back_id == back.id)
        .where(PaymentReturn.payment_id == WalletPayment.id)
        .scalar_subquery()
    )
    paid = (
        select(Cooperative.sectors, WalletPayment.amount - returned)
        .join(Wallet, Wallet.id == WalletPayment.payee_id)
        .join(Cooperative, Cooperative.organisation_id == Wallet.party_id)
        .where(
            WalletPayment.payer_id.in_(list(wallet_ids)), WalletPayment.paid_at > at - SPAN,
            ~exists().where(PaymentReturn.back_id == WalletPayment.id),
        )
    )  # fmt: skip
    invoiced = (
        select(Cooperative.sectors, Invoice.total_amount - Invoice.credited_amount)
        .join(Cooperative, Cooperative.organisation_id == Invoice.seller_id)
        .where(
            Invoice.buyer_id == party_id, Invoice.kind == InvoiceKind.INVOICE, Invoice.sent_at.is_not(None),
            Invoice.issued_on > since,
        )
    )  # fmt: skip
    kept = (
        select(literal(None, JSONB), Receipt.high + Receipt.low + Receipt.none, Receipt.category)
        .where(
            Receipt.party_id == party_id, Receipt.state == ReceiptState.BOOKED, Receipt.bought_on > since,
        )
    )  # fmt: skip
    rows = session.execute(union_all(*(each.add_columns(literal("")) for each in (paid, invoiced)), kept))
    return [(BOUGHT_AS.get(cost, ()) if cost else sectors, int(cents)) for sectors, cents, cost in rows]


def place_of(session: Session, party_id: int | None) -> str | None:
    """The wijk a cooperative stands in; of residents nothing is kept."""
    return session.scalar(select(Cooperative.place_code).where(Cooperative.organisation_id == party_id))
