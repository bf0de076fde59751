"""Why a file of transfers is not measured."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class TransfersUnreadable(RuleBroken):
    """A file that cannot be read, or holds what cannot have happened; names the faults with their rows."""

    message = N_("%(file)s is niet te meten: %(faults)s")


class WindowInvalid(RuleBroken):
    """A window that ends before it begins, or an instant without a zone."""

    message = N_("Dit tijdvak kan niet: %(why)s")
