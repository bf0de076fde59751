"""The note about TenderNed as a form."""

from wtforms import TextAreaField
from wtforms.validators import Optional as MayStayEmpty

from cwb.web.forms import LONG, DayField, Form, TextField, many_lines, optional
from cwb.web.i18n import _l
from procurement.announcements.rules import LONGEST_REFERENCE, Notice


class NoticeForm(Form):
    """Day and reference, or why not yet."""

    published_on = DayField(_l("Sinds wanneer staat het op TenderNed?"), [MayStayEmpty()])
    reference = TextField(_l("Kenmerk op TenderNed"), optional(LONGEST_REFERENCE))
    why_not = TextAreaField(_l("Nog niet? Schrijf waarom"), optional(LONG), filters=[many_lines])

    def notice(self) -> Notice:
        """What was filled in."""
        return Notice(self.published_on.data, self.reference.data or "", self.why_not.data or "")
