"""Broken rules of purchase lines."""

from cwb.kernel.errors import Conflict, NotFound, RuleBroken
from cwb.kernel.text import N_


class LineUnknown(NotFound):
    """No such line, or one of another anchor."""

    message = N_("Deze regel bestaat niet, of u mag hem niet zien.")


class NotAnAnchor(RuleBroken):
    """Lines are recorded for an organisation that is no anchor."""

    message = N_("Alleen een grote koper heeft inkoopregels.")


class CurrencyUnsupported(RuleBroken):
    """An amount that is not in euro."""

    message = N_("Inkoop wordt in euro geteld. Reken het bedrag eerst om.")


class DateInvalid(RuleBroken):
    """A date that cannot be read, or lies outside 1990 to 2199."""

    message = N_("Schrijf een datum als 2026-07-31 of 31-07-2026.")


class LineTextTooLong(RuleBroken):
    """A text of a line is too long."""

    message = N_("Deze tekst is te lang.")


class ExclusionUnknown(RuleBroken):
    """A code that is not on the closed list."""

    message = N_("Deze code staat niet op de lijst X1 tot en met X7.")


class ExclusionNotAnchor(RuleBroken):
    """X6 for a payee that is no reporting anchor: cooperatives and other suppliers must not vanish."""

    message = N_("X6 geldt alleen tussen grote kopers die zelf rapporteren.")


class ReasonMissing(RuleBroken):
    """A correction without a reason."""

    message = N_("Schrijf waarom u dit verandert, in hooguit 500 tekens.")


class LineUnchanged(RuleBroken):
    """A correction that corrects nothing."""

    message = N_("Er is niets veranderd aan deze regel.")


class LineReplaced(Conflict):
    """The line was corrected by somebody else in the meantime."""

    message = N_("Deze regel is intussen al verbeterd. Er is niets veranderd. Kijk opnieuw.")


class ImportUndone(Conflict):
    """The file was taken back by somebody else in the meantime."""

    message = N_("Dit bestand is al teruggenomen. Er is niets veranderd.")


class AnchorUnknown(NotFound):
    """No anchor with purchase lines has this number."""

    message = N_("Geen koper met inkoopregels heeft dit nummer.")


class PeriodNotPublished(NotFound):
    """A span that is not published: figures are given per quarter and per year."""

    message = N_("“%(text)s” is geen kwartaal of jaar. Schrijf bijvoorbeeld 2026-Q3 of 2026.")
