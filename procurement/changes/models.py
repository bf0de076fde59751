"""Changes of signed contracts. Append-only: what was proposed stays; each decision is set once (migration 0024).

Where several supply together each of them signs (migration 0072).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from cwb.kernel.words import words
from ledger.agreements.models import Agreement
from procurement.changes import rules
from procurement.changes.rules import Ground, Kind
from procurement.contracts.models import Contract

_GROUNDS = ", ".join(f"'{each}'" for each in Ground)
_KINDS = ", ".join(f"'{each}'" for each in Kind)


class ContractChange(Base):
    """One change: what, on which ground, by how many euro cents, until when; who decided and who signed.

    `ends_on` is the last day of the contract once it is in force. `shown` is what shows that the ground holds.
    `arithmetic` is what was computed then. A change that adds value has an agreement of its own for invoices.
    """

    __tablename__ = "contract_change"
    __retention__ = Retention(
        N_("Wie een wijziging van een contract voorstelde, goedkeurde en tekende."),
        N_("Zeven jaar na het einde van het contract (art. 52 AWR)."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint(f"ground IN ({_GROUNDS})", name="ground"),
        CheckConstraint("length(what) >= 10", name="what"),
        CheckConstraint("length(shown) >= 10", name="shown"),
        CheckConstraint(
            "(approved IS NULL) = (decided_at IS NULL) AND (approved IS NULL) = (decided_by_id IS NULL)",
            name="decided",
        ),
        CheckConstraint("approved IS NOT FALSE OR length(decision_reason) >= 10", name="refused"),
        CheckConstraint("kind = 'extension' OR decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "(accepted IS NULL) = (supplier_at IS NULL) AND (accepted IS NULL) = (supplier_by_id IS NULL)",
            name="supplier",
        ),
        CheckConstraint(
            "effective_at IS NULL OR approved AND (accepted OR kind = 'extension')", name="effective"
        ),
        CheckConstraint("agreement_id IS NULL OR effective_at IS NOT NULL", name="agreement"),
        UniqueConstraint("contract_id", "number"),
        Index(
            "uq_contract_change_running", "contract_id", unique=True,
            postgresql_where=text(
                "effective_at IS NULL AND approved IS NOT FALSE AND accepted IS NOT FALSE"
            ),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    kind: Mapped[Kind]
    ground: Mapped[Ground]
    what: Mapped[str]
    shown: Mapped[str]
    delta_minor: Mapped[int]
    ends_on: Mapped[date]
    arithmetic: Mapped[dict[str, Any]]
    notice_reference: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decision_reason: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    supplier_reason: Mapped[str]
    supplier_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    supplier_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), unique=True)

    contract: Mapped[Contract] = relationship(lazy="raise")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise")
    proposed_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
    supplier_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[supplier_by_id])
    signatures: Mapped[list["ChangeSignature"]] = relationship(lazy="raise")

    def __init__(self, **facts: Any) -> None:
        texts = {name: words(facts[name], name) for name in ("what", "shown")}
        super().__init__(**{
            "notice_reference": "", "decision_reason": "", "supplier_reason": "", **facts, **texts,
        })  # fmt: skip

    @property
    def delta(self) -> Money:
        """How much is added; below zero: taken off."""
        return Money(self.delta_minor)

    @property
    def state(self) -> rules.State:
        """Where it stands."""
        return rules.state_of(
            approved=self.approved, accepted=self.accepted, is_effective=self.effective_at is not None
        )

    def signed_by(self, organisation_id: int | None) -> bool:
        """Whether a member of the contract signed it."""
        return organisation_id in {each.organisation_id for each in self.signatures}


class ChangeSignature(Base):
    """The signature of one member of a joint contract under a change. Never altered, never removed."""

    __tablename__ = "contract_change_signature"
    __retention__ = Retention(
        N_("Wie namens een lid van een combinatie een wijziging tekende, en wanneer."),
        N_("Zeven jaar na het einde van het contract (art. 52 AWR)."),
        N_("Een gewist account staat er als nummer."),
    )

    change_id: Mapped[int] = mapped_column(ForeignKey("contract_change.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime]
