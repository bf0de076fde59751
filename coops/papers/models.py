"""Papers with their files, locked with the key of the installation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from coops.papers.rules import PaperKind
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_KINDS = ", ".join(f"'{each}'" for each in PaperKind)


class CooperativePaper(Base):
    """A paper of an organisation, or (`draft_key`) of a registration that is not finished or of an initiative.

    Of both: it came along from the initiative.
    """

    __tablename__ = "cooperative_paper"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("size BETWEEN 1 AND 26214400", name="size"),
        CheckConstraint("num_nonnulls(organisation_id, draft_key) > 0", name="owner"),
    )
    __retention__ = Retention(
        N_("Stukken van een coöperatie, versleuteld, en wie ze erbij deed. Er staan soms namen in."),
        N_(
            "Zolang de coöperatie meedoet. Van een aanmelding die niet af komt: een half jaar. "
            "Van een initiatief: twee jaar nadat het stopte of op eigen benen stond."
        ),
        N_("Het bestand wordt gewist. Een gewist account staat er als nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    draft_key: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str]
    name: Mapped[str]
    file_kind: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    content_key: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    @property
    def came_along(self) -> bool:
        """Whether it is of an organisation, and came from its initiative."""
        return self.organisation_id is not None and self.draft_key is not None
