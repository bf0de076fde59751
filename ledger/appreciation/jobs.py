"""What the worker does for appreciation credits, every night: remind of old ones, twice, and let them lapse."""

from datetime import datetime

from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.kernel.text import N_
from cwb.kernel.transaction import atomic
from cwb.notifications.services import send_mail
from ledger.appreciation import queries, rules
from ledger.appreciation.services import lapse

TEXTS = {
    "first": N_("Over twee maanden vervallen punten die u twee jaar geleden kreeg. Geef ze op tijd uit."),
    "second": N_("Over een maand vervallen punten die u twee jaar geleden kreeg. Dit is de laatste brief."),
    "lapse": N_("Punten van twee jaar geleden zijn vervallen. U kreeg hierover twee brieven."),
}


def remind(session: Session, at: datetime) -> None:
    """Each holder of old credits in a transaction of its own; one letter per holder and day."""
    for holder_id in queries.holders_with_old(session, local_date(at - rules.FIRST_REMINDER)):
        with atomic(session):
            done, user = lapse(session, holder_id=holder_id, at=at)
            if done:
                send_mail(
                    session, to=user.email, locale=user.locale, subject=N_("Uw waarderingspunten"), text=TEXTS[done],
                    link="/credits", at=at, key=f"credits-{done}-{holder_id}-{local_date(at)}",
                )  # fmt: skip
