"""Looking back on a contract, and answering."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import words
from procurement.contracts import queries as contracts
from procurement.contracts.models import Contract
from procurement.contracts.services import tell_side
from procurement.performance import errors, policy, queries, rules
from procurement.performance.models import ContractReview
from procurement.performance.rules import Side


def write_review(
    session: Session, *, contract: Contract, marks: Mapping[str, int], text: str, actor: Actor, at: datetime
) -> ContractReview:
    """Look back for one's own side, with the three marks of `MARKS` and words.

    Raises:
        NotYours: neither a purchaser of the buyer nor a board member of the supplier.
        NotSigned, TooSoon: not now.
        ScaleWrong, TextTooShort: input.
    """
    side = policy.side_of(actor, contract)
    if side is None:
        raise errors.NotYours
    contract = contracts.locked_contract(session, contract.id)
    if contract.agreement_id is None:
        raise errors.NotSigned
    last = queries.last_at(session, contract.id, side)
    rules.check_pace(local_date(last) if last else None, local_date(at))
    made = ContractReview(
        contract_id=contract.id, side=side, text=text, written_by_id=actor.user_id, written_at=at,
        **{name: marks.get(name, 0) for name in rules.MARKS},
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="contract.reviewed", subject=f"contract:{contract.number}", actor_id=actor.user_id,
        facts={"side": side.value}, at=at,
    )  # fmt: skip
    to = contract.supplier_id if side is Side.BUYER else contract.buyer_id
    tell_side(
        session, contract, to, N_("Teruggekeken op %(number)s"),
        N_("De andere partij keek terug op “%(title)s”. Uw antwoord komt ernaast te staan."), f"review-{made.id}", at,
        page="/performance",
    )  # fmt: skip
    return made


def answer_review(
    session: Session, *, contract: Contract, public_id: UUID, text: str, actor: Actor, at: datetime
) -> ContractReview:
    """Answer what the other side wrote; once.

    Raises:
        NotYours: one's own review, or somebody else's contract.
        AnsweredBefore: it has an answer.
        TextTooShort: input.
        ReviewNotFound: there is none.
    """
    found = queries.review(session, contract.id, public_id)
    side = policy.side_of(actor, contract)
    if side is None or side is found.side:
        raise errors.NotYours
    if found.answered_at is not None:
        raise errors.AnsweredBefore
    found.answer = words(text, "text")
    found.answered_by_id, found.answered_at = actor.user_id, at
    session.flush()
    record(
        session, action="contract.review_answered", subject=f"contract:{contract.number}", actor_id=actor.user_id,
        facts={"side": side.value}, at=at,
    )  # fmt: skip
    return found
