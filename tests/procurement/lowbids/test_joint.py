"""A question about the price of a joint bid: members read along and see the answer first, the lead alone sends."""

import pytest
from sqlalchemy import select, text

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.notifications.models import Mail
from procurement.lowbids import errors, queries, services
from tests.procurement.lowbids.conftest import ANSWER, PRICES, Prices
from tests.procurement.panel import ok
from tests.procurement.together import Together
from tests.procurement.world import World


class JointPrices(Prices):
    """The third bid, of Spot, is made with two others."""

    def __init__(self, world) -> None:
        plain, self.together = world.bid_of, None

        def bid_of(actor, **facts):
            if facts["price"] != PRICES["Spot"]:
                return plain(actor, **facts)
            self.together = Together(world, actor, **facts)
            self.together.ready()
            self.together.sign()
            return self.together.hand_in()

        world.bid_of = bid_of
        super().__init__(world)
        world.bid_of = plain


def begun(session, folder):
    return JointPrices(World(session, folder))


pytestmark = pytest.mark.begins(prices=begun)


@pytest.fixture
def prices(root):
    return root


@pytest.fixture
def walk(prices, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: prices.at)
    return lambda actor: sign_in_user(prices.session.get_one(User, actor.user_id))


def test_members_read_the_answer_before_it_is_sent_and_the_lead_sends(prices, world, walk):
    made = prices.ask()
    one, lead = prices.together.one, prices.together.lead
    page = f"/low-bids/{made.public_id}"
    told = {
        each.recipient
        for each in world.session.scalars(select(Mail))
        if "vraag over uw prijs" in each.subject
    }
    assert len(told) == 3
    assert "De penvoerder antwoordt" in ok(walk(one).get(page), 200).text
    ok(walk(one).get(f"{page}/draft"), 403)
    ok(walk(one).get(f"{page}/explain"), 403)
    for act in (services.show_members, services.explain_price):
        with pytest.raises(errors.NotTheBidder):
            prices.on(act, made, one, answer=ANSWER)
    browser = walk(lead)
    ok(browser.get(f"{page}/draft"), 200)
    ok(browser.post(f"{page}/draft", data={"answer": ANSWER}))
    assert ANSWER in ok(walk(one).get(page), 200).text
    assert ANSWER not in ok(walk(world.anna).get(page), 200).text
    assert ANSWER in ok(walk(lead).get(f"{page}/explain"), 200).text
    ok(walk(lead).post(f"{page}/explain", data={"answer": ANSWER}))
    assert queries.find_draft(world.session, made.id) is None
    assert ANSWER in ok(walk(world.anna).get(page), 200).text
    assert sum("gezamenlijke prijs" in each.subject for each in world.session.scalars(select(Mail))) == 2


def test_the_database_shows_a_draft_to_the_parties_alone(prices, world):
    made = prices.ask()
    prices.on(services.show_members, made, prices.together.lead, answer=ANSWER)
    seen, session = {}, world.session
    everybody = {
        "lead": prices.together.lead, "one": prices.together.one, "buyer": world.anna, "auditor": world.eva,
        "other": prices.bidder("Glans"),
    }  # fmt: skip
    for name, who in everybody.items():
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": str(who.user_id)},
        )
        seen[name] = tuple(
            len(session.execute(text(f"SELECT 1 FROM {table}")).all())
            for table in ("low_bid_question", "low_bid_draft")
        )
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
    assert seen == {"lead": (1, 1), "one": (1, 1), "buyer": (1, 0), "auditor": (1, 0), "other": (0, 0)}
