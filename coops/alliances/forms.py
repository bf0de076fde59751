"""Forms of the page of a wijk."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, ValidationError
from wtforms.validators import Optional as MayStayEmpty

from coops.alliances.rules import MOST_TEXT, MOST_TITLE, MOST_WHO, OUTCOMES, Kind, Outcome, PostFacts
from coops.register.forms import options
from cwb.identity.models import Organisation
from cwb.web.forms import DayField, Form, MomentField, TextField, many_lines, required
from cwb.web.i18n import _, _l


class ItemForm(Form):
    """An item for the agenda."""

    title = TextField(_l("Waar gaat het over?"), required(MOST_TITLE))
    text = TextAreaField(_l("Wat wilt u bespreken?"), required(MOST_TEXT), filters=[many_lines])

    def facts(self) -> PostFacts:
        """As typed."""
        return PostFacts(Kind.ITEM, self.title.data or "", self.text.data or "")


class PromiseForm(Form):
    """A promise that was made in the wijk."""

    who = TextField(_l("Welke organisatie beloofde het?"), required(MOST_WHO), render_kw={"list": "anchors"})
    title = TextField(_l("Wat is beloofd?"), required(MOST_TITLE))
    text = TextAreaField(_l("Waar en wanneer is dat gezegd?"), required(MOST_TEXT), filters=[many_lines])
    due_on = DayField(_l("Voor welke dag?"), [MayStayEmpty()])

    def facts(self) -> PostFacts:
        """As typed."""
        return PostFacts(
            Kind.PROMISE, self.title.data or "", self.text.data or "", self.who.data or "", self.due_on.data
        )


class AnswerForm(Form):
    """The answer of the alliance."""

    outcome = RadioField(_l("Wat is het antwoord?"), [InputRequired(_l("Kies één."))])
    text = TextAreaField(_l("Waarom?"), required(MOST_TEXT), filters=[many_lines])

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = options({key.value: _(text) for key, text in OUTCOMES[kind].items()})

    def values(self) -> dict[str, Any]:
        """What `services.answer_post` takes."""
        return {"outcome": Outcome(self.outcome.data), "answer": self.text.data or ""}


class PublishForm(Form):
    """Whom a promise names, of those that are here; nobody is chosen before the reader does: it cannot be mended."""

    organisation = RadioField(_l("Welke organisatie is dit?"), validate_choice=False)

    def __init__(self, *args: Any, proposed: Iterable[Organisation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposed = {str(each.public_id): each for each in proposed}
        names = {key: each.name for key, each in self.proposed.items()}
        self.organisation.choices = options({**names, "": _("Geen van deze, of dat weten wij niet")})

    def validate_organisation(self, field: RadioField) -> None:
        """Somebody, or "none of these"."""
        if self.proposed and not field.raw_data:
            raise ValidationError(_("Kies één."))

    def named(self) -> Organisation | None:
        """Who was recognised."""
        return self.proposed.get(self.organisation.data or "")


class ReplyForm(Form):
    """What the organisation that a promise names says."""

    text = TextAreaField(_l("Uw reactie"), required(MOST_TEXT), filters=[many_lines])


class ReasonForm(Form):
    """Why."""

    text = TextAreaField(_l("Waarom?"), required(MOST_TEXT), filters=[many_lines])


class MeetingForm(Form):
    """A date."""

    starts_at = MomentField(_l("Wanneer?"), [InputRequired(_l("Kies dag en tijd."))])
    place = TextField(_l("Waar?"), required(MOST_WHO))

    def values(self) -> dict[str, Any]:
        """What `services.set_meeting` takes."""
        starts_at: datetime | None = self.starts_at.data
        return {"starts_at": starts_at, "where": self.place.data or ""}
