"""The fences of migration 0032 in the database itself: each statement below is refused by one trigger and no other."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.clock import local_date
from procurement.complaints import services as complaints
from procurement.complaints.gateway import term
from procurement.complaints.rules import About
from procurement.standstill import services as standstill
from procurement.standstill.rules import last_day
from procurement.stops import services
from tests.procurement.divided import Line, sign_all
from tests.procurement.world import World

WHY = "Dit werk doen wij voortaan zelf."


def begun(session, folder):
    """Two lots; Glans wins the first, Boen the second."""
    world = World(session, folder)
    world.divide(2)
    return Line(world, {1: {"Glans": (4_000_000, None, 40)}, 2: {"Boen": (4_000_000, None, 40)}})


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


@pytest.fixture
def sent(line):
    line.open()
    line.freeze()
    line.prepare()
    line.send()
    return line


def stop(line, lot=2):
    return line.do(services.stop_lot, line.world.anna, lot=lot, reason=WHY)


def refused(line, match, statement, **facts):
    """The database says no, with this text."""
    line.session.commit()
    with pytest.raises(DBAPIError, match=match), line.session.begin_nested():
        line.session.execute(text(statement), facts)


def copy_of(table, where, changes):
    """A statement that adds a row like another, with some columns changed."""
    return (
        f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(r, jsonb_build_object({changes}))).* "
        f"FROM {table} r WHERE {where}"
    )


ROW = "INSERT INTO lot_stop SELECT l.id, l.tender_id, 'x', t.author_id, now() FROM lot l JOIN tender t ON t.id = l.tender_id "


def test_a_stop_stays(line):
    stop(line)
    refused(line, "lot_stop", "UPDATE lot_stop SET reason = 'iets anders'")
    refused(line, "lot_stop", "DELETE FROM lot_stop")


def test_only_a_running_lot_stops_and_never_the_last(line):
    stop(line)
    refused(line, "the last lot", ROW + "WHERE l.id = :id", id=line.tender.lots[0].id)


def test_a_lot_with_a_contract_does_not_stop(sent):
    sent.definitive()
    sign_all(sent, sent.tender.lots[:1])
    refused(sent, "has a contract", ROW + "WHERE l.id = :id", id=sent.tender.lots[0].id)


def test_no_bid_is_taken_on_it(line):
    stop(line)
    refused(
        line, "its lot was stopped",
        copy_of("bid_version", "bid_id = (SELECT b.id FROM bid b WHERE b.lot_id = :id)", "'id', 99999, 'version', 2"),
        id=line.tender.lots[1].id,
    )  # fmt: skip


def test_no_bid_is_opened_on_it(line):
    line.open()
    stop(line)
    refused(
        line, "its lot was stopped",
        copy_of("opened_bid", "lot_id = :id", "'id', 99999, 'label', 'Z'"), id=line.tender.lots[1].id,
    )  # fmt: skip


def test_no_contract_is_made_of_it(sent):
    sent.definitive()
    contract = sign_all(sent, sent.tender.lots[:1])[0]
    stop(sent)
    award = sent.decision().lots[1]
    refused(
        sent, "its lot was stopped",
        copy_of(
            "contract", "id = :id",
            "'id', 99999, 'number', 'C-2099-0001', 'lot_id', CAST(:lot AS bigint), 'supplier_id', CAST(:who AS bigint),"
            " 'price_minor', CAST(:price AS bigint), 'public_id', gen_random_uuid(), 'agreement_id', NULL,"
            " 'buyer_signed_at', NULL, 'buyer_signed_by_id', NULL, 'supplier_signed_at', NULL,"
            " 'supplier_signed_by_id', NULL",
        ),
        id=contract.id, lot=award.lot_id, who=award.winner.organisation_id, price=award.winner.price_minor,
    )  # fmt: skip


def test_what_names_lots_names_those_of_its_own_tender(sent, world):
    sent.do(
        standstill.record_summons,
        world.anna,
        served_on=local_date(sent.decision().sent_at),
        reference="KG 1",
        lots=(2,),
    )
    later = last_day(sent.decision().standstill_until).replace(day=28)
    sent.do(standstill.extend, world.anna, last_day=later, reason="Er is een vraag.", lots=(1,))
    board = next(iter(sent.suppliers.values()))
    sent.do(
        complaints.complain, board, about=About.AWARD, text="De uitleg past niet bij onze prijs.", wish="Leg dit uit.",
        lots=(1,), term=term(local_date(world.at)),
    )  # fmt: skip
    for table in ("summons", "standstill_extension", "complaint"):
        refused(
            sent, "names a lot of another tender",
            copy_of(table, "true", "'id', 99999, 'public_id', gen_random_uuid(), 'lot_ids', ARRAY[CAST(:lot AS bigint)]"), lot=10**9,
        )  # fmt: skip


def test_which_lots_a_summons_is_about_stays(sent, world):
    sent.do(
        standstill.record_summons,
        world.anna,
        served_on=local_date(sent.decision().sent_at),
        reference="KG 1",
        lots=(2,),
    )
    refused(sent, "UPDATE of summons is refused", "UPDATE summons SET lot_ids = '{}'")


def test_a_lot_is_definitive_after_its_own_standstill_alone(sent):
    refused(
        sent, "waits for its standstill",
        "UPDATE lot_award SET definitive_at = now() - interval '300 days', definitive_by_id = :who", who=sent.world.anna.user_id,
    )  # fmt: skip
    stop(sent)
    refused(
        sent, "was stopped",
        "UPDATE lot_award SET definitive_at = timestamptz '2099-01-01', definitive_by_id = :who WHERE lot_id = :lot",
        who=sent.world.anna.user_id, lot=sent.tender.lots[1].id,
    )  # fmt: skip
