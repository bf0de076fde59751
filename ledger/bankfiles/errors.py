"""What can be wrong with a bank file: as a whole (then it is not read), or in one place (the rest is read)."""

from cwb.kernel.errors import RuleBroken
from cwb.kernel.text import N_


class BankFileUnreadable(RuleBroken):
    """Neither camt.053 nor MT940."""

    message = N_("Dit is geen bankafschrift in CAMT.053 of MT940. Er is niets opgeslagen.")


class BankFileDangerous(BankFileUnreadable):
    """It has a DOCTYPE, which could name other files."""

    message = N_("Deze XML bevat iets dat gevaarlijk kan zijn (DOCTYPE). Er is niets opgeslagen.")


class NotTheStatement(BankFileUnreadable):
    """A report of a bank that is no statement: within a day, or of single entries. Its balances do not close."""

    message = N_(
        "Dit is een %(kind)s: een tussenbericht van de bank. Vraag uw bank om CAMT.053 of MT940. "
        "Er is niets opgeslagen."
    )


class BankFileTooLarge(BankFileUnreadable):
    """More than is read."""

    message = N_("Dit bestand is te groot. Vraag uw bank om een kortere periode. Er is niets opgeslagen.")


class FileBreaksOff(RuleBroken):
    """The file ends, or is broken, in the middle."""

    message = N_("Het bestand breekt hier af of klopt hier niet.")


class NamespaceMissing(RuleBroken):
    """A statement in XML that does not say by which norm."""

    message = N_("De naam van de norm ontbreekt. Wij lazen dit als CAMT.053.")


class EntryAmountInvalid(RuleBroken):
    """An entry without an amount that can be read."""

    message = N_("Het bedrag van deze boeking is niet te lezen.")


class EntrySideInvalid(RuleBroken):
    """An entry that does not say whether money came in or went out."""

    message = N_("Er staat niet bij of dit bij of af is.")


class EntryDayInvalid(RuleBroken):
    """An entry without a day that can be read."""

    message = N_("De datum van deze boeking ontbreekt of bestaat niet.")


class BalanceMissing(RuleBroken):
    """A statement that does not say what it begins or ends with."""

    message = N_("Het begin- of eindsaldo ontbreekt of is niet te lezen.")


class AccountMissing(RuleBroken):
    """A statement that does not say of which account it is."""

    message = N_("Er staat niet bij van welke rekening dit afschrift is.")


class AccountIbanInvalid(RuleBroken):
    """A statement of an account with a wrong IBAN."""

    message = N_("De IBAN van dit afschrift klopt niet.")


class NumberMissing(RuleBroken):
    """A statement without a number of its own."""

    message = N_("Dit afschrift heeft geen nummer.")


class PartsDiffer(RuleBroken):
    """The payments in an entry make another sum than the entry."""

    message = N_("De betalingen in deze verzamelboeking tellen niet op tot het bedrag.")


class StatementUnbalanced(RuleBroken):
    """Opening and entries do not make the closing balance."""

    message = N_("Beginsaldo en boekingen maken samen %(found)s, het eindsaldo is %(closing)s.")
