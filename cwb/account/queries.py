"""Reading an unfinished registration."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cwb.account.models import OrganisationDraft
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows


def answers(session: Session, user_id: int) -> dict[str, Any]:
    """What somebody typed of an organisation that is not registered yet; empty: nothing."""
    return session.scalar(select(OrganisationDraft.answers).where(OrganisationDraft.user_id == user_id)) or {}


tasks = Tasks(
    Waiting(
        N_("Maak uw aanmelding af"), "account.begin_organisation", frozenset({Role.RESIDENT}),
        rows().where(
            exists().where(
                OrganisationDraft.user_id == USER,
                OrganisationDraft.answers["legal_form"].astext.is_distinct_from("cooperative"),
            )
        ),
    ),
)  # fmt: skip
"""What was left half done; a cooperative goes on in the register."""
