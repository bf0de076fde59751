"""How long and how often messages are worked on."""

from datetime import timedelta

MOST_TRIES = 8
"""After so many tries a message stands on the work list; the sweep still looks after its order."""

LOOK_BACK = timedelta(days=35)
"""How far back the daily check compares lines; the balance itself counts from the beginning."""
