from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from procurement.bands import errors, queries, rules, services
from procurement.bands.models import OwnBand
from procurement.bands.rules import BandFacts
from procurement.tenders.services import advice_for

TODAY = date(2026, 9, 1)


def facts(single=30_000, invited=None, kind="services", on=date(2026, 1, 1), source="Inkoopbeleid, blz. 12"):
    return BandFacts(kind, on, single * 100, None if invited is None else invited * 100, source)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (facts(0), errors.BandAmountInvalid), (facts(-1), errors.BandAmountInvalid),
        (facts(30_000, 30_000), errors.BandsReversed), (facts(30_000, 10), errors.BandsReversed),
        (facts(source="  "), errors.BandSourceMissing), (facts(on=date(1999, 1, 1)), errors.BandDayInvalid),
        (facts(on=date(2099, 1, 1)), errors.BandDayInvalid), (facts(), None), (facts(30_000, 30_001), None),
    ],
)  # fmt: skip
def test_bands_are_amounts_with_a_day_and_a_source(given, error):
    if error is None:
        rules.check_band(given, TODAY)
    else:
        with pytest.raises(error):
            rules.check_band(given, TODAY)


def actor(user, organisation, *roles):
    return Actor(
        user.id, user.name, organisation.id, organisation.name, frozenset(roles or (Role.PURCHASER,))
    )


@pytest.fixture
def two(buying):
    return actor(buying.author, buying.buyer), actor(buying.colleague, buying.buyer)


def entered(buying, who, **more):
    return services.enter_band(buying.session, facts=facts(**more), actor=who, at=buying.at)


def confirmed(buying, two, **more):
    made = entered(buying, two[0], **more)
    return services.confirm_band(buying.session, band=made, actor=two[1], at=buying.at)


def line(buying, tender, code="single_quote"):
    advice = advice_for(buying.session, tender, buying.law, local_date(buying.at))
    return advice.line(code), {each.id for each in advice.warnings}


def test_the_advice_uses_them_once_a_second_person_confirmed(buying, two):
    tender = buying.draft("40000")
    assert line(buying, tender)[0].allowed
    made = entered(buying, two[0])
    assert line(buying, tender)[0].allowed
    with pytest.raises(errors.BandBySamePerson):
        services.confirm_band(buying.session, band=made, actor=two[0], at=buying.at)
    services.confirm_band(buying.session, band=made, actor=two[1], at=buying.at)
    own, warnings = line(buying, tender)
    assert (own.allowed, own.by, own.source) == (False, "policy", "Inkoopbeleid, blz. 12")
    assert own.facts["own"] == Money.of("30000")
    assert "bands" not in warnings


def test_the_newest_that_has_begun_counts_and_others_keep_theirs(buying, two, make_organisation):
    tomorrow = local_date(buying.at) + timedelta(days=1)
    confirmed(buying, two)
    confirmed(buying, two, single=45_000, on=date(2026, 3, 1))
    confirmed(buying, two, single=5, on=tomorrow)
    own = queries.own_law(buying.session, buying.law, buying.buyer, local_date(buying.at))
    assert [each.single_below for each in own.bands[:2]] == [Money.of("45000"), Money.of("30000")]
    assert line(buying, buying.draft("40000"))[0].allowed
    other = make_organisation(Side.ANCHOR)
    assert queries.own_law(buying.session, buying.law, other, TODAY) is buying.law


def test_a_day_is_confirmed_once_and_what_is_open_can_go(buying, two):
    first, second = entered(buying, two[0]), entered(buying, two[0], single=20_000)
    services.confirm_band(buying.session, band=first, actor=two[1], at=buying.at)
    with pytest.raises(errors.BandTwice):
        services.confirm_band(buying.session, band=second, actor=two[1], at=buying.at)
    with pytest.raises(errors.BandTwice):
        entered(buying, two[0])
    with pytest.raises(errors.BandSettled):
        services.drop_band(buying.session, band=first, actor=two[1], at=buying.at)
    with pytest.raises(errors.BandSettled):
        services.confirm_band(buying.session, band=first, actor=two[1], at=buying.at)
    services.drop_band(buying.session, band=second, actor=two[1], at=buying.at)
    assert queries.bands(buying.session, buying.buyer.id) == [first]


def test_others_do_not(buying, two, make_organisation, make_user):
    made = entered(buying, two[0])
    elsewhere = make_organisation(Side.ANCHOR)
    stranger = actor(make_user((Role.PURCHASER, elsewhere)), elsewhere)
    for act in (services.confirm_band, services.drop_band):
        with pytest.raises(Forbidden):
            act(buying.session, band=made, actor=stranger, at=buying.at)
    with pytest.raises(errors.BandNotFound):
        queries.band(buying.session, made.public_id, elsewhere.id)
    with pytest.raises(Forbidden):
        entered(buying, actor(buying.colleague, buying.buyer, Role.ASSESSOR))


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("single_below_minor = 1", "stay as they are"),
        ("confirmed_by_id = entered_by_id, confirmed_at = entered_at", "ck_own_band_second_person"),
        ("confirmed_at = entered_at", "ck_own_band_confirmed"),
    ],
)
def test_the_database_keeps_what_was_entered(buying, two, change, match):
    entered(buying, two[0])
    with pytest.raises(DatabaseError, match=match), buying.session.begin_nested():
        buying.session.execute(text(f"UPDATE own_band SET {change}"))


def test_the_database_keeps_what_was_confirmed(buying, two):
    confirmed(buying, two)
    for act in ("DELETE FROM own_band", "UPDATE own_band SET confirmed_at = NULL, confirmed_by_id = NULL"):
        with pytest.raises(DatabaseError, match="stay as they are"), buying.session.begin_nested():
            buying.session.execute(text(act))
    with pytest.raises(DatabaseError, match="uq_own_band_confirmed"), buying.session.begin_nested():
        buying.session.add(
            OwnBand(
                organisation_id=buying.buyer.id, kind="services", valid_from=date(2026, 1, 1), single_below_minor=1,
                invited_below_minor=None, source="x", entered_by_id=buying.author.id, entered_at=buying.at,
                confirmed_by_id=buying.colleague.id, confirmed_at=buying.at,
            )
        )  # fmt: skip
        buying.session.flush()


def test_the_pages(buying, sign_in_user, session, client):
    session.commit()
    author, colleague = sign_in_user(buying.author), sign_in_user(buying.colleague)
    assert "Uw inkoopgrenzen" in author.get("/").text
    assert "U hebt nog geen eigen grenzen" in author.get("/bands").text
    form = {
        "kind": "services",
        "valid_from": "2026-01-01",
        "single_below": "30000",
        "source": "Beleid <b>12</b>",
    }
    assert author.post("/bands/add", data=form | {"invited_below": "20000"}).status_code == 422
    assert author.post("/bands/add", data=form | {"kind": "other"}).status_code == 422
    assert author.post("/bands/add", data=form).status_code == 303
    page = author.get("/bands").text
    assert "Beleid &lt;b&gt;12" in page
    assert "Dit klopt met ons beleid" not in page
    assert "Bevestig de inkoopgrenzen" not in author.get("/").text
    assert "Bevestig de inkoopgrenzen" in colleague.get("/").text
    [made] = queries.bands(session, buying.buyer.id)
    assert author.post(f"/bands/{made.public_id}/confirm").status_code == 403
    assert "Dit klopt met ons beleid" in colleague.get("/bands").text
    assert colleague.post(f"/bands/{made.public_id}/confirm").status_code == 303
    assert "geldt nu" in author.get("/bands").text
    assert colleague.post(f"/bands/{made.public_id}/drop").status_code == 409
    assert client.get("/bands").status_code == 303
    assert sign_in_user(buying.auditor).get("/bands").status_code == 403


def test_an_auditor_reads_the_bands_of_all_and_a_buyer_its_own(
    buying, two, sign_in_user, make_organisation, make_user, session, client
):
    auditor = sign_in_user(buying.auditor)
    assert "Nog geen eigen grenzen" in auditor.get("/bands/all").text
    confirmed(buying, two, source="Beleid <b>12</b>")
    other = make_organisation(Side.ANCHOR)
    stranger = make_user((Role.PURCHASER, other))
    services.enter_band(
        session, facts=facts(40_000), actor=actor(stranger, other, Role.PURCHASER), at=buying.at
    )
    session.commit()
    page = auditor.get("/bands/all").text
    assert "Beleid &lt;b&gt;12" in page
    assert "nog te bevestigen" in page
    every = auditor.get("/bands/bands.csv").text
    assert other.name in every
    assert "30000.00" in every
    own = sign_in_user(buying.author).get("/bands/bands.csv").text
    assert buying.buyer.name in own
    assert other.name not in own
    assert sign_in_user(buying.author).get("/bands/all").status_code == 403
    assert client.get("/bands/bands.csv").status_code == 303
