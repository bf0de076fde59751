from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.canonical import digest
from cwb.kernel.money import Money
from cwb.notifications.models import Mail
from procurement.approval.services import content_of
from procurement.chronicle.queries import find_tender
from procurement.procedures.errors import FrameworkMaximumTooLow
from procurement.procedures.rules import Framework
from procurement.publication.gateway import setting
from procurement.rectification import errors, rules, services
from procurement.tenders import errors as tender_errors
from procurement.tenders import queries as tenders
from procurement.tenders import services as tender_services
from tests.procurement.buying import Buying


@pytest.fixture
def tender(buying: Buying):
    return buying.published()


@pytest.fixture
def amend(buying, tender):
    def act(changes, *, after=timedelta(days=35), reason="Er kwam een gebouw bij", **more):
        return services.amend_content(
            buying.session, tender=tender, changes=changes, reason=reason, law=buying.law,
            user_id=buying.author.id, at=buying.at + after, **more,
        )  # fmt: skip

    return act


def test_a_change_shows_old_and_new_and_gives_ten_days(buying, tender, amend, make_organisation, make_user):
    home = make_organisation()
    user = make_user(("cooperative_board", home))
    tender_services.follow_tender(buying.session, tender_id=tender.id, organisation_id=home.id, at=buying.at)
    before, hashed = tender.closes_at, tender.content_hash
    code = tender.lots[0].criteria[1].code
    made = amend({
        "description": "Twee gebouwen", "value_minor": 12_000_000, "starts_on": date(2027, 7, 1),
        rules.criterion_name(1, code): "Hoe u twee gebouwen doet",
    })  # fmt: skip
    assert made.fields["value_minor"] == {"old": 10_000_000, "new": 12_000_000}
    assert made.fields["description"] == {"old": "Elke dag schoon", "new": "Twee gebouwen"}
    assert (made.kind, made.substantial, made.closed_at_before) == ("content", True, before)
    found = tenders.tender_by_id(buying.session, tender.id)
    assert found.closes_at == made.closes_at >= made.made_at + timedelta(days=9, hours=20)
    assert (found.description, found.lots[0].value_minor) == ("Twee gebouwen", 12_000_000)
    assert found.lots[0].criteria[1].description == "Hoe u twee gebouwen doet"
    buying.session.expire_all()
    found = tenders.tender_by_id(buying.session, tender.id)
    assert found.content_hash == digest(content_of(found)) != hashed
    letters = buying.session.scalars(select(Mail).where(Mail.key.startswith("content-"))).all()
    assert [each.recipient for each in letters] == [user.email]
    assert "Uw concept is bewaard" in letters[0].text


def test_early_on_or_only_clarified_the_deadline_stays(buying, tender, amend):
    before = tender.closes_at
    assert amend({"description": "Anders"}, after=timedelta(days=2)).closes_at == before
    made = amend({"requirements": "Een KvK-uittreksel van dit jaar"}, clarifies=True)
    assert (made.closes_at, made.substantial) == (before, False)
    assert amend({"ends_on": date(2029, 7, 1)}, clarifies=True).closes_at > before


def test_weights_formula_and_names_stay(buying, tender, amend):
    for name in ("formula", "cpv", "method", "title", "criterion:1:price", "max_points"):
        with pytest.raises(errors.FrozenAtPublication) as refused:
            amend({name: "x"})
        assert "publiceer een nieuwe" in refused.value.text()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"description": "Elke dag schoon"}, errors.NothingChanged), ({"description": " "}, errors.TextMissing),
        ({"value_minor": 0}, tender_errors.ValueInvalid), ({"ends_on": date(2027, 1, 1)}, tender_errors.TermReversed),
        ({"value_minor": 30_000_000}, errors.ProcedureNoLongerFits),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(amend, changes, refusal):
    with pytest.raises(refusal):
        amend(changes)


def test_a_reason_is_needed_and_the_tender_is_open(buying, tender, amend):
    with pytest.raises(errors.ReasonTooShort):
        amend({"description": "Anders"}, reason=" te kort ")
    with pytest.raises(tender_errors.NotOpen):
        amend({"description": "Anders"}, after=timedelta(days=41))
    tender_services.cancel_tender(buying.session, tender=tender, reason="Weg", **buying.by())
    with pytest.raises(tender_errors.NotOpen):
        amend({"description": "Anders"})


def test_a_reserved_tender_does_not_outgrow_its_three_years(buying):
    buying.cpv = "85312000"
    tender = buying.published(reservation="2.82a")
    with pytest.raises(errors.ProcedureNoLongerFits):
        services.amend_content(
            buying.session, tender=tender, changes={"ends_on": date(2031, 1, 1)}, reason="Een jaar erbij", law=buying.law,
            **buying.by(),
        )  # fmt: skip


def test_a_framework_keeps_its_maximum_above_its_value(buying):
    tender = buying.published(framework=Framework("single", Money.of("110000")))
    with pytest.raises(FrameworkMaximumTooLow):
        services.amend_content(
            buying.session, tender=tender, changes={"value_minor": 12_000_000}, reason="Een jaar erbij", law=buying.law,
            **buying.by(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tender SET description = 'stil' WHERE id = {tender}",
        "UPDATE tender SET description = 'stil', version = version + 1 WHERE id = {tender}",
        "UPDATE tender SET content_hash = 'stil' WHERE id = {tender}",
        "UPDATE tender SET formula = 'stil', version = version + 1 WHERE id = {tender}",
        "UPDATE criterion SET description = 'stil' WHERE lot_id = {lot}",
        "UPDATE criterion SET max_points = 99 WHERE lot_id = {lot}",
        "UPDATE lot SET value_minor = 1 WHERE id = {lot}",
        "UPDATE amendment SET reason = 'stil'",
    ],
)
def test_the_database_lets_through_only_what_an_amendment_names(buying, tender, amend, statement):
    amend({"requirements": "Meer"})
    with pytest.raises(DBAPIError), buying.session.begin_nested():
        buying.session.execute(text(statement.format(tender=tender.id, lot=tender.lots[0].id)))


def test_an_amendment_lets_its_own_value_through_and_no_other(buying, tender):
    buying.session.execute(
        text(
            "INSERT INTO amendment (tender_id, made_at, made_by_id, reason, closed_at_before, closes_at, kind, version,"
            " fields, substantial) SELECT id, now(), author_id, 'x', closes_at, closes_at, 'content', version + 1,"
            """ '{"description": {"old": "Elke dag schoon", "new": "Nieuw"}}', true FROM tender WHERE id = :id"""
        ),
        {"id": tender.id},
    )
    change = text("UPDATE tender SET description = :to, version = version + 1 WHERE id = :id")
    with pytest.raises(DBAPIError), buying.session.begin_nested():
        buying.session.execute(change, {"to": "Iets anders", "id": tender.id})
    buying.session.execute(change, {"to": "Nieuw", "id": tender.id})


def test_open_data_tells_old_and_new_but_no_estimate_that_is_not_public(buying, tender, amend):
    amend({"description": "Twee gebouwen", "value_minor": 12_000_000})
    told = {}
    for is_public in (False, True):
        for statement in ("DISABLE", "ENABLE"):
            buying.session.execute(text(f"ALTER TABLE tender {statement} TRIGGER USER"))
            if statement == "DISABLE":
                buying.session.execute(text("UPDATE tender SET value_public = :it"), {"it": is_public})
        facts = find_tender(buying.session, tender.id, setting(), buying.at + timedelta(days=36))
        told[is_public] = {name: (old, new) for name, old, new in facts.amendments[0].changes}
    assert told[False] == {"description": ("Elke dag schoon", "Twee gebouwen")}
    assert told[True]["value_minor"] == ("10000000", "12000000")
