from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.clock import now
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.applications import errors, queries, services
from procurement.applications.rules import Choice, Content
from procurement.bids import queries as bid_queries
from procurement.bids import rules as bid_rules
from procurement.bids import services as bids
from procurement.sealing.gateway import HouseKeys
from procurement.tenders import errors as tender_errors
from procurement.tenders import queries as tenders
from procurement.tenders.rules import earliest_closing, workable_closing

WORDS = Content("Zeldzaamwoord: wij doen dit al tien jaar", meets=True)


class Selecting:
    """A published restricted tender of now, and applicants."""

    def __init__(self, buying, make_organisation, make_user, folder):
        self.session, self.keys, buying.at = buying.session, HouseKeys(folder), now()
        self.buying, self.at = buying, buying.at
        self.tender = buying.published(value="300000", procedure="european_restricted", at=self.at)
        self.buyer = Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))
        self._make = lambda: (home := make_organisation(), make_user((Role.BOARD, home)))

    def applicant(self):
        home, user = self._make()
        return Actor(user.id, user.name, home.id, home.name, frozenset({Role.BOARD, Role.MEMBER}))

    def apply(self, actor, content=WORDS):
        with atomic(self.session):
            return services.apply(
                self.session, tender=self.tender, content=content, actor=actor, keys=self.keys, at=self.at
            )

    def wait(self, after=timedelta(days=33)):
        with atomic(self.session):
            self.session.execute(text("UPDATE database_clock SET shift = shift + :after"), {"after": after})
        self.at += after

    def choose(self, choices, **more):
        return services.select_applicants(
            self.session, tender=self.tender, choices=choices, actor=self.buyer, at=self.at, **more
        )


@pytest.fixture
def selecting(buying, make_organisation, make_user, tmp_path):
    return Selecting(buying, make_organisation, make_user, tmp_path)


def test_applying_changing_and_withdrawing_until_the_deadline(selecting):
    actor = selecting.applicant()
    made = selecting.apply(actor)
    assert services.read_content(made, selecting.keys) == WORDS
    again = selecting.apply(actor, Content("Beter", meets=True))
    assert (again.id, again.saves) == (made.id, 2)
    with atomic(selecting.session):
        services.withdraw_application(
            selecting.session, tender=selecting.tender, actor=actor, at=selecting.at
        )
    assert queries.received(selecting.session, selecting.tender.id) == []
    assert selecting.apply(actor).withdrawn_at is None


def test_a_dump_tells_nothing_of_what_was_written(selecting):
    selecting.apply(selecting.applicant())
    stored = selecting.session.scalar(text("SELECT string_agg(content::text, '') FROM application"))
    assert WORDS.text.encode().hex() not in stored


def test_nobody_reads_an_application_before_the_deadline(selecting):
    selecting.apply(selecting.applicant())
    with pytest.raises(errors.SelectionEarly):
        services.check_selecting(selecting.session, selecting.tender)
    with pytest.raises(errors.SelectionEarly):
        selecting.choose({})
    assert tenders.tasks(selecting.session, selecting.buyer, selecting.at) == []
    with pytest.raises(DBAPIError), selecting.session.begin_nested():
        selecting.session.execute(
            text(
                "UPDATE application SET selected = true, reason = 'x', decided_at = now(), decided_by_id = :who"
            ),
            {"who": selecting.buyer.user_id},
        )


def test_who_comes_late_is_refused_by_the_rule_and_by_the_database(selecting):
    actor, late = selecting.applicant(), selecting.applicant()
    selecting.apply(actor)
    selecting.wait()
    for who in (actor, late):
        with pytest.raises(errors.AppliedTooLate):
            selecting.apply(who)
    with pytest.raises(errors.AppliedTooLate):
        services.withdraw_application(
            selecting.session, tender=selecting.tender, actor=actor, at=selecting.at
        )
    for statement in (
        "UPDATE application SET saves = saves + 1", "UPDATE application SET withdrawn_at = now()",
        "UPDATE application SET submitted_at = submitted_at - interval '1 h'", "DELETE FROM application",
        ("INSERT INTO application (public_id, tender_id, organisation_id, saves, submitted_by_id, submitted_at, reason)"
        f" VALUES (gen_random_uuid(), {selecting.tender.id}, {late.organisation_id}, 1, {late.user_id}, now(), '')"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError), selecting.session.begin_nested():
            selecting.session.execute(text(statement))


def test_the_selected_may_bid_the_others_may_not_and_all_hear_why(selecting):
    first, second, stranger = (selecting.applicant() for _ in range(3))
    chosen, refused = selecting.apply(first), selecting.apply(second)
    selecting.wait()
    chance = bid_queries.opportunity(selecting.session, selecting.tender.number)
    assert bid_rules.Bar.NOT_SELECTED in bids.bars(selecting.session, chance, first, selecting.at)
    waiting = tenders.tasks(selecting.session, selecting.buyer, selecting.at)
    assert [each.endpoint for each in waiting] == ["applications.choose"]
    choices = {
        chosen.public_id: Choice(True, "Veel ervaring"),
        refused.public_id: Choice(False, "Geen referentie"),
    }
    tender = selecting.choose(choices)
    assert tender.selected_at == selecting.at
    letters = selecting.session.scalars(select(Mail).where(Mail.key.startswith("selection-"))).all()
    assert sorted("niet geselecteerd" in each.text for each in letters) == [False, True]
    assert any("Geen referentie" in each.text for each in letters)
    chance = bid_queries.opportunity(selecting.session, tender.number)
    assert bids.bars(selecting.session, chance, first, selecting.at) == []
    for outside in (second, stranger):
        assert bids.bars(selecting.session, chance, outside, selecting.at) == [bid_rules.Bar.NOT_SELECTED]
    assert tenders.tender(selecting.session, tender.number).id == tender.id  # everyone sees, few bid
    assert tenders.tasks(selecting.session, selecting.buyer, selecting.at) == []
    with pytest.raises(errors.AlreadySelected):
        selecting.choose(choices)


@pytest.mark.parametrize("typed", [timedelta(days=-400), timedelta(0), timedelta(days=1)])
def test_a_closing_before_the_term_is_said_and_not_silently_moved(selecting, typed):
    made = selecting.apply(selecting.applicant())
    selecting.wait(timedelta(days=60))
    with pytest.raises(tender_errors.TermTooShort) as fault, selecting.session.begin_nested():
        selecting.choose({made.public_id: Choice(True, "Past")}, closes_at=selecting.at + typed)
    assert fault.value.facts["earliest"] == earliest_closing(selecting.at, 35)
    assert selecting.tender.selected_at is None


def test_the_term_to_bid_counts_from_the_selection(selecting):
    made = selecting.apply(selecting.applicant())
    selecting.wait(timedelta(days=60))
    before = selecting.tender.closes_at
    tender = selecting.choose({made.public_id: Choice(True, "Past")})
    assert tender.closes_at == workable_closing(earliest_closing(selecting.at, 35)) > before
    change = tenders.amendments(selecting.session, tender.id)[-1]
    assert (change.kind, change.closed_at_before) == ("selection", before)


def test_a_selection_is_whole_or_not_at_all(selecting):
    one, two = selecting.apply(selecting.applicant()), selecting.apply(selecting.applicant())
    selecting.wait()
    for choices, refusal in (
        ({one.public_id: Choice(True, "Ja")}, errors.SelectionIncomplete),
        ({one.public_id: Choice(True, "Ja"), two.public_id: Choice(False, " ")}, errors.SelectionIncomplete),
        ({one.public_id: Choice(False, "a"), two.public_id: Choice(False, "b")}, errors.NobodySelected),
        ({}, errors.SelectionIncomplete),
    ):
        with pytest.raises(refusal):
            selecting.choose(choices)
    assert one.selected is None


def test_who_may_apply(selecting, buying, make_organisation, make_user):
    with pytest.raises(errors.MayNotApply):
        selecting.apply(selecting.buyer)
    bare = make_organisation(kvk_number=None)
    user = make_user((Role.BOARD, bare))
    with pytest.raises(errors.MayNotApply):
        selecting.apply(Actor(user.id, "x", bare.id, "", frozenset({Role.BOARD})))
    for content, refusal in (
        (Content(" ", meets=True), errors.ApplicationEmpty), (Content("x" * 5001, meets=True), errors.ApplicationEmpty),
        (Content("Woorden", meets=False), errors.NotMeeting),
    ):  # fmt: skip
        with pytest.raises(refusal):
            selecting.apply(selecting.applicant(), content)
    with pytest.raises(errors.NotYourTender):
        services.select_applicants(
            selecting.session,
            tender=selecting.tender,
            choices={},
            actor=selecting.applicant(),
            at=selecting.at,
        )


def test_an_open_tender_takes_no_applications(selecting, buying):
    selecting.tender = buying.published(at=buying.at)
    with pytest.raises(errors.NoApplyingHere):
        selecting.apply(selecting.applicant())


def test_a_restricted_tender_keeps_both_terms(buying):
    buying.at = now()
    for terms in (
        {"apply_until": None}, {"apply_until": buying.at + timedelta(days=29)},
        {"apply_until": buying.at + timedelta(days=32), "closes_at": buying.at + timedelta(days=66)},
    ):  # fmt: skip
        with pytest.raises((tender_errors.TermTooShort, tender_errors.ApplyUntilMissing)):
            buying.draft(value="300000", procedure="european_restricted", at=buying.at, **terms)


def test_the_key_can_be_changed(selecting):
    made = selecting.apply(selecting.applicant())
    selecting.keys.rotate()
    assert services.relock(selecting.session, keys=selecting.keys) == 1
    assert services.relock(selecting.session, keys=selecting.keys) == 0
    assert services.read_content(made, selecting.keys) == WORDS
