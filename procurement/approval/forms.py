"""Forms of review and publication."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from coops.register.forms import options
from cwb.identity.models import User
from cwb.web.forms import LONG, MomentField, VersionedForm, many_lines, optional
from cwb.web.i18n import _l
from procurement.announcements.forms import NoticeForm
from procurement.drafting.rules import asks
from procurement.tenders.models import Tender


class ReviewForm(VersionedForm):
    """The judgment of a second person."""

    verdict = RadioField(
        _l("Wat vindt u?"),
        choices=options({"approved": _l("Goed: dit kan open"), "back": _l("Terug naar mijn collega")}),
    )
    note = TextAreaField(_l("Wat moet beter?"), optional(LONG), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """What `services.review_tender` takes."""
        return {
            "approved": self.verdict.data == "approved",
            "note": self.note.data or "",
            "version": self.made_from(),
        }


class PublishForm(NoticeForm):
    """Who opens, the dates once more, and what is said about TenderNed where it must stand there."""

    closes_at = MomentField(_l("Inschrijven kan tot"), [InputRequired(_l("Vul dit in."))])
    questions_until = MomentField(_l("Vragen stellen kan tot"), [InputRequired(_l("Vul dit in."))])
    first_officer = SelectField(_l("Eerste collega die opent"))
    second_officer = SelectField(_l("Tweede collega die opent"))
    escrow = SelectField(_l("Toezichthouder met de reservesleutel"))

    def __init__(
        self, *args: Any, tender: Tender, officers: Sequence[User], keepers: Sequence[User], **kwargs: Any
    ) -> None:
        facts = {"closes_at": tender.closes_at, "questions_until": tender.questions_until}
        super().__init__(*args, data=facts, **kwargs)
        if not asks(tender):
            del self.questions_until
        self.first_officer.choices = self.second_officer.choices = options(_names(officers), _l("Kies"))
        self.escrow.choices = options(_names(keepers), _l("Kies"))

    def values(self) -> dict[str, Any]:
        """What `services.publish_tender` takes."""
        return {
            "officer_ids": (int(self.first_officer.data or 0), int(self.second_officer.data or 0)),
            "escrow_id": int(self.escrow.data) if self.escrow.data else None,
            "closes_at": self.closes_at.data,
            "questions_until": self.questions_until.data if self.questions_until else None,
            "notice": self.notice(),
        }


def _names(people: Sequence[User]) -> dict[str, Any]:
    return {str(each.id): each.name for each in people}
