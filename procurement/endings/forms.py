"""The form for what follows a contract made elsewhere."""

from typing import Any

from wtforms import RadioField

from coops.needs.forms import CategoryCpv
from coops.register.forms import categories, options
from cwb.kernel.identifiers import Cpv
from cwb.web.forms import IdentifierField, optional
from cwb.web.i18n import _l
from procurement.renewals.forms import PlanForm


class FollowForm(PlanForm, CategoryCpv):
    """A need, filled in from a contract made elsewhere; the kind of work is asked, for there is no tender to copy."""

    category = RadioField(_l("Welk soort werk is het?"))
    cpv = IdentifierField(_l("CPV-code"), optional(), kind=Cpv)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = options(categories())

    def values(self) -> dict[str, Any]:
        """What `services.plan_need` takes."""
        return {**super().values(), "category": self.category.data, "cpv": self.fill_cpv()}
