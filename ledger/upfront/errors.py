"""Why money is not paid upfront, set off or taken back. Nothing has changed then."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class SupplierUnknown(NotFound):
    """No such supplier, or another's."""

    message = N_("Deze leverancier is er niet, of u mag hem niet zien.")


class SupplierUnnamed(RuleBroken):
    """A new supplier without a name, or without a number by which his invoice is known."""

    message = N_("Vul de naam in, en het KvK-nummer of btw-id. Zo herkennen wij later zijn factuur.")


class NothingUpfront(Conflict):
    """All of it was set off or came back."""

    message = N_("Bij deze leverancier staat niets meer vooruit. Er is niets veranderd.")


class NotPayableNow(RuleBroken):
    """The invoice is another supplier's, not approved, or nothing of it is open."""

    message = N_(
        "Alleen een goedgekeurde factuur van deze leverancier kan, en alleen als er iets open staat."
    )


class BackAboveUpfront(RuleBroken):
    """More came back than stands there."""

    message = N_("Bij deze leverancier staat nog %(left)s vooruit. Meer kan er niet van terug zijn.")


class UpfrontUsed(Conflict):
    """What would be taken back paid an invoice since, or came back."""

    message = N_("Van dit bedrag is al iets verrekend of terug. Draai dat eerst terug.")
