"""Reading who gave no paper."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from coops.register.models import Cooperative
from coops.register.queries import CHECKABLE, verified
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, Tasks, Waiting, rows


def without_papers(at: datetime) -> Select[Cooperative]:
    """Every profile that is not verified and of which there is nothing to check, the longest unchanged first."""
    return (
        select(Cooperative)
        .join(Cooperative.organisation)
        .options(contains_eager(Cooperative.organisation))
        .where(~verified(at), ~CHECKABLE)
        .order_by(Cooperative.changed_at, Cooperative.id)
    )


tasks = Tasks(
    Waiting(
        N_("Coöperaties zonder stukken: %(num)s. Er is nog niets te controleren."), "unchecked.index",
        frozenset({Role.PROGRAMME}),
        rows(num=func.count()).select_from(Cooperative).where(~verified(AT), ~CHECKABLE).having(func.count() > 0),
    ),
)  # fmt: skip
"""How many there are, for the programme."""
