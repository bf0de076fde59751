"""The page on which a relative method is confirmed."""

import pytest

from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from procurement.cautions import queries, rules
from procurement.drafting import services as drafting
from tests.procurement.scorings import SCORINGS


@pytest.fixture
def made(buying, session):
    buying.at, buying.scoring = now(), SCORINGS["relative_price"]
    draft = buying.draft()
    session.commit()
    return draft


def test_a_buyer_sees_the_test_confirms_and_goes_on(buying, made, sign_in_user, session):
    author, address = sign_in_user(buying.author), f"/tenders/{made.number}/method"
    draft = author.get(f"/tenders/{made.number}/draft").text
    assert "Bevestig eerst de manier van beslissen" in draft
    assert "Vraag een collega" not in draft
    page = author.get(address)
    assert page.status_code == 200
    for words in (
        "Dit liet de proef zien",
        "gespeelde aanbestedingen bepaalt een verliezer wie wint",
        "zonder naam",
        "misbruik",
    ):
        assert words in page.text, words
    digest = rules.digest_of(queries.scorings(made))
    refused = author.post(address, data={"digest": digest})
    assert refused.status_code == 422
    assert "Zet eerst het vinkje" in refused.text
    assert author.post(address, data={"digest": "0" * 64, "is_understood": "y"}).status_code == 409
    assert author.post(address, data={"is_understood": "y"}).status_code == 422
    sent = author.post(address, data={"digest": digest, "is_understood": "y"})
    assert (sent.status_code, sent.location) == (303, f"/tenders/{made.number}/draft")
    assert "Vraag een collega" in author.get(f"/tenders/{made.number}/draft").text
    assert "Al bevestigd op" in author.get(address).text


def test_it_is_for_the_buyer_alone_and_only_where_needed(buying, made, sign_in_user, sign_in, session):
    address = f"/tenders/{made.number}/method"
    assert sign_in(Role.PURCHASER).get(address).status_code == 404
    assert sign_in(Role.BOARD).get(address).status_code == 403
    drafting.set_scoring(session, tender=made, scoring=SCORINGS["log_price"], **buying.by())
    session.commit()
    answer = sign_in_user(buying.author).get(address)
    assert answer.status_code == 404
    assert "hoeft u niets te bevestigen" in answer.text
