"""A term that is refused, taken back or stopped; and none from before the agreement."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from cwb.kernel.words import ReasonTooShort
from cwb.notifications.models import Mail
from ledger.agreements.queries import agreement_by_id
from ledger.chains import queries, services
from ledger.chains.errors import BeforeAgreement, TermClosed
from tests.ledger.chains.conftest import agree, board, propose

WHY = "Onze bank biedt dit niet aan."


def close(trade, term, actor=None, reason=WHY):
    held = queries.term(trade.session, term.public_id, term.agreement_id)
    services.close_term(
        trade.session, term=held, agreement=agreement_by_id(trade.session, term.agreement_id), reason=reason,
        actor=actor or trade.purchaser, at=trade.at,
    )  # fmt: skip
    return held


def letters(trade):
    found = select(Mail.recipient).where(Mail.subject.startswith("Afspraak over een G-rekening gestopt"))
    return trade.session.scalars(found).all()


def test_what_is_refused_is_not_agreed_to_and_splits_nothing(trade):
    term = propose(trade)
    assert queries.tasks(trade.session, trade.purchaser, trade.at)
    close(trade, term)
    assert not queries.tasks(trade.session, trade.purchaser, trade.at)
    with pytest.raises(TermClosed):
        agree(trade, term)
    with pytest.raises(TermClosed):
        close(trade, term, board(trade))
    assert queries.split(trade.session, trade.send().id) is None


def test_a_term_that_is_stopped_leaves_what_was_sent_as_it_was(agreed):
    term = queries.terms(agreed.session, agreed.agreement.id)[0]
    before = agreed.send()
    close(agreed, term, board(agreed))
    assert queries.split(agreed.session, before.id) is not None
    assert queries.split(agreed.session, agreed.send().id) is None
    assert len(letters(agreed)) == 2  # both purchasers of the buyer


def test_why_can_be_followed_and_a_term_is_not_older_than_its_agreement(trade):
    with pytest.raises(ReasonTooShort):
        close(trade, propose(trade), reason="Nee")
    with pytest.raises(BeforeAgreement):
        propose(trade, from_on=date(2025, 12, 31))


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE chain_term SET closed_at = NULL, closed_by_id = NULL, closed_reason = NULL",
        "UPDATE chain_term SET agreed_at = closed_at, agreed_by_id = closed_by_id",
    ],
)
def test_the_database_holds_it_too(trade, act):
    close(trade, propose(trade))
    with pytest.raises(DBAPIError), trade.session.begin_nested():
        trade.force(act)
