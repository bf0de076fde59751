"""What can be wrong with what a register said."""

from cwb.kernel.errors import NotFound, RuleBroken, Unavailable
from cwb.kernel.text import N_


class RegisterFileUnreadable(RuleBroken):
    """A file that is no CSV of register extracts; says why."""

    message = N_("Dit bestand is niet te lezen: %(why)s")


class RegisterNameMissing(RuleBroken):
    """An extract without a name, or a name that is too long."""

    message = N_("De naam ontbreekt of is langer dan 200 tekens.")


class RegisterTextTooLong(RuleBroken):
    """A part of an address that is too long."""

    message = N_("Deze tekst is te lang. Gebruik hooguit 120 tekens.")


class RegisterDayInvalid(RuleBroken):
    """A day that cannot be read, or an end before its beginning."""

    message = N_("Controleer de datum. Schrijf 2026-07-31 of 31-07-2026. Het einde ligt na het begin.")


class RegisterYesNoInvalid(RuleBroken):
    """Neither yes nor no."""

    message = N_("Schrijf ja of nee, of laat het leeg.")


class RegisterCountInvalid(RuleBroken):
    """A number of working people that is none."""

    message = N_("Schrijf een heel getal.")


class RegisterCountryInvalid(RuleBroken):
    """No country code."""

    message = N_("Schrijf het land met twee letters, bijvoorbeeld NL.")


class TwoSeatsAtOnce(RuleBroken):
    """Two main establishments of one legal person on one day."""

    message = N_("Op één dag is er één hoofdvestiging. Controleer de datums.")


class ExtractContradicts(RuleBroken):
    """Two rows of one number that say different things of the legal person."""

    message = N_("Twee rijen met dit KvK-nummer spreken elkaar tegen.")


class ExtractUnknown(NotFound):
    """No such extract."""

    message = N_("Dit uittreksel bestaat niet.")


class NumberNotInRegister(RuleBroken):
    """The register does not know the number."""

    message = N_("Het register kent dit nummer niet. Controleer elk cijfer.")


class RegisterOff(RuleBroken):
    """No key for the register is set, so nothing can be looked up there."""

    message = N_(
        "Opzoeken in het register staat uit: er is geen sleutel. Gebruik een bestand of een uittreksel."
    )


class RegisterSilent(Unavailable):
    """The register did not answer, or not in the form it promised."""

    message = N_("Het register antwoordt nu niet. Er is niets veranderd. Probeer het later opnieuw.")
