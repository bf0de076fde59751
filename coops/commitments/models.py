"""Commitments of anchors to initiatives and on clusters. They stay for good; kept or broken is computed, and public."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from coops.clusters.models import DemandCluster
from coops.commitments import rules
from coops.initiatives.models import Initiative
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class AnchorCommitment(Base):
    """What one anchor will do for one initiative, or about one kept cluster, by a day.

    What it said never changes (triggers of migrations 0054 and 0070). `likely`: the number of the tender with which it
    looks kept, until a person says so; "" when none.
    """

    __tablename__ = "anchor_commitment"
    __retention__ = Retention(
        N_("Wie namens een organisatie een toezegging deed, afrondde of introk, als nummer."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("kind IN ('publish_lot', 'invite', 'examine')", name="kind"),
        CheckConstraint("what <> '' AND what !~* '(gegund|gunning|\\mgunnen|\\maward)'", name="what"),
        CheckConstraint("(kept_at IS NULL) = (proof = '')", name="kept"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdraw_reason = '')", name="withdrawn"),
        CheckConstraint("kept_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        CheckConstraint("kind <> 'invite' OR proof !~ 'T-[0-9]{4}-[0-9]{4,}'", name="secret"),
        CheckConstraint("likely ~ '^(T-[0-9]{4}-[0-9]{4,})?$'", name="likely"),
        CheckConstraint("num_nonnulls(initiative_id, cluster_id) = 1", name="about"),
        Index("ix_anchor_commitment_organisation_id", "organisation_id"),
        Index("ix_anchor_commitment_initiative_id", "initiative_id"),
        Index("ix_anchor_commitment_cluster_id", "cluster_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    initiative_id: Mapped[int | None] = mapped_column(ForeignKey("initiative.id"))
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("demand_cluster.id"))
    kind: Mapped[str]
    what: Mapped[str]
    due_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    proof: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str]
    likely: Mapped[str]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    initiative: Mapped[Initiative | None] = relationship(lazy="raise")
    cluster: Mapped[DemandCluster | None] = relationship(lazy="raise")

    @validates("proof")
    def _check_proof(self, _name: str, proof: str) -> str:
        if proof:
            rules.check_proof(self.kind, proof)
        return proof

    def __init__(self, **facts: Any) -> None:
        rules.check_commitment(facts["what"], facts["due_on"], today=local_date(facts["made_at"]))
        super().__init__(**{"proof": "", "withdraw_reason": "", "likely": "", **facts})
