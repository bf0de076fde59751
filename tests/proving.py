"""What the programme proves in tests: facts on a described paper, and then a whole profile."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from coops.register.models import Cooperative, CooperativeClaim, Judgement, Verification
from coops.register.rules import Grade, Proof
from coops.register.services import judge_claim, verify_cooperative
from cwb.kernel.clock import local_date

SEEN = {"kind": "statutes", "dated_on": "2026-01-05", "place": "Bij de notaris", "paper": "Artikel 7"}
"""The same as a page sends it."""


def seen(at: datetime) -> Proof:
    """Statutes that somebody saw at the notary's."""
    return Proof("Artikel 7", None, "statutes", local_date(at) - timedelta(days=30), "Bij de notaris")


def prove(session: Session, cooperative: Cooperative, code: str, *, user_id: int, at: datetime) -> Judgement:
    """A fact is judged on that paper."""
    return judge_claim(
        session,
        cooperative=cooperative,
        code=code,
        grade=Grade.VERIFIED,
        proof=seen(at),
        user_id=user_id,
        at=at,
    )


def verify(
    session: Session, cooperative: Cooperative, *codes: str, user_id: int, at: datetime
) -> Verification:
    """A profile is verified on these facts; on that it is open to members where no fact matters."""
    if not codes and "open_entry" not in {each.code for each in cooperative.claims}:
        cooperative.claims.append(CooperativeClaim(code="open_entry", value="yes", since=at, declared_at=at))
        session.flush()
    for code in codes or ("open_entry",):
        prove(session, cooperative, code, user_id=user_id, at=at)
    return verify_cooperative(
        session, cooperative=cooperative, verified=True, note="Gezien", user_id=user_id, at=at
    )
