from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from procurement.advice.gateway import law
from procurement.approval import services as approval
from procurement.approval.services import content_of
from procurement.dividing import services
from procurement.dividing.services import LotFacts
from procurement.drafting import services as drafting
from procurement.lots import errors, rules
from procurement.tenders.models import Lot

TABLE = law("nieuw_west").small_lots


def parts(*euros):
    return [Lot(number=n, title=f"Deel {n}", value_minor=each * 100) for n, each in enumerate(euros, start=1)]


@pytest.mark.parametrize(
    ("euros", "chosen", "works", "error"),
    [
        ((400_000, 79_999, 20_001), {2, 3}, (), None),
        ((400_000, 80_000, 20_000), {2}, (), errors.OutsideTooLarge),
        ((400_000, 70_000, 30_001), {2, 3}, (), errors.OutsideTooMuch),
        ((400_000, 70_000, 30_000), {2, 3}, (), None),
        ((400_000, 70_000, 30_000), {4}, (), errors.LotNotFound),
        ((8_000_000, 999_999), {2}, (2,), None),
        ((8_000_000, 1_000_000), {2}, (2,), errors.OutsideTooLarge),
        ((500_000,), {1}, (), errors.OutsideNotEuropean),
        ((500_000,), set(), (), None),
    ],
)
def test_small_and_together_a_fifth(euros, chosen, works, error):
    def check():
        rules.check_outside(parts(*euros), chosen, TABLE, works=works, european=True)

    if error is None:
        check()
    else:
        with pytest.raises(error):
            check()


def test_without_a_european_procedure_there_is_nothing_to_leave():
    with pytest.raises(errors.OutsideNotEuropean):
        rules.check_outside(parts(400_000, 10_000), {2}, TABLE, european=False)


@pytest.fixture
def divided(buying):
    """A European draft of 500,000 in lots of 370,000, 70,000 and 60,000."""
    tender = buying.draft("500000", procedure="european_open", closes_at=buying.at + timedelta(days=45))
    for title, value in (("Zwembaden", "70000"), ("Kantine", "60000")):
        services.add_lot(
            buying.session, tender=tender, facts=LotFacts(title, "", Money.of(value)), **buying.by()
        )
        if title == "Zwembaden":
            continue
        services.change_lot(
            buying.session,
            tender=tender,
            number=1,
            facts=LotFacts("Rest", "", Money.of("370000")),
            **buying.by(),
        )
    return drafting.arrange_lots(buying.session, tender=tender, requirements="", **buying.by())


def choose(buying, tender, *numbers):
    return services.choose_outside(
        buying.session, tender=tender, numbers=set(numbers), law=buying.law, **buying.by()
    )


def test_the_choice_is_kept_reviewed_and_published(buying, divided):
    with pytest.raises(errors.OutsideTooMuch):
        choose(buying, divided, 2, 3)
    tender = choose(buying, divided, 2)
    assert [each.outside for each in tender.lots] == [False, True, False]
    published = buying.publish(buying.approved(tender))
    assert [each.get("outside") for each in content_of(published)["lots"]] == [None, True, None]
    with pytest.raises(DatabaseError, match="published"), buying.session.begin_nested():
        buying.session.execute(text("UPDATE lot SET outside = true WHERE number = 3"))


def test_a_lot_that_grew_is_asked_about_before_the_review(buying, divided):
    tender = choose(buying, divided, 2)
    for number, title, value in ((2, "Zwembaden", "90000"), (1, "Rest", "350000")):
        services.change_lot(
            buying.session,
            tender=tender,
            number=number,
            facts=LotFacts(title, "", Money.of(value)),
            **buying.by(),
        )
    with pytest.raises(errors.OutsideTooLarge):
        approval.ask_review(buying.session, tender=tender, law=buying.law, **buying.by())


def test_another_procedure_forgets_the_choice(buying, divided):
    tender = choose(buying, divided, 2)
    drafting.estimate(
        buying.session, tender=tender, value=Money.of("500001"), value_public=False, starts_on=tender.starts_on,
        ends_on=tender.ends_on, **buying.by(),
    )  # fmt: skip
    assert not any(each.outside for each in tender.lots)


@pytest.mark.parametrize("lots", ["2, 3", "1", "2"])
def test_the_database_checks_the_publication(buying, divided, lots, monkeypatch):
    tender = choose(buying, divided)
    if lots == "2":
        lots = "2) AND (value_minor = 7000000"
        monkeypatch.setattr(tender, "procedure", "national_open")
    buying.approved(tender) if tender.procedure == "european_open" else None
    buying.session.flush()
    buying.session.execute(text(f"UPDATE lot SET outside = true WHERE number IN ({lots})"))
    with pytest.raises(DatabaseError, match="no exception"), buying.session.begin_nested():
        buying.session.execute(
            text(
                "UPDATE tender SET published_at = :at, reviewed_at = :at, reviewed_by_id = :by, questions_until = :at + interval '1 day',"
                " answers_until = :at + interval '2 days', closes_at = :at + interval '3 days' WHERE id = :id"
            ),
            {"at": buying.at, "by": buying.colleague.id, "id": tender.id},
        )


def test_the_page(buying, divided, sign_in_user, session, client):
    session.commit()
    author = sign_in_user(buying.author)
    base = f"/tenders/{divided.number}"
    assert "Kies welke percelen erbuiten vallen" in author.get(f"{base}/draft/lots").text
    page = author.get(f"{base}/draft/lots/small").text
    assert "2. Zwembaden" in page
    assert "1. Rest" not in page
    facts = {"version": str(divided.version)}
    assert author.post(f"{base}/draft/lots/small", data=facts | {"outside": ["2", "3"]}).status_code == 422
    assert author.post(f"{base}/draft/lots/small", data=facts | {"outside": ["1"]}).status_code == 422
    assert author.post(f"{base}/draft/lots/small", data=facts | {"outside": ["3"]}).status_code == 303
    assert "valt erbuiten, uw keuze" in author.get(f"{base}/draft/lots").text
    assert "valt erbuiten: klein perceel" in sign_in_user(buying.colleague).get(f"{base}/review").text
