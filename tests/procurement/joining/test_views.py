"""The pages of a joint bid, as the lead and its members walk them."""

import pytest
from sqlalchemy import select

from cwb.identity.models import Organisation, User
from cwb.kernel import clock
from cwb.web import i18n
from procurement.bids import queries as bids
from procurement.bids.models import BidVersion
from procurement.consortia.models import BidMember
from procurement.joining import services
from procurement.submission import services as submission
from tests.procurement.panel import ok
from tests.procurement.together import REASON, Together


@pytest.fixture
def together(world) -> Together:
    return Together(world)


@pytest.fixture
def walk(world, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return lambda actor: sign_in_user(world.session.get(User, actor.user_id))


def base(together, *rest: str) -> str:
    return "/".join((f"/tenders/{together.world.tender.number}/bid", *rest))


def mine(together, *rest: str) -> str:
    return "/".join((f"/joint-bids/{together.bid.public_id}", *rest))


def kvk(together, actor) -> str:
    return together.session.get_one(Organisation, actor.organisation_id).kvk_number


def shares(together, *percent: str) -> dict[str, str]:
    given = {"shares": ""}
    for place, (actor, share) in enumerate(zip((together.lead, together.one), percent, strict=True)):
        organisation = together.session.get_one(Organisation, actor.organisation_id)
        given |= {
            f"members-{place}-id": str(organisation.public_id), f"members-{place}-role": "Schoonmaak",
            f"members-{place}-share": share,
        }  # fmt: skip
    return given


def test_who_was_invited_reads_it_before_a_rival_bid_begins(together, walk):
    together.invite(together.one)
    lead, one, tender = walk(together.lead), walk(together.one), f"/tenders/{together.world.tender.number}"
    link = f'href="{mine(together)}"'
    assert "4 van 5 klaar" in ok(lead.get(base(together)), 200).text, (
        "what the members still have to say counts"
    )
    assert link in ok(one.get(tender), 200).text
    assert link in ok(one.get(base(together)), 200).text
    sent = ok(one.get(base(together, "joint"), follow_redirects=True), 200).text
    assert link in sent
    assert "Begin eerst" not in sent, "nobody is told to begin a rival bid"
    ok(one.post(base(together, "start")))
    for page in (base(together), base(together, "joint")):
        assert link in ok(one.get(page), 200).text, "also once a bid of one's own began"
        assert link not in ok(lead.get(page), 200).text
    together.do(services.leave, actor=together.one, member=together.row(together.one))
    for page in (tender, base(together), base(together, "joint"), "/"):
        assert link not in ok(one.get(page), 200).text, "who declined is left in peace"
    assert "Deed niet mee, of niet meer:" in ok(lead.get(base(together, "joint")), 200).text


def test_two_organisations_walk_to_one_receipt(together, walk, world):
    lead, one = walk(together.lead), walk(together.one)
    assert "Samen inschrijven" in ok(lead.get(base(together)), 200).text
    assert "te groot voor u alleen" in ok(lead.get(base(together, "joint")), 200).text
    found = ok(lead.get(base(together, "joint", "add") + "?text=lid"), 200).text
    assert "Lid B" in found
    assert "Gemeente" not in found
    ok(lead.post(base(together, "joint", "add"), data={"kvk": kvk(together, together.one)}))
    ok(lead.post(base(together, "joint", "add"), data={"kvk": kvk(together, together.one)}), 422)

    assert "Lid A vraagt u om samen in te schrijven" in ok(one.get("/"), 200).text
    invited = ok(one.get(mine(together)), 200).text
    assert "Doe mee" in invited
    assert "47.118,33" not in invited
    ok(one.post(mine(together, "join"), data={"reason": "kort", "liable": "y"}), 422)
    ok(one.post(mine(together, "join"), data={"reason": REASON}), 422)
    ok(one.post(mine(together, "join"), data={"reason": REASON, "liable": "y"}))

    ok(lead.post(base(together, "joint", "reason"), data={"reason": REASON, "liable": "y"}))
    for wrong in (("60", "39,99"), ("100", "0"), ("60", "veel"), ("60,001", "39,999")):
        answer = ok(lead.post(base(together, "joint", "shares"), data=shares(together, *wrong)), 422)
    answer = ok(lead.post(base(together, "joint", "shares"), data=shares(together, "60", "39,99")), 422)
    assert "99,99 procent" in answer.text, answer.text[answer.text.index("<main") :][:1500]
    assert 'value="39,99"' in answer.text
    ok(lead.post(base(together, "joint", "shares"), data=shares(together, "60", "40")))
    assert "Nog niet iedereen tekende" in ok(lead.get(base(together, "check")), 200).text
    assert "Vraag om handtekeningen" in ok(lead.get(base(together, "joint")), 200).text
    ok(lead.post(base(together, "joint", "ask")))
    waiting = ok(lead.get(base(together, "joint")), 200).text
    assert "Uw vraag is verstuurd" in waiting
    assert "Vraag om handtekeningen" not in waiting

    assert "Teken de gezamenlijke inschrijving" in ok(one.get("/"), 200).text
    shown = ok(one.get(mine(together, "sign")), 200).text
    assert "47.118,33" in shown
    assert "18.847,33" in shown  # 40 percent of the price
    seen = str(world.session.scalar(select(BidMember.asked_draft)))
    ok(one.post(mine(together, "sign"), data={"seen": seen}), 422)
    ok(one.post(mine(together, "sign"), data={"seen": seen, "sure": "y"}))
    assert "Alle leden tekenden" in ok(lead.get(base(together, "joint")), 200).text
    ok(lead.post(base(together, "check"), data={"seen": seen}))

    receipt = ok(one.get(f"/bids/{together.bid.public_id}"), 200).text
    assert "Lid B" in receipt
    assert "Trek in" not in receipt
    assert all(each in one.get("/bids").text for each in ("samen", i18n.moment(together.bid.submitted_at)))
    ok(one.get(f"/bids/{together.bid.public_id}/receipt.pdf"), 200)
    warned = ok(one.get(mine(together, "take-back")), 200).text
    assert "telt dan niet meer" in warned
    ok(one.post(mine(together, "take-back")))
    assert i18n.moment(together.bid.submitted_at) not in ok(lead.get("/bids"), 200).text
    assert "telt niet meer" in ok(lead.get("/"), 200).text
    for page in ("joint", ""):
        told = ok(lead.get(base(together, page).rstrip("/")), 200).text
        assert "niets van u in de bus" in told
        assert "Wat u eerder indiende, telt." not in told
    assert f'href="{base(together, "joint")}"' in ok(lead.get(base(together, "joint/add")), 200).text
    ok(one.post(mine(together, "leave")))
    ok(one.get(mine(together)), 404)


def test_strangers_find_nothing_and_change_nothing(together, walk, world):
    together.ready()
    stranger = walk(world.supplier("Vreemd"))
    for path in ("", "join", "sign", "take-back", "leave"):
        ok(stranger.get(mine(together, path) if path else mine(together)), 404)
    for path in ("sign", "take-back", "leave"):
        ok(stranger.post(mine(together, path), data={"seen": "1", "sure": "y"}), 404)
    buyer = walk(world.anna)
    assert buyer.get(mine(together)).status_code in {403, 404}
    one = walk(together.one)
    assert one.post(base(together, "joint", "ask")).status_code == 303  # led to an own beginning
    assert len(world.session.scalars(select(BidVersion)).all()) == 0
    assert bids.find_running(world.session, world.chance().lot.id, together.one.organisation_id) is None


def test_an_old_page_does_not_sign_what_was_not_read(together, walk, world):
    together.ready()
    one = walk(together.one)
    seen = str(together.bid.draft_version)
    world.fill(together.bid, together.lead, price=1_000_000)
    together.ask()
    answer = one.post(mine(together, "sign"), data={"seen": seen, "sure": "y"})
    assert answer.status_code == 409
    assert "Lees haar opnieuw" in answer.text
    assert world.session.scalars(select(BidMember.signed_at)).all() == [None, None]


def test_a_member_is_taken_off_and_subcontractors_are_named(together, walk, world):
    together.invite(together.one)
    lead = walk(together.lead)
    organisation = together.session.get_one(Organisation, together.one.organisation_id).public_id
    ok(lead.get(base(together, "joint", str(organisation), "remove")), 200)
    ok(lead.post(base(together, "joint", str(organisation), "remove")))
    ok(lead.post(base(together, "joint", str(organisation), "remove")), 404)
    path = base(together, "subcontractors")
    ok(lead.get(path), 200)
    ok(lead.post(path, data={"rows-0-name": "Glas", "rows-0-what": "Ramen"}), 422)
    ok(lead.post(path, data={"rows-0-name": "Glas", "rows-0-what": "Ramen", "rows-0-share": "15"}))
    assert "1 onderaannemer" in ok(lead.get(base(together)), 200).text
    again = ok(lead.get(path), 200).text
    assert ("rows-1-name" in again, "rows-2-name" in again) == (True, False), "what was saved and one more"
    version = submission.hand_in
    assert version
    assert "Ramen" in ok(lead.get(base(together, "check")), 200).text
