"""Reading wallets: of a holder, by code, what was paid, and what is asked back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Select, bindparam, case, exists, func, insert, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation, Party
from cwb.kernel.clock import local_date
from cwb.kernel.kept import Kept
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.prepared import Prepared, Record
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.conditions import queries as conditions
from ledger.conditions import rules as condition_rules
from ledger.conditions.models import ConditionVersion
from ledger.conditions.rules import BEGUN, Group, Terms
from ledger.instruments import rules as instrument_rules
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument, IssuingStop
from ledger.instruments.rules import Cause, Code
from ledger.lots import queries as lots
from ledger.pins import rules as pin_rules
from ledger.wallets import rules
from ledger.wallets.errors import CodeUnknown, WalletUnknown
from ledger.wallets.models import Refund, Wallet, WalletPayment

_WAITS = Refund.paid_at.is_(None) & Refund.withdrawn_at.is_(None)
"""A request for euros that is neither paid nor taken back."""

tasks = Tasks(
    Waiting(
        N_("Verzoeken om euro’s die wachten: %(num)s"), "instruments.index_all", {Role.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(Refund)
        .join(Wallet, Wallet.id == Refund.wallet_id).join(Instrument, Instrument.code == Wallet.instrument_code)
        .where(_WAITS, Wallet.live == Instrument.confirmed_at.is_not(None)), {},
    ),
    Waiting(
        N_("Besluit over lokaal geld waarvan uitgeven stilstaat: %(num)s"), "issuing.index", {Role.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(Instrument).where(
            Instrument.stopped, select(IssuingStop.id).where(
                IssuingStop.instrument_code == Instrument.code, IssuingStop.lifted_at.is_(None),
                IssuingStop.live == Instrument.confirmed_at.is_not(None), IssuingStop.cause != Cause.ENDING,
            ).exists(),
        ), {},
    ),
)  # fmt: skip
"""What waits for the programme: euros to pay back, and issuing that stopped until somebody decides."""


_VOLUME = select(func.coalesce(func.sum(WalletPayment.amount), 0)).where(
    WalletPayment.instrument_code == bindparam("code"), WalletPayment.live == bindparam("live"),
    WalletPayment.paid_at > bindparam("since"),
)  # fmt: skip
_WITHOUT = select(func.coalesce(func.sum(WalletPayment.amount), 0)).where(
    WalletPayment.payer_id == bindparam("payer_id"), WalletPayment.paid_at > bindparam("since"),
    WalletPayment.confirmed == pin_rules.How.NONE,
)  # fmt: skip
_CENTS = Prepared(int, _VOLUME)
_CENTS_WITHOUT = Prepared(int, _WITHOUT)


class Ground(NamedTuple):
    """What a payment is held against: the instrument, who gets it, and the conditions of the day.

    `version_id` None: those from the beginning. All objects are to be read, not to be changed.
    """

    instrument: Instrument
    payee: Wallet | None
    legal_form: str | None
    version_id: int | None
    terms: Terms

    @property
    def group(self) -> Group:
        """The group of who gets it."""
        firm = self.payee is not None and self.payee.firm
        return condition_rules.group_of(firm=firm, legal_form=self.legal_form)


_WALLET, _INSTRUMENT, _PAID = Record(Wallet), Record(Instrument), Record(WalletPayment)
_PARTS = (len(_INSTRUMENT.columns), len(_INSTRUMENT.columns) + len(_WALLET.columns))


def _ground(*values: Any) -> Ground:
    upto, then = _PARTS
    instrument, form = _INSTRUMENT(*values[:upto]), values[then]
    payee = None if values[upto] is None else _WALLET(*values[upto:then])
    if values[then + 1] is None:
        return Ground(instrument, payee, form, None, BEGUN[Code(instrument.code)])
    version = conditions.VERSION(*values[then + 1 :])
    return Ground(instrument, payee, form, version.id, version.terms)


_GROUND = Prepared(
    _ground,
    select(*_INSTRUMENT.columns, *_WALLET.columns, Organisation.__table__.c.legal_form, *conditions.VERSION.columns)
    .select_from(Instrument)
    .outerjoin(
        Wallet,
        (Wallet.instrument_code == Instrument.code)
        & (Wallet.live == Instrument.confirmed_at.is_not(None))
        & (Wallet.code == bindparam("to")),
    )
    .outerjoin(Organisation.__table__, Organisation.__table__.c.id == Wallet.party_id)
    .outerjoin(ConditionVersion, conditions.holds())
    .where(Instrument.code == bindparam("code"))
    .with_for_update(read=True, of=Instrument),
)  # fmt: skip
_OWN = Prepared(
    _WALLET,
    select(*_WALLET.columns).where(
        Wallet.public_id == bindparam("public_id"), Wallet.party_id == bindparam("party_id")
    ),
)
_PAY = Prepared(
    _PAID,
    insert(WalletPayment)
    .values(
        {each.key: bindparam(f"of_{each.key}", type_=each.type) for each in _PAID.columns if each.key != "id"}
    )
    .returning(*_PAID.columns),
)


def wallets(session: Session, party_id: int | None) -> Sequence[Wallet]:
    """What a party has, the real ones first."""
    return session.scalars(
        select(Wallet)
        .where(Wallet.party_id == party_id)
        .options(joinedload(Wallet.account))
        .order_by(Wallet.live.desc(), Wallet.instrument_code)
        .execution_options(populate_existing=True)
    ).all()


def wallet(session: Session, public_id: UUID, party_id: int | None, *, lock: bool = False) -> Wallet:
    """A wallet of a party. `lock`: nobody asks anything back from it meanwhile.

    Raises:
        WalletUnknown: it has no such wallet.
    """
    statement = select(Wallet).where(Wallet.public_id == public_id, Wallet.party_id == party_id)
    if lock:
        statement = statement.with_for_update()
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise WalletUnknown
    return found


def payer(session: Session, public_id: UUID, party_id: int | None) -> Wallet:
    """The same, to be read only.

    Raises:
        WalletUnknown: it has no such wallet.
    """
    found = _OWN.first(session, public_id=public_id, party_id=party_id)
    if found is None:
        raise WalletUnknown
    return found


def ground(session: Session, code: Code, to: str, at: datetime) -> Ground:
    """What a payment to the wallet with a code is held against. Nobody changes the instrument meanwhile.

    Raises:
        InstrumentUnknown: it was not set up.
    """
    found = _GROUND.first(session, code=code, to=to, today=local_date(at))
    if found is None:
        raise InstrumentUnknown
    return found


def store_payment(session: Session, **facts: object) -> WalletPayment:
    """Write a payment down and give it back, to be read."""
    return _PAY.one(session, **{f"of_{name}": value for name, value in facts.items()})


def party(session: Session, party_id: int) -> Party:
    """A party that is there."""
    return session.get_one(Party, party_id)


def account(session: Session, found: Wallet) -> Account:
    """The account of a wallet as it is now, with its limits."""
    return session.scalars(
        select(Account).where(Account.id == found.account_id).execution_options(populate_existing=True)
    ).one()


def free(session: Session, found: Wallet) -> Money:
    """What a wallet holds that is not reserved; below nothing with credit."""
    there = account(session, found)
    return Money(there.posted - there.pending_out)


def find_wallet(session: Session, code: Code, party_id: int, *, live: bool) -> Wallet | None:
    """A party's wallet of an instrument, real or of the simulation."""
    return session.scalars(
        select(Wallet).where(Wallet.instrument_code == code, Wallet.party_id == party_id, Wallet.live == live)
    ).one_or_none()


def by_code(session: Session, instrument: Instrument, code: str) -> Wallet:
    """The wallet of an instrument, as it stands now, with this code.

    Raises:
        CodeUnknown: none has it.
    """
    found = session.scalars(
        select(Wallet).where(
            Wallet.instrument_code == instrument.code, Wallet.live == instrument.live, Wallet.code == code
        )
    ).one_or_none()
    if found is None:
        raise CodeUnknown(field="code")
    return found


def group_of(session: Session, found: Wallet) -> Group:
    """The group of a wallet's holder, by which the conditions say who accepts."""
    form = session.scalar(select(Organisation.legal_form).where(Organisation.id == found.party_id))
    return condition_rules.group_of(firm=found.firm, legal_form=form)


def code_taken(session: Session, code: str) -> bool:
    """Whether a wallet has this code."""
    return bool(session.scalar(select(exists().where(Wallet.code == code))))


def volume(session: Session, instrument: Instrument, at: datetime) -> Money:
    """What was paid in the twelve months before."""
    since = instrument_rules.since(at)
    return Money(_CENTS.one(session, code=instrument.code, live=instrument.live, since=since))


_of_second: Kept[Money] = Kept(most=4)


def volume_of_second(session: Session, instrument: Instrument, at: datetime) -> Money:
    """The same, as it was found first in this second by this process: a year is long to add up for each payment.

    Only on a connection of an engine; who works in a transaction of somebody else's sees what is in it.
    """
    if not isinstance(session.bind, Engine):
        return volume(session, instrument, at)
    key = (session.bind, instrument.code, instrument.live, int(at.timestamp()))
    return _of_second.get(key, lambda: volume(session, instrument, at))


def paid_without(session: Session, payer_id: int, at: datetime) -> Money:
    """What a wallet paid in the day before without a PIN or passkey."""
    return Money(_CENTS_WITHOUT.one(session, payer_id=payer_id, since=at - pin_rules.DAY))


def payment_of(session: Session, transfer_id: int) -> WalletPayment:
    """The payment that a transfer is."""
    return session.scalars(select(WalletPayment).where(WalletPayment.transfer_id == transfer_id)).one()


def payment_names(
    session: Session, transfer_ids: Iterable[int]
) -> dict[int, tuple[str | None, str | None, str]]:
    """Transfer → who paid, who received (None: a resident, whom nobody needs to know), and what stood with it."""
    payer, payee, giver, taker = aliased(Wallet), aliased(Wallet), aliased(Party), aliased(Party)
    rows = session.execute(
        select(WalletPayment.transfer_id, _firm(giver), _firm(taker), WalletPayment.note)
        .join(payer, payer.id == WalletPayment.payer_id)
        .join(payee, payee.id == WalletPayment.payee_id)
        .join(giver, giver.id == payer.party_id)
        .join(taker, taker.id == payee.party_id)
        .where(WalletPayment.transfer_id.in_(list(transfer_ids)))
    )
    return {transfer_id: (paid_by, paid_to, note) for transfer_id, paid_by, paid_to, note in rows}


def _firm(who: Any) -> ColumnElement[str | None]:
    return case((who.kind == "organisation", who.name))


def fee_of(session: Session, found: Wallet, amount: Money, at: datetime) -> Money:
    """What it costs to get an amount back: nothing for a resident; for a firm as the conditions of this instant say.

    They ask how long it had each part, and how often that was paid on here.
    """
    return fees_of(session, [(found, amount)], at)[found.id]


def fees_of(session: Session, asked: Sequence[tuple[Wallet, Money]], at: datetime) -> dict[int, Money]:
    """The same for wallets of one instrument, by their ids."""
    fees = {found.id: Money(0) for found, _ in asked}
    firms = [(found, amount) for found, amount in asked if found.firm]
    if not firms:
        return fees
    code, own = Code(firms[0][0].instrument_code), account(session, firms[0][0])
    known = [
        (transfer_id, local_date(moment), account_id, cents)
        for transfer_id, moment, account_id, cents in lots.lines(
            session, party_id=own.party_id, role=AccountRole.WALLET, currency=own.currency
        )
    ]
    leaving = {found.account_id: amount.minor for found, amount in firms}
    taken = rules.lots_taken(known, leaving, local_date(at))
    terms = conditions.terms_at(session, code, at)[1]
    return fees | {found.id: Money(condition_rules.fee(terms, taken[found.account_id])) for found, _ in firms}


def waiting(session: Session, wallet_id: int) -> Refund | None:
    """The refund of a wallet that waits."""
    return session.scalars(select(Refund).where(Refund.wallet_id == wallet_id, _WAITS)).one_or_none()


def refund(session: Session, public_id: UUID) -> Refund:
    """A refund with its wallet; nobody else pays it meanwhile.

    Raises:
        WalletUnknown: no such refund.
    """
    found = session.scalars(
        select(Refund)
        .where(Refund.public_id == public_id)
        .options(joinedload(Refund.wallet))
        .with_for_update(of=Refund)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise WalletUnknown
    return found


def refunds(code: Code, *, live: bool) -> Select[Refund, Wallet, str | None]:
    """Refunds that wait, with the wallet and the organisation that asked, oldest first."""
    return (
        select(Refund, Wallet, _firm(Party))
        .join(Wallet, Wallet.id == Refund.wallet_id)
        .join(Party, Party.id == Wallet.party_id)
        .where(Wallet.instrument_code == code, Wallet.live == live, _WAITS)
        .order_by(Refund.asked_at, Refund.id)
    )


def firms(code: Code, *, live: bool) -> Select[Wallet, str]:
    """The wallets of organisations with their names, by name."""
    return (
        select(Wallet, Party.name)
        .join(Party, Party.id == Wallet.party_id)
        .where(Wallet.instrument_code == code, Wallet.live == live, Wallet.firm)
        .options(joinedload(Wallet.account))
        .order_by(Party.search_name, Wallet.id)
    )


class Residents(NamedTuple):
    """How many residents have a wallet, and what they hold together: nobody sees who has what.

    `held` None: fewer than five. The sum of one is what that one has.
    """

    number: int
    held: Money | None


def residents(session: Session, code: Code, *, live: bool) -> Residents:
    """The residents of an instrument together."""
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(Account.posted), 0))
        .select_from(Wallet)
        .join(Account, Account.id == Wallet.account_id)
        .where(Wallet.instrument_code == code, Wallet.live == live, ~Wallet.firm)
    ).one()
    return Residents(row[0], Money(int(row[1])) if row[0] >= instrument_rules.FEWEST else None)
