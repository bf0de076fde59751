"""Keeping a cluster when the programme acts on it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from coops.clusters import errors
from coops.clusters.models import ClusterNeed, DemandCluster
from coops.clusters.rules import Cluster
from coops.viability.rules import Assumptions, Name, Viability, viability
from cwb.audit.services import record


def keep_cluster(
    session: Session, *, cluster: Cluster, assumed: Assumptions, user_id: int, at: datetime
) -> DemandCluster:
    """Keep a cluster as it is now, with the whole reckoning under these assumptions.

    Raises:
        HoursUnknown: no need of it tells its hours.
    """
    if cluster.hours <= 0:
        raise errors.HoursUnknown
    found = viability(cluster.hours, assumed)
    kept = DemandCluster(
        category=cluster.category, reach=cluster.reach.value, centre=cluster.centre, hours=cluster.hours,
        people_low=found.low.people, people=found.likely.people, people_high=found.high.people,
        first_start=cluster.first_start, reckoning=_reckoning(assumed, found), kept_by_id=user_id, kept_at=at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    session.add_all(
        ClusterNeed(
            cluster_id=kept.id, need_id=each.wish.need_id, hours=each.hours, place_why=each.place_why.value,
            hours_why=each.hours_why.value,
        )
        for each in cluster.members
    )  # fmt: skip
    session.flush()
    record(
        session, action="cluster.kept", subject=f"cluster:{kept.public_id}", actor_id=user_id,
        facts={"category": cluster.category, "hours": str(cluster.hours), "needs": len(cluster.members)}, at=at,
    )  # fmt: skip
    return kept


def _reckoning(assumed: Assumptions, found: Viability) -> dict[str, Any]:
    return {
        "assumptions": {
            name.value: [
                str(each) for each in (assumed.of(name).low, assumed.of(name).likely, assumed.of(name).high)
            ]
            for name in Name
        },
        "lines": {each.code: str(each.value) for each in found.likely.lines},
        "sensitivity": [[each.name.value, str(each.fewest), str(each.most)] for each in found.sensitivity],
    }
