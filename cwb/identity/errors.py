"""Broken rules about people, organisations and mandates."""

from cwb.kernel.errors import Conflict, Forbidden, NotFound, RuleBroken
from cwb.kernel.text import N_


class UserUnknown(NotFound):
    """No such user, or an erased one."""


class OrganisationUnknown(NotFound):
    """No such organisation."""


class MandateUnknown(NotFound):
    """No such mandate in this organisation."""


class EmailInvalid(RuleBroken):
    """No e-mail address."""

    message = N_("Dit is geen e-mailadres. Een voorbeeld is naam@voorbeeld.nl.")


class EmailTaken(Conflict):
    """Another account has this address (never shown to a visitor)."""

    message = N_("Er is al een account met dit e-mailadres.")


class NameMissing(RuleBroken):
    """A name without a letter."""

    message = N_("Vul een naam in.")


class NameTooLong(RuleBroken):
    """A name over 200 characters."""

    message = N_("Deze naam is te lang. Gebruik hooguit 200 tekens.")


class PasswordTooShort(RuleBroken):
    """Fewer than 12 characters."""

    message = N_("Dit wachtwoord is te kort. Neem minstens 12 tekens, bijvoorbeeld vier woorden.")


class PasswordTooLong(RuleBroken):
    """More than 200 characters."""

    message = N_("Dit wachtwoord is te lang. Neem hooguit 200 tekens.")


class PasswordGuessable(RuleBroken):
    """A password that is tried first: known from lists, of one sign, or the person's own name or address."""

    message = N_("Dit wachtwoord is makkelijk te raden. Neem vier woorden die niet bij u horen.")


class LegalFormUnknown(RuleBroken):
    """No legal form of the list."""

    message = N_("Kies een rechtsvorm uit de lijst.")


class KvkNumberTaken(RuleBroken):
    """The organisation is already here."""

    message = N_(
        "Deze organisatie is al aangemeld. Vraag een collega om u uit te nodigen, of bel ons als u die niet kent."
    )


class NumberTaken(RuleBroken):
    """The organisation with this RSIN, btw-id, IBAN or branch number is here; its name is not told."""

    message = N_(
        "Dit nummer hoort bij een organisatie die hier al is. Vraag een collega om u uit te nodigen, of bel ons."
    )


class RsinOfNaturalPerson(RuleBroken):
    """Who is no legal person has no RSIN: what looks like one is the BSN. Never stored, never logged."""

    message = N_(
        "Alleen een rechtspersoon heeft een RSIN. Vul hier nooit uw BSN in. Wij hebben niets bewaard."
    )


class VatIdHidesBsn(RuleBroken):
    """The btw-id of a natural person from before 2020: it holds the BSN. Never stored, never logged."""

    message = N_(
        "Dit is uw oude btw-nummer met uw BSN erin. Gebruik uw nieuwe btw-id. Wij hebben niets bewaard."
    )


class AnchorCannotBeProgramme(RuleBroken):
    """One organisation stands on one side."""

    message = N_("Een organisatie koopt in, of voert het programma uit. Niet allebei.")


class RoleNotHere(RuleBroken):
    """This kind of organisation has no such role."""

    message = N_("Deze rol bestaat niet bij deze organisatie.")


class RolesApart(RuleBroken):
    """Two roles that one person may not hold together."""

    message = N_(
        "Deze persoon heeft al een rol die hier niet mee samengaat. Zo blijft toezicht onafhankelijk."
    )


class RoleAlreadyHeld(RuleBroken):
    """The same running mandate again."""

    message = N_("Deze persoon heeft deze rol al.")


class MayNotGrant(Forbidden):
    """The actor may not give this role here."""

    message = N_("U mag deze rol niet geven of beëindigen. Vraag een beheerder van de organisatie.")


class HelpEndInvalid(RuleBroken):
    """Help without a last day, in the past, or further away than a year."""

    message = N_("Kies een dag vanaf vandaag, hooguit een jaar vooruit.")


class NotToYourself(RuleBroken):
    """Nobody gives a role to themselves."""

    message = N_("U kunt uzelf geen rol geven. Vraag een collega.")


class LastKeeper(RuleBroken):
    """The organisation would be left without anyone who can run it."""

    message = N_(
        "Dit is de laatste persoon die de organisatie kan beheren. Geef eerst iemand anders deze rol."
    )


class MandateEnded(Conflict):
    """Ended before."""

    message = N_("Deze rol was al beëindigd. Er is niets veranderd.")


class IbanSame(RuleBroken):
    """The new account is the present one."""

    message = N_("Dit IBAN staat er al.")


class IbanChangeOpen(RuleBroken):
    """One change at a time."""

    message = N_("Er wacht al een nieuw IBAN op goedkeuring. Keur dat eerst goed of af.")


class IbanChangeUnknown(NotFound):
    """No such change here."""


class IbanChangeDecided(Conflict):
    """Decided before."""

    message = N_("Over dit IBAN was al besloten. Er is niets veranderd.")


class SecondPersonNeeded(RuleBroken):
    """Who asked for a change of IBAN may not approve it."""

    message = N_("Iemand anders van uw organisatie keurt dit goed. Zo kan niemand alleen het IBAN wijzigen.")


class NotDemo(NotFound):
    """Asked of a database that is no demo."""
