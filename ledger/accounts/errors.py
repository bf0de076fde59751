"""Refusals about accounts. Nothing has changed when one of these is raised."""

from cwb.kernel.errors import NotFound, RuleBroken
from cwb.kernel.text import N_


class NameInvalid(RuleBroken):
    """A sub-key or name of an account that is too long."""

    message = N_("De naam van deze rekening is te lang. Er is niets veranderd.")


class LimitsInvalid(RuleBroken):
    """A floor above a ceiling, or limits that the balance already passes."""

    message = N_("Deze grenzen passen niet bij elkaar of bij het saldo. Er is niets veranderd.")


class AccountClosed(RuleBroken):
    """The account takes no more entries."""

    message = N_("Deze rekening is gesloten. Er is niets geboekt.")


class AccountNotEmpty(RuleBroken):
    """An account with a balance or a reservation cannot be closed."""

    message = N_("De rekening is niet leeg. Boek eerst het saldo over. De rekening blijft open.")


class AccountInvalid(RuleBroken):
    """An account that no rule allows: unknown kind, not opened empty, or opened again."""

    message = N_("Deze rekening kan zo niet bestaan. Er is niets veranderd.")


class CurrencyUnknown(RuleBroken):
    """No such currency in the books."""

    message = N_("De munt %(code)s is niet bekend. Er is niets geboekt.")


class PartyUnknown(NotFound):
    """No such party."""

    message = N_("Deze partij bestaat niet.")


class AccountUnknown(NotFound):
    """No such account."""

    message = N_("Deze rekening bestaat niet.")
