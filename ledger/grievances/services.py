"""Filing a complaint, and answering it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import words
from cwb.notifications.services import mail_each
from ledger.grievances import queries, rules
from ledger.grievances.models import Grievance
from ledger.wallets.models import Wallet


def file(session: Session, *, wallet: Wallet, about: str, actor: Actor, at: datetime) -> Grievance:
    """Complain about what a wallet is of; people answer within the term.

    Raises:
        TooManyOpen, TextTooShort: refused.
    """
    session.execute(select(Wallet.id).where(Wallet.id == wallet.id).with_for_update())
    rules.check_open(queries.waiting(session, wallet.id))
    made = Grievance(
        public_id=uuid7(), wallet_id=wallet.id, about=words(about, "about", least=10), filed_at=at,
        filed_by_id=actor.user_id, due_on=rules.due_on(local_date(at)),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "filed", made, actor, at)
    return made


def answer(
    session: Session, *, public_id: UUID, answer: str, is_right: bool, actor: Actor, at: datetime
) -> Grievance:
    """Answer a complaint as somebody else, once; who filed it gets a letter.

    Raises:
        GrievanceUnknown, GrievanceAnswered, OwnGrievance, TextTooShort: refused.
    """
    found = queries.grievance(session, public_id, lock=True)
    rules.check_answer(found.filed_by_id, found.answered_at, actor.user_id)
    found.answer, found.is_right = words(answer, "answer", least=10), is_right
    found.answered_at, found.answered_by_id = at, actor.user_id
    session.flush()
    mail_each(
        session, queries.filers(session, found), subject=N_("Antwoord op uw klacht"),
        text=N_("Op uw klacht over lokaal geld is geantwoord. U leest het bij uw portemonnee."),
        link=f"/wallet/{found.wallet.public_id}/complaints", at=at, key=f"grievance-{found.public_id}",
    )  # fmt: skip
    _note(session, "answered", found, actor, at)
    return found


def _note(session: Session, act: str, one: Grievance, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"grievance.{act}", subject=f"grievance:{one.public_id}", actor_id=actor.user_id,
        facts={"due_on": one.due_on.isoformat(), "right": one.is_right}, at=at,
    )  # fmt: skip
