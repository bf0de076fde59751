"""Forms of bidding together. A lead writes roles and shares; a member says why and signs."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import (
    Form,
    IdentifierField,
    NumberField,
    PlainForm,
    SentenceField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l
from procurement.bids.forms import HandInForm
from procurement.consortia import rules
from procurement.consortia.rules import Member

__all__ = [
    "HandInForm", "InviteForm", "ReasonForm", "SearchForm", "SharesForm", "SignForm",
    "SubcontractorsForm", "TogetherForm",
]  # fmt: skip


class SearchForm(PlainForm):
    """Who to bid with."""

    text = TextField(_l("Naam of KvK-nummer"), optional(120))


class InviteForm(Form):
    """One organisation, by its KvK number."""

    kvk = HiddenField(_l("KvK-nummer"), [InputRequired(_l("Kies een organisatie."))])


class TogetherForm(Form):
    """Who were proposed to bid with: public ids, with blanks between."""

    partners = HiddenField(_l("Partners"), [InputRequired(_l("Kies een organisatie."))])


class ShareForm(PlainForm):
    """What one member does, and for which part."""

    id = HiddenField()
    role = SentenceField(
        _l("Wat doet dit lid?"), [InputRequired(_l("Vul dit in.")), Length(max=rules.MOST_ROLE)]
    )
    share = NumberField(
        _l("Aandeel in procent"),
        [InputRequired(_l("Vul dit in."))],
        places=2,
        smallest="0.01",
        largest="99.99",
    )


class SharesForm(Form):
    """Roles and shares of all members."""

    members = FieldList(FormField(ShareForm), _l("Leden"), max_entries=rules.MOST_MEMBERS)
    shares = HiddenField()

    def show_members(self, members: Sequence[Member], names: Mapping[str, str]) -> None:
        """One row for each member that there is, with what was written before or posted."""
        self.names = [names.get(each.form.id.data, "") for each in self.members.entries]
        if self.is_submitted():
            return
        for each in members:
            share = rules.percent(each.share) if each.share else None
            self.members.append_entry({"id": each.id, "role": each.role, "share": share})
        self.names = [names.get(each.id, "") for each in members]

    def values(self) -> dict[str, Any]:
        """What the service takes: role and basis points by member."""
        return {
            "said": {
                each.form.id.data: (each.form.role.data or "", rules.basis_points(each.form.share.data))
                for each in self.members.entries
            }
        }


class ReasonForm(Form):
    """Why a member does not bid alone, and that it answers for the whole."""

    reason = TextAreaField(
        _l("Waarom schrijft u dit niet alleen in?"), required(rules.MOST_REASON), filters=[many_lines]
    )
    liable = BooleanField(
        _l("Mijn organisatie staat in voor de hele opdracht, ook als een ander lid wegvalt."),
        [InputRequired(_l("Vink dit aan. Anders kan dit niet samen."))],
    )

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"reason": self.reason.data or "", "liable": bool(self.liable.data)}


class SignForm(HandInForm):
    """A signature for what was read."""

    sure = BooleanField(
        _l("Ik las alles. Ik mag tekenen namens mijn organisatie."),
        [InputRequired(_l("Vink dit aan om te tekenen."))],
    )


class SubcontractorForm(PlainForm):
    """One that works for the bidder; an empty one is left out."""

    name = TextField(_l("Naam"), [Length(max=200)])
    kvk = IdentifierField(_l("KvK-nummer"), optional(), kind=KvkNumber)
    what = SentenceField(_l("Wat doet zij?"), [Length(max=200)])
    share = NumberField(
        _l("Deel van het werk in procent"), [Optional()], places=2, smallest="0.01", largest="100"
    )
    place = TextField(_l("Plaats"), [Length(max=80)])

    def is_typed(self) -> bool:
        """Whether somebody began this one."""
        return bool(self.name.data or self.what.data or self.kvk.data or self.share.data)

    def row(self) -> dict[str, Any]:
        """As the service takes it; the share in basis points."""
        share = self.share.data
        return {
            "name": self.name.data, "kvk": self.kvk.data, "what": self.what.data, "place": self.place.data,
            "share": None if share is None else int(share.scaleb(2)),
        }  # fmt: skip


class SubcontractorsForm(Form):
    """Who works for the bidder without being a party."""

    rows = FieldList(
        FormField(SubcontractorForm), _l("Onderaannemers"), min_entries=1,
        max_entries=rules.MOST_SUBCONTRACTORS,
    )  # fmt: skip

    def fill(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Show what was saved, and one more to fill in while there may be more."""
        for _more in rows[: rules.MOST_SUBCONTRACTORS - 1]:
            self.rows.append_entry()
        for row, entry in zip(rows, self.rows, strict=False):
            form = entry.form
            form.name.data, form.kvk.data, form.what.data = row["name"], row["kvk"], row["what"]
            form.place.data, form.share.data = row["place"], Decimal(row["share"]).scaleb(-2)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"rows": [each.form.row() for each in self.rows]}
