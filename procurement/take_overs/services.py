"""Making a take-over list."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.policy import Actor, Role
from procurement.contracts.models import Contract
from procurement.take_overs import errors, policy, queries, rules
from procurement.take_overs.models import TakeOver
from procurement.tenders.models import Tender
from procurement.tenders.services import draft_changed, locked_draft


def _keep(
    session: Session, found: TakeOver | None, text: str, actor: Actor, at: datetime, **about: Any
) -> TakeOver:
    rows = rules.read(text)
    if found is None:
        found = TakeOver(rows=rows, set_by_id=actor.user_id, set_at=at, **about)
        session.add(found)
    found.rows, found.set_by_id, found.set_at = rows, actor.user_id, at
    session.flush()
    return found


def set_of_tender(session: Session, *, tender: Tender, text: str, actor: Actor, at: datetime) -> TakeOver:
    """Attach the list to a draft; what is there is replaced, and the draft is checked again.

    Raises:
        NotYours, NotDraft: who may not, or it is published.
        ListEmpty, ListTooLong, RowWrong, LooksPersonal: input.
    """
    if not policy.DRAFT.open_to(actor) or actor.organisation_id != tender.buyer_id:
        raise errors.NotYours
    tender = locked_draft(session, tender, None)
    made = _keep(session, queries.find_of_tender(session, tender.id), text, actor, at, tender_id=tender.id)
    draft_changed(session, tender, "take_over", actor.user_id, at)
    return made


def set_of_contract(
    session: Session, *, contract: Contract, text: str, actor: Actor, at: datetime
) -> TakeOver:
    """Hand in the list of a contract that ends; a second time replaces it.

    Raises:
        NotYours: not of the supplier.
        NotNow: its end was not told yet.
        ListEmpty, ListTooLong, RowWrong, LooksPersonal: input.
    """
    if actor.organisation_id != contract.supplier_id or not actor.has(Role.BOARD, Role.MEMBER):
        raise errors.NotYours
    if not queries.is_ending(session, contract.id):
        raise errors.NotNow
    made = _keep(
        session, queries.find_of_contract(session, contract.id), text, actor, at, contract_id=contract.id
    )
    record(
        session, action="contract.take_over", subject=f"contract:{contract.number}", actor_id=actor.user_id,
        facts={"rows": len(made.rows)}, at=at,
    )  # fmt: skip
    return made
