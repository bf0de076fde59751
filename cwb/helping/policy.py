"""Who asks for help, who sees what helpers did, and who ends it."""

from cwb.kernel.policy import HELPERS, Action, Role

ASK = Action.of("helping.ask", Role.BOARD)
"""Ask somebody to help, within limits."""

SEE = Action("helping.see", HELPERS | {Role.BOARD})
"""See the log: the board all of it, a helper their own lines. Either side ends the help."""

HELP = Action("helping.help", HELPERS)
"""For whom the card on the dashboard is."""
