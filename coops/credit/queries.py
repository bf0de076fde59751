"""Reading applications, what can be asked for, and the public figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, union
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from coops.credit import rules
from coops.credit.errors import ApplicationNotFound, BaseNotFound
from coops.credit.models import CreditApplication
from coops.credit.rules import Room, State, Ties
from coops.fund.models import Fund
from coops.fund.queries import cash, terms
from coops.fund.rules import WHOLE
from coops.register.models import Cooperative, Judgement, Verification
from cwb.identity.models import Party
from cwb.identity.queries import involved_in
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.advances import queries as advances
from ledger.advances.models import Advance, AdvanceReceipt
from ledger.agreements import queries as agreed
from ledger.agreements.models import Agreement, AgreementSupplier
from ledger.agreements.rules import AgreementState
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.payments.queries import accounts


def whole() -> tuple[ORMOption, ...]:
    """Load an application with its parties, what it rests on, and the advance."""
    own = CreditApplication
    return (
        joinedload(own.fund).joinedload(Fund.organisation), joinedload(own.borrower), joinedload(own.debtor),
        joinedload(own.invoice).joinedload(Invoice.agreement), joinedload(own.agreement), joinedload(own.advance),
    )  # fmt: skip


def application(session: Session, public_id: UUID) -> CreditApplication:
    """One application, whole.

    Raises:
        ApplicationNotFound: there is none.
    """
    found = session.scalar(
        select(CreditApplication).where(CreditApplication.public_id == public_id).options(*whole())
    )
    if found is None:
        raise ApplicationNotFound
    return found


def find_of_advance(session: Session, advance_id: int) -> CreditApplication | None:
    """The application behind an advance."""
    return session.scalar(
        select(CreditApplication).where(CreditApplication.advance_id == advance_id).options(*whole())
    )


def locked(session: Session, application_id: int) -> CreditApplication:
    """The application as it is now, and nobody else's until the end of the transaction."""
    return session.scalars(
        select(CreditApplication)
        .where(CreditApplication.id == application_id)
        .options(*whole())
        .with_for_update(of=CreditApplication)
        .execution_options(populate_existing=True)
    ).one()


def applications(
    session: Session, *, fund_id: int | None = None, borrower_id: int | None = None
) -> Sequence[CreditApplication]:
    """The latest 200 applications at a fund or of a cooperative, newest first."""
    asked = select(CreditApplication).options(*whole()).order_by(CreditApplication.id.desc()).limit(200)
    if fund_id is not None:
        asked = asked.where(CreditApplication.fund_id == fund_id)
    if borrower_id is not None:
        asked = asked.where(CreditApplication.borrower_id == borrower_id)
    return session.scalars(asked).all()


@dataclass(frozen=True, slots=True)
class Base:
    """What an application can rest on: an invoice or an agreement, who pays, and what it still pays in cents."""

    invoice: Invoice | None
    agreement: Agreement | None
    debtor_id: int
    still_open: int
    g_percentage: Decimal | None
    whole: int
    paid: int

    @property
    def assignable(self) -> int:
        """What of it can be assigned."""
        return rules.assignable(self.still_open, self.g_percentage)


def base(
    session: Session, *, borrower_id: int, invoice_id: int | None = None, agreement_id: int | None = None
) -> Base:
    """An approved invoice or a running agreement of a cooperative.

    Of an agreement counts its part without VAT, less all that was paid: what is certain to be still paid. On a
    framework nothing is certain: only on its orders.

    Raises:
        BaseNotFound: not approved, ended, or another's.
    """
    if invoice_id is not None:
        invoice = invoicing.invoice_by_id(session, invoice_id)
        if invoice.seller_id != borrower_id or invoice.is_credit_note:
            raise BaseNotFound
        left = invoice.open.minor if invoice.state is InvoiceState.APPROVED else 0
        share, whole = invoice.agreement.g_percentage if invoice.agreement else None, invoice.total.minor
        for free in accounts(session, invoice)[:1]:  # a split says to the cent what can be assigned
            share, whole, left = None, free.part.minor, min(left, free.left.minor)
        return Base(invoice, None, invoice.buyer_id, left, share, whole, whole - left)
    if agreement_id is None:
        raise BaseNotFound
    agreement = agreed.agreement_by_id(session, agreement_id)
    if agreement.share_of(borrower_id) is None:
        raise BaseNotFound
    paid = session.scalar(
        select(func.coalesce(func.sum(Invoice.paid_amount), 0)).where(
            Invoice.agreement_id == agreement.id, Invoice.seller_id == borrower_id
        )
    )
    whole = agreement.part_of(borrower_id).minor
    left = max(whole - int(paid or 0), 0) if agreement.takes_invoices else 0
    return Base(None, agreement, agreement.buyer_id, left, agreement.g_percentage, whole, int(paid or 0))


def base_of(session: Session, found: CreditApplication) -> Base:
    """What an application rests on, as it is now."""
    return base(
        session, borrower_id=found.borrower_id, invoice_id=found.invoice_id, agreement_id=found.agreement_id
    )


def is_asked(session: Session, *, invoice_id: int | None, agreement_id: int | None, borrower_id: int) -> bool:
    """Whether an application that is not signed yet rests on it."""
    return bool(
        session.scalar(
            select(func.count()).where(
                CreditApplication.state.in_(rules.OPEN),
                CreditApplication.borrower_id == borrower_id,
                CreditApplication.invoice_id == invoice_id
                if invoice_id is not None
                else CreditApplication.agreement_id == agreement_id,
            )
        )
    )


def invoices_to_ask_on(session: Session, borrower_id: int) -> Sequence[Invoice]:
    """The cooperative's approved invoices on which nothing was advanced or asked."""
    asked = select(CreditApplication.invoice_id).where(
        CreditApplication.state.in_(rules.OPEN), CreditApplication.invoice_id.is_not(None)
    )
    on_contract = select(Advance.agreement_id).where(
        Advance.borrower_id == borrower_id,
        Advance.agreement_id.is_not(None),
        Advance.withdrawn_at.is_(None),
        Advance.released_on.is_(None),
    )
    ahead = select(Advance.invoice_id).where(Advance.invoice_id.is_not(None), Advance.withdrawn_at.is_(None))
    return session.scalars(
        select(Invoice)
        .where(
            Invoice.seller_id == borrower_id,
            Invoice.kind == InvoiceKind.INVOICE,
            Invoice.state == InvoiceState.APPROVED,
            Invoice.id.not_in(asked),
            Invoice.id.not_in(ahead),
            or_(Invoice.agreement_id.is_(None), Invoice.agreement_id.not_in(on_contract)),
        )
        .options(joinedload(Invoice.buyer))
        .order_by(Invoice.due_on)
        .limit(50)
    ).all()


def agreements_to_ask_on(session: Session, borrower_id: int, today: date) -> Sequence[Agreement]:
    """The cooperative's running agreements on which nothing is advanced or asked now."""
    asked = select(CreditApplication.agreement_id).where(
        CreditApplication.state.in_(rules.OPEN),
        CreditApplication.borrower_id == borrower_id,
        CreditApplication.agreement_id.is_not(None),
    )
    live = and_(
        Advance.borrower_id == borrower_id, Advance.withdrawn_at.is_(None), Advance.released_on.is_(None)
    )
    ahead = select(Advance.agreement_id).where(live, Advance.agreement_id.is_not(None))
    on_invoice = (
        select(Invoice.agreement_id)
        .join(Advance, Advance.invoice_id == Invoice.id)
        .where(live, Invoice.agreement_id.is_not(None))
    )
    return session.scalars(
        select(Agreement)
        .join(AgreementSupplier, AgreementSupplier.agreement_id == Agreement.id)
        .where(
            AgreementSupplier.party_id == borrower_id,
            Agreement.state == AgreementState.ACTIVE,
            Agreement.on_order.is_(False),
            Agreement.ends_on >= today,
            Agreement.id.not_in(asked),
            Agreement.id.not_in(ahead),
            Agreement.id.not_in(on_invoice),
        )
        .options(*agreed.whole())
        .order_by(Agreement.ends_on)
        .limit(50)
    ).all()


def free(session: Session, fund: Fund, *, besides: int | None = None) -> int:
    """What the fund has and owes or promised to nobody, in cents; `besides`: an application that does not count."""
    payable = (Account.party_id == fund.organisation_id, Account.role == "payable")
    owes = session.scalar(select(func.coalesce(func.sum(Account.posted), 0)).where(*payable))
    return cash(session, fund.organisation_id) + int(owes or 0) - _promised(session, fund.id, None, besides)


def _promised(session: Session, fund_id: int, borrower_id: int | None, besides: int | None) -> int:
    asked = (
        select(func.coalesce(func.sum(CreditApplication.amount), 0))
        .outerjoin(Advance, Advance.id == CreditApplication.advance_id)
        .where(
            CreditApplication.fund_id == fund_id,
            CreditApplication.state.in_([State.APPROVED, State.SIGNED]),
            Advance.paid_out_on.is_(None),
        )
    )
    if borrower_id is not None:
        asked = asked.where(CreditApplication.borrower_id == borrower_id)
    if besides is not None:
        asked = asked.where(CreditApplication.id != besides)
    return int(session.scalar(asked) or 0)


def room(
    session: Session, *, fund: Fund, found: Base, borrower_id: int, due_on: date, at: datetime,
    besides: int | None = None,
) -> Room:  # fmt: skip
    """How much can be advanced on it now, by every limit.

    Raises:
        TermsMissing: the fund has none.
    """
    today = local_date(at)
    left = Advance.amount - Advance.repaid_amount - Advance.recovered_amount
    owed = session.scalar(
        select(func.coalesce(func.sum(left), 0)).where(
            Advance.fund_id == fund.organisation_id,
            Advance.borrower_id == borrower_id,
            Advance.paid_out_on.is_not(None),
        )
    )
    return rules.room(
        terms(session, fund.id, today).facts,
        on_invoice=found.invoice is not None,
        base=found.assignable,
        days=(due_on - today).days,
        outstanding=int(owed or 0) + _promised(session, fund.id, borrower_id, besides),
        free=free(session, fund, besides=besides),
    )


def ties(session: Session, found: CreditApplication, user_id: int) -> Ties:
    """Who stands near the cooperative, for the rule of duties kept apart."""
    coach = select(Cooperative.coach_id).where(Cooperative.organisation_id == found.borrower_id)
    verified = union(
        *(
            select(each.decided_by_id)
            .join(Cooperative, Cooperative.id == each.cooperative_id)
            .where(Cooperative.organisation_id == found.borrower_id)
            for each in (Verification, Judgement)
        )
    )
    return Ties(
        found.asked_by_id,
        session.scalar(coach),
        frozenset(session.scalars(verified)),
        involved_in(session, user_id, [found.borrower_id, found.debtor_id]),
    )


def overdue(found: Sequence[CreditApplication], today: date) -> list[CreditApplication]:
    """Those that should have been repaid."""
    return [
        each for each in found if each.advance is not None and each.advance.claim.owed and each.due_on < today
    ]


def above(session: Session, found: CreditApplication, today: date) -> int:
    """By how much money ahead is more than its contract can bear since that was lowered, in cents; mostly nought."""
    if (
        found.agreement is None
        or not found.agreement.reduced
        or found.state not in rules.OPEN | {State.SIGNED}
    ):
        return 0
    now = base_of(session, found).assignable * terms(session, found.fund_id, today).contract_share // WHOLE
    return max(0, found.ahead - now)


def resting_on(session: Session, agreement_id: int) -> Sequence[CreditApplication]:
    """The applications and advances on a contract that are not over."""
    return session.scalars(
        select(CreditApplication)
        .outerjoin(Advance, Advance.id == CreditApplication.advance_id)
        .where(
            CreditApplication.agreement_id == agreement_id,
            CreditApplication.state.in_(rules.OPEN | {State.SIGNED}),
            Advance.released_on.is_(None),
        )
        .options(*whole())
        .order_by(CreditApplication.id)
    ).all()


_BOARD, _KEEPERS, _DECIDERS = (frozenset({each}) for each in (Role.BOARD, Role.PROGRAMME, Role.ALLIANCE))
_ALL = (
    rows(title=Party.name, key=CreditApplication.public_id)
    .select_from(CreditApplication)
    .join(Fund, Fund.id == CreditApplication.fund_id)
    .outerjoin(Advance, Advance.id == CreditApplication.advance_id)
)
_OF_BORROWER = _ALL.join(Party, Party.id == CreditApplication.borrower_id)
_KEPT = _OF_BORROWER.where(Fund.keeper_id == ORGANISATION)
_OWN = _ALL.join(Party, Party.id == CreditApplication.debtor_id).where(
    CreditApplication.borrower_id == ORGANISATION
)
_KEY = {"public_id": "key"}

tasks = Tasks(
    Waiting(
        N_("Beslis over het voorschot van %(title)s"), "credit.show", _DECIDERS,
        _KEPT.where(CreditApplication.state == State.ASKED), _KEY,
    ),
    Waiting(
        N_("Betaal het voorschot uit aan %(title)s"), "credit.show", _KEEPERS,
        _KEPT.where(
            CreditApplication.state == State.SIGNED, Advance.paid_out_on.is_(None), Advance.withdrawn_at.is_(None)
        ),
        _KEY,
    ),
    Waiting(
        N_("Betaal door wat binnenkwam voor %(title)s"), "credit.index", _KEEPERS,
        _KEPT.where(
            exists().where(
                AdvanceReceipt.advance_id == Advance.id, AdvanceReceipt.rest > 0,
                AdvanceReceipt.passed_on_on.is_(None),
            )
        ),
    ),
    Waiting(
        N_("Voorschot te laat terugbetaald: %(title)s"), "credit.show", _KEEPERS,
        _KEPT.where(
            Advance.paid_out_on.is_not(None), Advance.released_on.is_(None), CreditApplication.due_on < TODAY,
            CreditApplication.loss_proposed_at.is_(None),
        ),
        _KEY,
    ),
    Waiting(
        N_("Bevestig of weiger het verlies op %(title)s"), "credit.show", _KEEPERS | _DECIDERS,
        _KEPT.where(CreditApplication.loss_proposed_by_id != USER, CreditApplication.loss_confirmed_at.is_(None)), _KEY,
    ),
    Waiting(
        N_("Teken de akte voor uw voorschot op werk voor %(title)s"), "credit.show", _BOARD,
        _OWN.where(CreditApplication.state == State.APPROVED), _KEY,
    ),
    Waiting(
        N_("%(title)s betaalde u wat naar het fonds moest. Betaal het door."), "credit.show", _BOARD,
        _OWN.where(advances.astray()), _KEY,
    ),
    Waiting(
        N_("Lees de mededeling: %(title)s droeg een betaling over"), "credit.notice", frozenset({Role.PURCHASER}),
        _OF_BORROWER.where(
            CreditApplication.debtor_id == ORGANISATION, Advance.seen_at.is_(None), Advance.withdrawn_at.is_(None),
            CreditApplication.state == State.SIGNED,
        ),
        _KEY,
    ),
)  # fmt: skip
"""What waits: for the fund's keeper, for the cooperative, and for the anchor."""
