"""Files and statements of bids: kept, sealed, opened, decided."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.files import errors as files
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.bids import rules as bid_rules
from procurement.bids import services as bids
from procurement.bids.errors import BidUnfinished, CheckedOther, DraftClosed, NotYours
from procurement.enclosures import errors, queries, rules, services
from procurement.enclosures.models import BidFile
from procurement.evaluation import queries as evaluation
from procurement.evaluation.errors import StatementsUndecided
from procurement.evaluation.services import freeze
from procurement.opening import queries as openings
from procurement.opening.models import BidAccess
from procurement.panels import services as panels
from procurement.panels.errors import NotOnPanel
from procurement.statements import services as statements
from procurement.statements.gateway import table
from procurement.statements.rules import Answer, Criterion, Demand
from tests.cwb.files.test_gateway import PDF, PNG
from tests.procurement.panel import Panel

CRIME = tuple(each.code for each in table().of("crime"))
DEMAND = Demand(
    CRIME, (Criterion("slc-abil-ref-services", "Eén eerder werk", "50.000 euro"),), ("gva",), ("plan",)
)


@pytest.fixture
def asking(world):
    world.ask(DEMAND)
    return world


def add(world, bid, actor, content=PDF, name="plan.pdf", question=""):
    with atomic(world.session) as session:
        return services.add_file(
            session, chance=world.chance(), bid=bid, name=name, content=content, question=question, actor=actor,
            keys=world.keys,
        )  # fmt: skip


def drop(world, bid, actor, file_id):
    with atomic(world.session) as session:
        services.drop_file(
            session, chance=world.chance(), bid=bid, file_id=file_id, actor=actor, keys=world.keys
        )


def answer(world, actor, *, yes=()):
    with atomic(world.session) as session:
        profile = services.profile_of(session, actor.organisation_id, world.keys)
        given = {
            code: Answer(
                code in yes, "Boete in 2020, schade betaald." if code in yes else "", local_date(world.at)
            )
            for code in CRIME
        }
        statements.answer_group(
            session, table=table(), group="crime", answers=given, seen=profile.saves, actor=actor, keys=world.keys,
            at=world.at,
        )  # fmt: skip


def state(world, bid, actor, *, meets=True):
    with atomic(world.session) as session:
        return services.state(
            session, chance=world.chance(), bid=bid, said={"c1": {"meets": meets, "text": "School, 2025"}},
            seen=bids.read_draft(bid, world.keys).part(bid_rules.GROUNDS).saved, actor=actor, keys=world.keys,
        )  # fmt: skip


def rows(world, bid):
    return world.session.scalars(select(BidFile).where(BidFile.bid_id == bid.id).order_by(BidFile.id)).all()


def whole(world, *, yes=(), meets=True, files=True):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    answer(world, actor, yes=yes)
    state(world, bid, actor, meets=meets)
    entries = []
    if files:
        entries = [add(world, bid, actor, question="plan"), add(world, bid, actor, PNG, "geheim.png")]
    world.hand_in(bid, actor)
    return actor, bid, entries


def test_a_file_is_locked_and_its_name_is_nowhere_readable(world):
    actor = world.supplier()
    bid = world.start(actor)
    entry = add(world, bid, actor, name="zeldzaamplan.pdf")
    (row,) = rows(world, bid)
    assert b"PDF" not in row.content
    world.session.refresh(bid)
    assert b"zeldzaamplan" not in bid.draft
    assert bytes.fromhex(entry.key) not in bid.draft
    assert services.read_file(world.session, bid_id=bid.id, entry=entry) == PDF


def test_a_file_changed_in_the_database_is_told(world):
    actor = world.supplier()
    bid = world.start(actor)
    entry = add(world, bid, actor)
    with atomic(world.session) as session:
        session.execute(text("ALTER TABLE bid_file DISABLE TRIGGER keep_bid_file"))
        session.execute(
            text("UPDATE bid_file SET content = set_byte(content, 40, get_byte(content, 40) # 1)")
        )
    world.session.expire_all()
    with pytest.raises(services.sealing.SealBroken):
        services.read_file(world.session, bid_id=bid.id, entry=entry)


def test_handing_in_takes_the_files_along_and_a_new_draft_leaves_them(asking):
    actor, bid, (first, second) = whole(asking)
    content = bids.read_copy(bid, bids.queries.current_version(asking.session, bid), asking.keys)
    sealed = services.bid_rules.json.loads(content)["content"]
    assert [each["digest"] for each in sealed["files"]] == [first.digest, second.digest]
    assert set(sealed["grounds"]["answers"]) == set(CRIME)
    assert all(each.handed_in_at for each in rows(asking, bid))
    drop(asking, bid, actor, first.id)
    assert [each["id"] for each in bids.read_draft(bid, asking.keys).files] == [second.id]
    assert len(rows(asking, bid)) == 2, "the version that counts keeps it"
    with pytest.raises(DBAPIError, match="stays"), atomic(asking.session) as session:
        session.execute(text("DELETE FROM bid_file"))


def test_a_file_that_was_not_handed_in_goes_and_goes_with_its_bid(world):
    actor = world.supplier()
    bid = world.start(actor)
    entry = add(world, bid, actor)
    drop(world, bid, actor, entry.id)
    assert rows(world, bid) == []
    with pytest.raises(errors.FileNotHere):
        drop(world, bid, actor, entry.id)
    add(world, bid, actor)
    world.withdraw(bid, actor)
    assert rows(world, bid) == []


def test_a_file_after_the_check_asks_for_a_new_check(world):
    actor = world.supplier()
    bid = world.start(actor)
    seen = world.fill(bid, actor).saves
    add(world, bid, actor)
    with pytest.raises(CheckedOther):
        world.hand_in(bid, actor, seen)


def test_who_may_not_and_what_may_not(asking):
    actor, other = asking.supplier(), asking.supplier("Andere")
    bid = asking.start(actor)
    with pytest.raises(NotYours):
        add(asking, bid, other)
    with pytest.raises(errors.QuestionTakesNoFiles):
        add(asking, bid, actor, question="social")
    add(asking, bid, actor, question="plan")
    with pytest.raises(errors.FileSame):
        add(asking, bid, actor, question="plan")
    with pytest.raises(files.FileDisguised):
        add(asking, bid, actor, PNG, "plan2.pdf")
    assert len(rows(asking, bid)) == 1


def test_no_file_after_the_deadline(world):
    actor = world.supplier()
    bid = world.start(actor)
    entry = add(world, bid, actor)
    world.closes()
    with pytest.raises(DraftClosed):
        add(world, bid, actor, PNG, "laat.png")
    with pytest.raises(DraftClosed):
        drop(world, bid, actor, entry.id)
    with pytest.raises(DBAPIError, match="takes no bids"), atomic(world.session) as session:
        session.add(BidFile(bid_id=bid.id, content=b"x", size=1, uploaded_by_id=actor.user_id))


def test_the_database_counts_all_files_together(world):
    actor = world.supplier()
    bid = world.start(actor)
    with pytest.raises(DBAPIError, match="too large together"), atomic(world.session) as session:
        for _ in range(5):
            session.add(BidFile(bid_id=bid.id, content=b"x", size=26_214_400, uploaded_by_id=actor.user_id))
            session.flush()
    assert rows(world, bid) == []


def test_a_failure_after_the_upload_leaves_nothing(world, monkeypatch):
    actor = world.supplier()
    bid = world.start(actor)

    def crash(*_args):
        raise RuntimeError("killed")

    monkeypatch.setattr(services.sealing, "lock_text", _after(1, services.sealing.lock_text, crash))
    with pytest.raises(RuntimeError):
        add(world, bid, actor)
    world.session.refresh(bid)
    assert rows(world, bid) == []
    assert bids.read_draft(bid, world.keys).files == []


def _after(count, real, then):
    calls = []

    def act(*args):
        calls.append(args)
        return real(*args) if len(calls) <= count else then(*args)

    return act


def test_unanswered_or_old_statements_are_asked_before_handing_in(asking):
    actor = asking.supplier()
    bid = asking.start(actor)
    asking.fill(bid, actor)
    with pytest.raises(BidUnfinished):
        asking.hand_in(bid, actor)
    with pytest.raises(errors.StatementsMissing):
        state(asking, bid, actor)
    answer(asking, actor)
    state(asking, bid, actor)
    assert asking.hand_in(bid, actor).version == 1


def test_the_profile_may_change_and_the_bid_stays_as_handed_in(asking):
    actor, _bid, _files = whole(asking, files=False)
    answer(asking, actor, yes=CRIME[:1])
    asking.closes()
    asking.release(asking.anna, asking.bram)
    asking.open(asking.bram)
    (opened,) = openings.opened(asking.session, asking.tender.id)
    assert rules.points(opened.content) == []


@pytest.fixture
def opened(asking):
    actor, _bid, files = whole(asking, yes=CRIME[:1], meets=False)
    asking.closes()
    asking.release(asking.anna, asking.bram)
    asking.open(asking.bram)
    (bid,) = queries.opened_bids(asking.session, asking.tender)
    return asking, actor, bid, files


def test_before_the_opening_nobody_of_the_buyer_reads(asking):
    whole(asking)
    with pytest.raises(errors.FileNotHere):
        queries.opened_tender(asking.session, asking.tender.number)


def test_a_ground_that_applies_is_decided_by_a_person(opened):
    world, actor, bid, _files = opened
    assert [each.is_ground for each in rules.points(bid.content)] == [True, False]
    facts = {"tender": world.tender, "bid": bid, "at": world.at}
    assert evaluation.disqualified(world.session, world.tender.id) == {}, "nothing happens by itself"
    assert openings.undecided(world.session, world.tender.id) == {bid.id}
    (task,) = queries.tasks(world.session, world.anna, world.at)
    assert task.endpoint == "enclosures.bidders"
    with pytest.raises(DBAPIError, match="undecided"), atomic(world.session) as session:
        session.execute(text("UPDATE tender SET scores_frozen_at = cwb_now() WHERE opened_at IS NOT NULL"))
    with pytest.raises(Forbidden):
        services.decide(
            world.session, excluded=False, reason="Lang geleden en hersteld.", actor=actor, **facts
        )
    with pytest.raises(Forbidden):
        services.decide(
            world.session, excluded=False, reason="Lang geleden en hersteld.", actor=world.eva, **facts
        )
    with pytest.raises(errors.DecisionReasonMissing):
        services.decide(world.session, excluded=True, reason="  nee  ", actor=world.anna, **facts)
    with atomic(world.session) as session:
        services.decide(session, excluded=True, reason="Ernstig en niet hersteld.", actor=world.anna, **facts)
    assert set(evaluation.disqualified(world.session, world.tender.id)) == {bid.id}
    assert openings.undecided(world.session, world.tender.id) == set()
    assert queries.tasks(world.session, world.anna, world.at) == []
    with pytest.raises(errors.NothingToDecide):
        services.decide(
            world.session, excluded=False, reason="Toch maar niet dan.", actor=world.anna, **facts
        )
    with pytest.raises(DBAPIError, match="refused"), atomic(world.session) as session:
        session.execute(text("UPDATE ground_decision SET excluded = false"))


def test_an_admitted_bidder_goes_on(opened):
    world, _actor, bid, _files = opened
    with atomic(world.session) as session:
        services.decide(
            session, tender=world.tender, bid=bid, excluded=False, reason="Hersteld, in verhouding.", actor=world.anna,
            at=world.at,
        )  # fmt: skip
    assert evaluation.disqualified(world.session, world.tender.id) == {}
    with atomic(world.session) as session:
        session.execute(text("UPDATE tender SET scores_frozen_at = cwb_now() WHERE opened_at IS NOT NULL"))


def test_the_panel_freezes_only_what_was_decided(asking):
    """Everybody scored and agreed; one statement still waits for a person."""
    actor, _bid, _files = whole(asking, yes=CRIME[:1])
    panel = Panel(asking, {})
    panel.suppliers["Een"] = actor
    panel.compose()
    panel.score_all({"Een": {"plan": "30", "social": "20"}})
    with pytest.raises(StatementsUndecided):
        panel.do(freeze, panel.carla)
    (bid,) = queries.opened_bids(asking.session, asking.tender)
    panel.do(services.decide, asking.anna, bid=bid, excluded=False, reason="Hersteld, in verhouding.")
    assert panel.do(freeze, panel.carla)


def seat(world, actor):
    with atomic(world.session) as session:
        panels.invite_assessor(
            session, tender=world.tender, user_id=actor.user_id, actor=world.anna, at=world.at
        )
        panels.declare(session, tender=world.tender, conflict=False, reason="", actor=actor, at=world.at)


def read(world, bid, actor, entry, *, by_name):
    with atomic(world.session) as session:
        return services.read_opened(
            session, tender=world.tender, bid=bid, file_id=entry.id, actor=actor, by_name=by_name, at=world.at
        )


def test_who_reads_which_file_after_the_opening(opened):
    world, actor, bid, (asked, general) = opened
    with atomic(world.session):
        assessor = world.person("Cato", world.buyer, Role.ASSESSOR)
        stranger = world.person("Vreemd", world.organisation("Elders", anchor_type="school"), Role.PURCHASER)
    with pytest.raises(NotOnPanel):
        read(world, bid, assessor, asked, by_name=False)
    seat(world, assessor)
    assert read(world, bid, assessor, asked, by_name=False)[1] == PDF
    with pytest.raises(errors.FileNotHere):
        read(world, bid, assessor, general, by_name=False)
    assert read(world, bid, world.anna, general, by_name=True)[1] == PNG
    assert read(world, bid, world.eva, general, by_name=True)[1] == PNG
    for who in (stranger, actor, assessor):
        with pytest.raises(Forbidden):
            read(world, bid, who, asked, by_name=True)
    purposes = world.session.scalars(select(BidAccess.purpose).where(BidAccess.purpose == "file")).all()
    assert len(purposes) == 3


def test_who_assesses_does_not_read_by_name(opened):
    world, _actor, bid, (asked, _general) = opened
    seat(world, world.bram)
    with pytest.raises(errors.NotForPanel):
        read(world, bid, world.bram, asked, by_name=True)
    with pytest.raises(errors.NotForPanel):
        services.decide(
            world.session, tender=world.tender, bid=bid, excluded=False, reason="Hersteld, in verhouding.",
            actor=world.bram, at=world.at,
        )  # fmt: skip


def test_what_a_published_tender_asks_is_frozen(asking):
    for statement in (
        "UPDATE statement_demand SET grounds = '[]'", "DELETE FROM statement_demand",
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="published"), atomic(asking.session) as session:
            session.execute(text(statement))
