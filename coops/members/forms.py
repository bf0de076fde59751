"""Forms of the member register."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.members.gateway import Read, decoded, read_members
from coops.members.models import Member
from coops.members.rules import KIND_NAMES, MemberFacts, MemberKind
from coops.register.forms import options
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.web.forms import NAME, DayField, Form, TextField, VersionedForm, many_lines, required
from cwb.web.i18n import _, _l, text_of
from cwb.web.request import now

MOST_FAULTS = 20

KINDS: dict[str, Any] = {kind.value: _l(name) for kind, name in KIND_NAMES.items()}
"""Kind → its text."""


class OwnForm(VersionedForm):
    """What a member mends of the own row."""

    name = TextField(_l("Naam"), required(NAME))
    contact = TextField(_l("E-mailadres of telefoon"), required(NAME))

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        data = None
        if member is not None:
            fields = ("name", "contact", "kind", "joined_on")
            data = {name: getattr(member, name) for name in fields} | {"version": str(member.version)}
            data["account"] = str(member.user_id or "")
        super().__init__(*args, data=data, **kwargs)


class MemberForm(OwnForm):
    """One member, as the board writes it down."""

    kind = SelectField(_l("Soort lid"), [InputRequired(_l("Kies een soort."))])
    joined_on = DayField(_l("Lid sinds"), [InputRequired(_l("Vul een datum in."))])
    account = SelectField(_l("Account"), [MayStayEmpty()])

    def __init__(self, *args: Any, accounts: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = options(KINDS, _l("Kies"))
        self.account.choices = options({str(each.id): each.name for each in accounts}, _l("Geen account"))
        if not self.joined_on.data and not self.joined_on.raw_data:
            self.joined_on.data = local_date(now())

    def facts(self) -> MemberFacts:
        """The member as typed."""
        return MemberFacts(
            self.name.data or "", self.contact.data or "", MemberKind(self.kind.data),
            self.joined_on.data or local_date(now()),
        )  # fmt: skip

    def account_id(self) -> int | None:
        """The account that was chosen."""
        return int(self.account.data) if self.account.data else None


class ListForm(Form):
    """A list of members: pasted, or as a file."""

    pasted = TextAreaField(_l("Plak uw lijst"), [MayStayEmpty()], filters=[many_lines])
    file = FileField(_l("Of kies een CSV-bestand"))

    found: Read

    def validate(self, extra_validators: Any = None) -> bool:
        """Read the list; each row that cannot be kept is told with its number."""
        if not super().validate(extra_validators):
            return False
        try:
            text = decoded(self.file.data.read()) if self.file.data else self.pasted.data or ""
            self.found = read_members(text, local_date(now()))
        except RuleBroken as fault:
            self.pasted.errors = [text_of(fault)]
            return False
        faults = [
            _("Regel %(num)s: %(why)s", num=number, why=text_of(fault))
            for number, fault in self.found.faults[:MOST_FAULTS]
        ]
        if left := len(self.found.faults) - MOST_FAULTS:
            faults += [_("En nog %(num)s regels.", num=left)] if left > 0 else []
        self.pasted.errors = faults
        return not faults
