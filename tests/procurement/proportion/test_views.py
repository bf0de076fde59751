import re

from coops.register.services import register_cooperative
from cwb.identity.rules import Side
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from procurement.demands import queries
from procurement.dividing import services as dividing
from procurement.dividing.services import LotFacts
from procurement.drafting import services as drafting

WHY = "Het werk loopt elke dag door, ook bij ziekte."


def asked(**more):
    return {
        "code": "slc-abil-ref-services", "text": "U maakte <b>eerder</b> schoon", "minimum": "50000",
        "reason": WHY, **more,
    }  # fmt: skip


def test_a_purchaser_asks_explains_and_bidders_read_it(buying, sign_in_user, session, client):
    tender = buying.draft()
    session.commit()
    author = sign_in_user(buying.author)
    draft = f"/tenders/{tender.number}/draft"
    assert "Eisen aan inschrijvers" in author.get(draft).text
    page = author.get(f"{draft}/demands").text
    assert "U vraagt nog niets" in page
    assert "Wat is in verhouding?" in page
    answer = author.post(f"{draft}/demands/add", data=asked(minimum="70000"))
    assert answer.status_code == 422
    assert "strenger dan het advies" in answer.text
    assert "&lt;b&gt;eerder" in answer.text
    answer = author.post(
        f"{draft}/demands/add", data=asked(minimum="70000", explanation="Anders valt het stil.")
    )
    assert answer.status_code == 303
    page = author.get(f"{draft}/demands").text
    assert "strenger dan het advies" in page
    assert "U maakte &lt;b&gt;eerder" in page
    assert "1 eis" in author.get(draft).text
    assert (
        "Anders valt het stil." in sign_in_user(buying.colleague).get(f"/tenders/{tender.number}/review").text
    )
    assert "Voldoet aan uw eisen" in author.get(f"{draft}/lots").text
    session.expire_all()
    tender.edited_at = buying.at
    buying.publish(buying.approved(tender))
    session.commit()
    page = client.get(f"/tenders/{tender.number}").text
    assert "Waarom strenger dan het advies" in page
    assert "Anders valt het stil." in page
    assert author.get(f"{draft}/demands").status_code == 409


def test_it_is_changed_and_removed(buying, sign_in_user, session):
    tender = buying.draft()
    session.commit()
    author, base = sign_in_user(buying.author), f"/tenders/{tender.number}/draft/demands"
    author.post(f"{base}/add", data=asked())
    [one] = queries.demands(session, tender.id)
    assert "50000" in author.get(f"{base}/{one.id}").text
    assert author.post(f"{base}/{one.id}", data=asked(minimum="-3")).status_code == 422
    assert author.post(f"{base}/{one.id}", data=asked(code="slc-none")).status_code == 422
    assert author.post(f"{base}/{one.id}", data=asked(minimum="40000")).status_code == 303
    session.expire_all()
    assert queries.demands(session, tender.id)[0].minimum_minor == 40_000_00
    assert author.post(f"{base}/{one.id}/remove").status_code == 303
    assert author.get(f"{base}/{one.id}").status_code == 404


def test_nobody_else_asks(buying, sign_in_user, make_user, make_organisation, session, client):
    tender = buying.draft()
    session.commit()
    base = f"/tenders/{tender.number}/draft/demands"
    stranger = sign_in_user(make_user((Role.PURCHASER, make_organisation(Side.ANCHOR))))
    for path in ("", "/add", "/1"):
        assert stranger.get(f"{base}{path}").status_code == 404
        assert client.get(f"{base}{path}").status_code == 303


def is_chosen(page, lot):
    """Whether the select of the lots stands at this one."""
    return (
        re.search(rf'<option[^>]*value="{lot}" selected|<option selected[^>]*value="{lot}"', page.text)
        is not None
    )


def test_a_demand_is_asked_of_one_lot(buying, sign_in_user, session, client):
    lot = LotFacts("Zwem<b>baden</b>", "Twee baden", Money.of("40000"))
    tender = dividing.add_lot(session, tender=buying.draft(), **buying.by(facts=lot))
    session.commit()
    author, draft = sign_in_user(buying.author), f"/tenders/{tender.number}/draft"
    assert f"{draft}/demands/add?lot=2" in author.get(f"{draft}/lots").text
    assert is_chosen(author.get(f"{draft}/demands/add?lot=2"), 2)
    assert author.get(f"{draft}/demands/add?lot=x").status_code == 200
    assert author.post(f"{draft}/demands/add", data=asked(lot="7", minimum="20000")).status_code == 422
    refused = author.post(f"{draft}/demands/add", data=asked(lot="2", minimum="30000"))
    assert refused.status_code == 422
    assert author.post(f"{draft}/demands/add", data=asked(lot="2", minimum="24000")).status_code == 303
    assert author.post(f"{draft}/demands/add", data=asked(lot="0", minimum="20000")).status_code == 303
    only, whole = queries.demands(session, tender.id)
    assert (only.lot_id, whole.lot_id) == (tender.lots[1].id, None)
    page = author.get(f"{draft}/demands").text
    assert "alleen perceel 2: Zwem&lt;b&gt;baden" in page
    assert is_chosen(author.get(f"{draft}/demands/{only.id}"), 2)
    session.expire_all()
    drafting.arrange_lots(session, tender=tender, requirements="KvK", **buying.by())
    buying.publish(buying.approved(tender))
    session.commit()
    assert "alleen perceel 2" in client.get(f"/tenders/{tender.number}").text


def test_who_would_join_with_a_lower_demand_is_told(buying, sign_in_user, make_organisation, session):
    tender = buying.draft("30000")
    for largest in (20_000_00, None):
        register_cooperative(
            session, organisation=make_organisation(), kind="worker", description="Schoon", sectors=["cleaning"],
            languages=[], weekly_hours=100, largest=largest and Money(largest), user_id=buying.author.id, at=buying.at,
        )  # fmt: skip
    session.commit()
    author, base = sign_in_user(buying.author), f"/tenders/{tender.number}/draft/demands"
    sent = author.post(f"{base}/add", data=asked(minimum="25000", explanation="Anders valt het stil."))
    assert sent.status_code == 303
    page = author.get(base)
    assert page.status_code == 200
    assert "1 erbij" in page.text
    assert "Verlaag deze eis" in page.text
