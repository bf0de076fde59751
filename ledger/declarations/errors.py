"""What can be wrong with a declaration of landed value."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class DeclarationUnknown(NotFound):
    """No such declaration, or somebody else's."""

    message = N_("Deze opgave is er niet, of is niet van u.")


class DeclarationSent(Conflict):
    """It was sent meanwhile and can no longer be changed."""

    message = N_("Deze opgave is al verstuurd. Maak een verbetering.")


class DeclarationChecked(Conflict):
    """Somebody checked it first."""

    message = N_("Deze opgave is al nagekeken.")


class DeclarationReplaced(Conflict):
    """A correction stands in its place, or is being made."""

    message = N_("Er is al een verbetering van deze opgave.")


class TurnoverMissing(RuleBroken):
    """No turnover, so nothing to divide by."""

    message = N_("Vul uw omzet in. Die is meer dan nul.")


class PartsTooLarge(RuleBroken):
    """Wages, purchases and surplus together exceed the turnover."""

    message = N_("Loon, inkoop en winst zijn samen meer dan de omzet. Controleer de bedragen.")


class PartNegative(RuleBroken):
    """An amount or a count below zero."""

    message = N_("Dit kan niet minder dan nul zijn.")


class MoreThanAll(RuleBroken):
    """A part of members, hours or votes that exceeds the whole."""

    message = N_("Dit deel is meer dan het geheel. Controleer de getallen.")


class PayrollUnreadable(RuleBroken):
    """A line of the payroll count that is no postcode with a number of people."""

    message = N_(
        "Regel %(line)s is niet te lezen. Schrijf per regel een postcode en een aantal, zoals 1063 AB 12."
    )


class PayrollOutside(RuleBroken):
    """A postcode of the payroll that lies outside the area."""

    message = N_("Postcode %(postcode)s ligt niet in het gebied. Tel alleen bewoners van het gebied.")


class PayrollMissing(RuleBroken):
    """Wages to residents without a count of people by postcode."""

    message = N_("Schrijf per postcode op hoeveel bewoners loon kregen.")


class SourceMissing(RuleBroken):
    """No paper named in which the figures stand."""

    message = N_("Schrijf op in welk stuk dit staat, zoals de jaarrekening of de loonstaat.")


class TermInvalid(RuleBroken):
    """A year that is not over-seeable: too long ago or ahead."""

    message = N_("Kies een jaar uit de lijst.")


class DeclarationTextTooLong(RuleBroken):
    """A text that is too long to keep."""

    message = N_("Deze tekst is te lang.")


class PurchaseTwice(RuleBroken):
    """The same supplier named twice in one declaration."""

    message = N_("Deze leverancier staat er al. Tel de bedragen bij elkaar op.")


class CheckerInvolvedHere(RuleBroken):
    """The second person belongs to the supplier, or to an anchor, or wrote the declaration."""

    message = N_("U hoort bij de leverancier of bij een koper. Iemand anders kijkt dit na.")


class CheckGradeInvalid(RuleBroken):
    """A grade a check cannot give."""

    message = N_("Kies hoe sterk het bewijs is.")


class CheckReasonMissing(RuleBroken):
    """A check that does not say what was looked at."""

    message = N_("Schrijf op welk stuk u zag en wat u ervan vindt.")


class SubcontractSelf(RuleBroken):
    """A prime that names itself as its subcontractor."""

    message = N_("Een leverancier kan niet zijn eigen onderaannemer zijn.")


class SubcontractTooLarge(RuleBroken):
    """More passed on than the anchor paid."""

    message = N_(
        "Doorgegeven is meer dan de koper u in dit kwartaal betaalde (%(most)s). Er is niets opgeslagen."
    )


class SubcontractorUnknown(RuleBroken):
    """A KvK number of no supplier here."""

    message = N_("Er is geen leverancier met dit KvK-nummer. Vraag het programma om hem op te nemen.")


class SubcontractChecked(Conflict):
    """It waits no longer, so its supplier can no longer change it or take it back."""

    message = N_("Dit is al nagekeken of ingetrokken. Vraag het programma als het niet klopt.")


class ApprovalGone(Conflict):
    """No approval stands that could be withdrawn."""

    message = N_("Hier is geen goedkeuring om in te trekken.")


class CertificateExpired(RuleBroken):
    """A certificate that ended before the period."""

    message = N_("Dit bewijs was al verlopen in het kwartaal.")
