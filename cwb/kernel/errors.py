"""The six families of refusal. A subclass names the broken rule; the web layer alone knows HTTP."""

from typing import ClassVar

from cwb.kernel.text import N_


class Refusal(Exception):  # noqa: N818 (families are named for what they say, not for being exceptions)
    """A request that changes nothing, with a message a person can act on.

    Facts given as keywords fill the message. `field` names the form field where it is shown.
    """

    message: ClassVar[str] = N_("Dit kan niet.")

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        self.field = field
        self.facts = facts
        super().__init__(self.text())

    def text(self) -> str:
        """The message in the source language, for logs and the command line."""
        return self.message % self.facts if self.facts else self.message


class RuleBroken(Refusal):
    """The input breaks a rule; the person can mend it (HTTP 422)."""


class NotFound(Refusal):
    """What was asked for does not exist, or may not be known to exist (HTTP 404)."""

    message = N_("Dit bestaat niet, of u mag het niet zien.")


class Forbidden(Refusal):
    """The actor may not do this (HTTP 403)."""

    message = N_("U mag dit niet of niet meer. Er is niets veranderd. Vraag iemand met de juiste rol.")


class Conflict(Refusal):
    """Another act came first (HTTP 409)."""

    message = N_("Iemand anders was u voor. Er is niets veranderd. Kijk opnieuw.")


class TooOften(Refusal):
    """Tried more often than is good for anyone (HTTP 429)."""

    message = N_("U probeerde dit te vaak. Wacht even en probeer het opnieuw.")


class Unavailable(Refusal):
    """Something this needs is not there now; nothing is wrong with the request (HTTP 503)."""

    message = N_("Dit kan nu even niet. Er is niets veranderd. Probeer het later opnieuw.")
