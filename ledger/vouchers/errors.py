"""Refusals around paper vouchers. No money has moved when one of these is raised."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class SheetUnknown(NotFound):
    """No such sheet, or not the reader's."""

    message = N_("Dit vel is er niet.")


class VoucherUnknown(NotFound):
    """No such voucher that this till redeemed."""

    message = N_("Deze bon is er niet.")


class CodeWrong(RuleBroken):
    """No voucher has this code, or it was mistyped."""

    message = N_("Deze code klopt niet. Kijk de code na. U kreeg nu niets.")


class VoucherUsed(RuleBroken):
    """It paid before: the paper is a copy, or is offered again."""

    message = N_("Deze bon is al gebruikt op %(moment)s bij %(where)s. U kreeg nu niets.")


class VoucherExpired(RuleBroken):
    """After its last day."""

    message = N_("Deze bon is verlopen op %(moment)s. U kreeg nu niets.")


class SheetEnded(RuleBroken):
    """Its sheet was withdrawn."""

    message = N_("Deze bon is ingetrokken. U kreeg nu niets.")


class AlreadyEnded(Conflict):
    """The sheet was withdrawn, or what was left of it went back."""

    message = N_("Dit vel is al klaar. Er is niets veranderd.")


class OwnVoucher(RuleBroken):
    """Who printed it redeems nothing: withdrawing brings it back."""

    message = N_("Uw organisatie maakte deze bon zelf. Trek het vel in om het geld terug te krijgen.")


class OtherMoney(RuleBroken):
    """The till has no wallet of this money, as it stands now."""

    message = N_("Uw kassa heeft geen portemonnee voor dit geld. U kreeg nu niets.")


class AmountUnfit(RuleBroken):
    """A voucher is small, for who finds it can spend it."""

    message = N_("Kies een bedrag van € 1 tot en met € 50 per bon.")


class CountUnfit(RuleBroken):
    """As many as fit on a sheet that one can keep an eye on."""

    message = N_("Kies 1 tot en met 50 bonnen op een vel.")


class DayUnfit(RuleBroken):
    """A voucher ends after today, and within a year."""

    message = N_("Kies een dag na vandaag, hooguit een jaar vooruit.")


class NotOnPaper(RuleBroken):
    """Only money with euros against it goes on paper."""

    message = N_("Krediet kan niet op papier. Kies ander geld.")
