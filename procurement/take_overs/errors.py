"""What can be wrong with a take-over list."""

from cwb.kernel.errors import Conflict, Forbidden, RuleBroken
from cwb.kernel.text import N_


class NotYours(Forbidden):
    """The buyer in its draft, the supplier at the end of its contract."""

    message = N_("Alleen de koper in zijn concept, en de leverancier van het contract, maken deze lijst.")


class NotNow(Conflict):
    """At the end of a contract only."""

    message = N_("Deze lijst wordt pas gevraagd als het contract afloopt.")


class ListEmpty(RuleBroken):
    """Somebody works there."""

    message = N_("Plak minstens één regel: functie; uren per week; jaren in dienst; soort contract.")


class ListTooLong(RuleBroken):
    """A bound against mistakes."""

    message = N_("Hooguit %(most)s regels.")


class RowWrong(RuleBroken):
    """Four parts: function, hours a week, years of service, kind of contract."""

    message = N_(
        "Regel %(line)s klopt niet. Schrijf: functie; uren per week; jaren in dienst; soort contract."
    )


class LooksPersonal(RuleBroken):
    """The list is anonymous."""

    message = N_("Regel %(line)s lijkt op een naam, adres of nummer van een mens. Haal het weg.")
