"""What is told of a divided tender: open data, letters, flags."""

import json
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from cwb.kernel.clock import local_date
from procurement.advice.gateway import law
from procurement.awards import queries as award_queries
from procurement.flags import services as flags
from procurement.flags.gateway import limits
from procurement.letters import rules as letters
from procurement.ocds import rules as ocds
from procurement.publication import gateway, services
from procurement.publication.models import Release
from tests.procurement.divided import Line, sign_all
from tests.procurement.world import World


def begun(session, folder):
    """Three lots of which one may be won; nobody bids on the third."""
    world = World(session, folder)
    world.divide(3, most_lots_won=1)
    made = Line(
        world,
        {
            1: {"Glans": (4_000_000, 2, 40), "Boen": (4_100_000, 1, 20)},
            2: {"Glans": (4_000_000, 1, 40), "Stof": (4_200_000, 1, 0)},
        },
    )
    made.open()
    made.freeze()
    made.awarded(_3="Niemand schreef in.")
    return made


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


def releases(line):
    services.release_tender(line.session, tender_id=line.world.tender.id, setting=gateway.setting())
    found = line.session.scalars(
        select(Release).where(Release.tender_id == line.world.tender.id).order_by(Release.id)
    )
    return [json.loads(each.content) for each in found]


def test_each_lot_has_its_award_and_its_contract_in_open_data(line):
    sign_all(line, line.tender.lots[:2])
    found = releases(line)
    assert [each["tag"][0] for each in found] == [
        "tender", "tenderUpdate", "award", "awardUpdate", "contract", "contract",
    ]  # fmt: skip
    assert [fault for each in found for fault in ocds.faults(each)] == []
    last = found[-1]
    assert [(each["relatedLots"], each["value"]["amount"]) for each in last["awards"]] == [
        ([ocds.lot_id(1)], 41000), ([ocds.lot_id(2)], 40000),
    ]  # fmt: skip
    assert [each["awardID"] for each in last["contracts"]] == [each["id"] for each in last["awards"]]
    assert [each["status"] for each in last["tender"]["lots"]] == ["complete", "complete", "unsuccessful"]
    assert "wish" not in json.dumps(found)


def text_of(letter, line):
    decision = line.decision()
    made = letters.letter(letters.Sent(
        number=line.tender.number, title="Titel", buyer="Koper", bidder="Glans", result=letter.result.value,
        advantages=letter.advantages, lesson=letter.lesson, content=letter.content, sent_at=decision.sent_at,
        last_day=local_date(decision.sent_at), days=20, article="", contact_name="A", contact_email="a@voorbeeld.example",
        contact_phone="",
    ))  # fmt: skip
    return str(made)


def test_the_letter_says_which_lot_and_what_the_limit_did(line):
    found = {(each.bid.lot.number, each.organisation.name): each for each in line.decision().letters}
    limited = text_of(found[1, "Glans"], line)
    assert "1. Deel 1" in limited
    assert "hoogste aantal percelen (1)" in limited
    assert "te gunnen aan Boen" in limited
    assert "dit perceel aan u gunnen" in text_of(found[2, "Glans"], line)
    nobody = SimpleNamespace(
        result=found[1, "Glans"].result, advantages="", lesson="",
        content={**found[1, "Glans"].content, "winner": None, "failed": "Te duur."},
    )  # fmt: skip
    assert "Niemand krijgt dit perceel." in text_of(nobody, line)
    assert "Te duur." in text_of(nobody, line)


def test_flags_look_at_each_lot_with_its_own_bids_and_winner(line):
    cases = {
        each.case.lot: each.case
        for each in flags.flagged(line.session, law=law(), limits=limits())
        if each.case.tender_id == line.world.tender.id
    }
    assert {lot: len(case.bids) for lot, case in cases.items()} == {1: 2, 2: 2, 3: 0}
    winners = {name: actor.organisation_id for name, actor in line.suppliers.items()}
    assert (cases[1].winner_id, cases[2].winner_id, cases[3].winner_id) == (
        winners["Boen"],
        winners["Glans"],
        None,
    )


def test_the_notice_stands_in_the_order_of_the_lots(line):
    found = award_queries.notice(line.session, line.world.tender.id)
    assert [(each.number, each.winner) for each in found.lots] == [(1, "Boen"), (2, "Glans"), (3, None)]
