from dataclasses import replace

from sqlalchemy import select, update

from coops.register.services import register_cooperative
from cwb.identity.models import Mandate
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from procurement.bids.models import Bid
from procurement.bids.rules import Bar
from procurement.consortia.models import BidMember
from procurement.drafting import services as drafting
from procurement.exclusions.models import Exclusion
from procurement.interests.models import SavedInterest
from procurement.matching import services
from procurement.tenders.queries import tender_by_id


def cooperative(buying, make_organisation, make_user, hours, sector="cleaning", place="FB", largest=None):
    """A cooperative in the register and somebody of its board."""
    home = make_organisation(Side.SUPPLIER)
    user = make_user((Role.BOARD, home))
    register_cooperative(
        buying.session, organisation=home, kind="worker", description="Wij werken.", sectors=[sector],
        languages=["nl"], weekly_hours=hours, place_code=place, largest=largest and Money(largest), user_id=user.id, at=buying.at,
    )  # fmt: skip
    return home, user


def acting(user, home):
    """Somebody of the board at work."""
    return Actor(user.id, user.name, home.id, roles=frozenset({Role.BOARD}))


def exclude(buying, tender, organisation):
    """The buyer excludes an organisation for a year."""
    day = clock.local_date(buying.at)
    buying.session.add(
        Exclusion(
            buyer_id=tender.buyer_id, organisation_id=organisation.id, reason="Wanprestatie", starts_on=day,
            ends_on=day.replace(year=day.year + 1), decided_by_id=buying.author.id, decided_at=buying.at,
        )
    )  # fmt: skip


def hours_for(tender):
    """Hours a week that a year of a tender asks."""
    year = (tender.ends_on - tender.starts_on).days / 365.25
    return -(-int(tender.value_minor / max(year, 1)) // (46 * 4500))


def published(buying, **facts):
    """A tender that tells its value, open now."""
    buying.at = clock.now()
    made = buying.draft(**facts)
    drafting.estimate(
        buying.session, tender=made, value=Money.of("100000"), value_public=True, starts_on=made.starts_on,
        ends_on=made.ends_on, framework=None, **buying.by(),
    )  # fmt: skip
    return buying.publish(buying.approved(made))


def test_a_cooperative_reads_what_fits_and_the_sum_behind_it(
    buying, make_organisation, make_user, sign_in_user, session
):
    tender = published(buying)
    _home, user = cooperative(buying, make_organisation, make_user, hours_for(tender))
    session.commit()
    browser = sign_in_user(user)
    page = browser.get("/fitting").text
    assert "Dit past" in page
    assert tender.title in page
    one = browser.get(f"/fitting/{tender.number}/1").text
    assert "Dit past bij u" in one
    assert "46 weken" in one
    assert f"/tenders/{tender.number}" in one
    lines = browser.get("/fitting/list.csv").text.splitlines()
    assert lines[1].startswith(f"{tender.number},1,")
    assert ",fits," in lines[1]
    assert ",yes," in lines[1]


def test_who_is_too_small_sees_with_whom_it_can(buying, make_organisation, make_user, sign_in_user, session):
    tender = published(buying)
    needed = hours_for(tender)
    home, user = cooperative(buying, make_organisation, make_user, needed - 5, largest=1)
    other, partner = cooperative(buying, make_organisation, make_user, 5, place="FC", largest=2)
    barred, _ = cooperative(buying, make_organisation, make_user, 6)
    exclude(buying, tender, barred)
    asleep, gone = cooperative(buying, make_organisation, make_user, 7)
    session.execute(update(Mandate).where(Mandate.user_id == gone.id).values(ended_at=buying.at))
    large, _ = cooperative(buying, make_organisation, make_user, needed * 2)
    session.commit()
    browser = sign_in_user(user)
    assert "Dit past samen met anderen" in browser.get("/fitting").text
    page = browser.get(f"/fitting/{tender.number}/1").text
    assert str(other.public_id) in page
    assert str(barred.public_id) not in page, "who may not take part is not proposed"
    assert str(asleep.public_id) not in page, "nor where nobody is there to sign"
    assert str(large.public_id) not in page
    assert "te veel voor u alleen" in page
    assert "Dat is genoeg." in page, "the sum of the team is told"
    assert page.count("geen eerder werk, dus dit houdt u niet tegen") == 2, "of one alone as of the team"
    assert "De grootste opdracht van één van u is" in page
    assert "u werkt hier" in browser.get("/fitting").text
    assert "Uw profiel zegt dat u hier werkt." in page, "the list and the page say the same"
    assert "hele gebied" in page
    assert "1 van 2, 1 in het hele gebied" in page, "who names no wijk is not said to work there"
    bid = f"/tenders/{tender.number}/bid/joint"
    begin = f"/tenders/{tender.number}/lots/1/bid/joint/begin"
    assert f'action="{begin}"' in page
    assert browser.post(begin, data={"partners": str(uuid7())}).status_code == 404
    begun = browser.post(begin, data={"partners": str(other.public_id)})
    assert (begun.status_code, begun.location) == (303, bid)
    assert browser.post(begin, data={"partners": str(other.public_id)}).status_code == 303
    [member] = session.scalars(select(BidMember).order_by(BidMember.id))
    assert (member.lead_id, member.organisation_id) == (home.id, other.id)
    letters = session.scalars(select(Mail).where(Mail.recipient == partner.email)).all()
    assert len(letters) == 1, "twice is once"
    assert other.name in browser.get(bid).text
    joint = session.scalars(select(Bid).where(Bid.id == member.bid_id)).one()
    assert sign_in_user(partner).post(f"/joint-bids/{joint.public_id}/leave").status_code == 303
    assert str(other.public_id) not in browser.get(f"/fitting/{tender.number}/1").text, (
        "who said no is not asked again"
    )


def test_a_list_promises_no_team_of_whom_the_buyer_excludes(
    buying, make_organisation, make_user, sign_in_user, session
):
    tender = published(buying)
    needed = hours_for(tender)
    _home, user = cooperative(buying, make_organisation, make_user, needed - 5)
    barred, _ = cooperative(buying, make_organisation, make_user, 6)
    exclude(buying, tender, barred)
    session.commit()
    page = sign_in_user(user).get("/fitting").text
    assert "Dit is nu te groot" in page
    assert "Dit past samen met anderen" not in page


def test_work_of_another_kind_is_not_shown_nor_opened(
    buying, make_organisation, make_user, sign_in_user, session
):
    tender = published(buying)
    _home, user = cooperative(buying, make_organisation, make_user, 100, sector="ict")
    session.commit()
    browser = sign_in_user(user)
    assert tender.title not in browser.get("/fitting").text
    assert "geen open werk" in browser.get("/fitting").text
    assert browser.get(f"/fitting/{tender.number}/1").status_code == 404


def test_who_is_excluded_reads_why_not(buying, make_organisation, make_user, sign_in_user, session):
    tender = published(buying)
    home, user = cooperative(buying, make_organisation, make_user, 1000)
    exclude(buying, tender, home)
    session.commit()
    page = sign_in_user(user).get("/fitting").text
    assert "heeft uw organisatie uitgesloten" in page
    assert "<h2>Hier mag u nu niet inschrijven</h2>" in page
    assert "<h2>Dit past</h2>" not in page, "what one may not bid on stands apart, however well it fits"


def test_one_without_a_profile_is_sent_to_it(buying, make_organisation, make_user, sign_in_user, session):
    home = make_organisation(Side.SUPPLIER)
    user = make_user((Role.BOARD, home))
    session.commit()
    assert "nog niet in het register" in sign_in_user(user).get("/fitting").text


def test_mail_about_ones_own_kinds_is_one_form_away(
    buying, make_organisation, make_user, sign_in_user, session
):
    _home, user = cooperative(buying, make_organisation, make_user, 10)
    session.commit()
    browser = sign_in_user(user)
    page = browser.get("/interests/new?category=cleaning&category=green").text
    assert page.count("checked") >= 2
    answer = browser.post(
        "/interests/new",
        data={"name": "Ons werk", "about": "both", "kinds": ["cleaning", "green"], "often": "daily"},
    )
    assert answer.status_code == 303
    assert "909" in session.scalars(select(SavedInterest)).one().cpv_groups


def test_the_programme_sees_what_nobody_serves_first(
    buying, make_organisation, make_user, sign_in_user, session
):
    tender = published(buying)
    cooperative(buying, make_organisation, make_user, 1)
    programme = make_organisation(Side.PROGRAMME)
    user = make_user((Role.PROGRAMME, programme))
    session.commit()
    browser = sign_in_user(user)
    page = browser.get("/fitting/lots").text
    assert tender.title in page
    assert "niemand" in page
    lines = browser.get("/fitting/lots.csv").text.splitlines()
    assert lines[1].endswith(",0,0,1,False") or lines[1].endswith(",0,0,1,no")


def test_the_bars_are_those_of_one_tender(buying, make_organisation, make_user, session):
    tender = published(buying)
    home, user = cooperative(buying, make_organisation, make_user, 10)
    bare = make_organisation(Side.SUPPLIER, kvk_number=None)
    stranger = make_user((Role.BOARD, bare))
    session.flush()
    tenders = {tender.id: tender_by_id(session, tender.id)}
    assert services.bars(session, tenders, acting(user, home), buying.at)[tender.id] == []
    assert Bar.NO_KVK in services.bars(session, tenders, acting(stranger, bare), buying.at)[tender.id]
    other = replace(acting(user, home), organisation_id=tender.buyer_id)
    assert Bar.OWN_TENDER in services.bars(session, tenders, other, buying.at)[tender.id]
