"""What a winner reads: why it won, what follows, its own points; and letters of before as they went out."""

from dataclasses import replace
from datetime import UTC, date, datetime

from cwb.documents.rules import Facts, Heading, Items, Paragraph, Table
from cwb.identity.models import User
from cwb.kernel import clock
from procurement.awards import queries
from procurement.awards.rules import Result
from procurement.letters.rules import Sent, letter
from tests.procurement.panel import POINTS, PRICES, Panel, base, ok

GAPS = [
    {"code": "plan", "name": "Plan", "own": "4000", "winner": "4000", "note": "Per ruimte uitgewerkt."},
    {"code": "social", "name": "Werk", "own": "3000", "winner": "3000", "note": ""},
    {"code": "price", "name": "", "own": "9000", "winner": "9000", "note": ""},
]
CONTENT = {
    "method": "value_award", "formula": "P - Q", "own": {"label": "A", "rank": 1, "total": "41000", "price_minor": 4800000},
    "gaps": GAPS, "reason": "", "fault": None, "bids": 3, "failed": "", "lot": None, "most_lots_won": None,
    "winner": {"name": "Glans", "price_minor": 4800000, "total": "41000"}, "explains": True,
}  # fmt: skip
SENT = Sent(
    "T-2026-0001", "Schoonmaak", "Koper", "Glans", "won", "", "", CONTENT, datetime(2026, 3, 1, 9, tzinfo=UTC),
    date(2026, 3, 21), 20, "Aanbestedingswet 2012, art. 2.127", "Anna", "anna@voorbeeld.example", "",
)  # fmt: skip


def told(sent):
    blocks = letter(sent).blocks
    heads = [each.text for each in blocks if isinstance(each, Heading)]
    return blocks, heads, " ".join(each.text for each in blocks if isinstance(each, Paragraph))


def test_a_winner_reads_why_it_won_and_what_follows():
    blocks, heads, text = told(SENT)
    assert {"Waarom u", "Wat er nu gebeurt", "Uw scores"} <= set(heads)
    assert (
        "U eindigde als nummer 1 van 3. Het sterkst was: Plan (€ 4.000). Het team schreef daarover: Per ruimte"
        in text
    )
    steps = next(each for each in blocks if isinstance(each, Items))
    assert "21 maart 2026" in str(steps)
    table = next(each for each in blocks if isinstance(each, Table))
    assert "De winnaar" not in str(table)
    assert all("van de winnaar" not in str(each) for each in blocks if isinstance(each, Facts))
    assert "Helder plan." in told(replace(SENT, advantages="Helder plan."))[2]


def test_a_winner_by_price_alone_reads_its_place():
    bare = replace(SENT, content={**CONTENT, "gaps": [], "method": "lowest_price"})
    assert "U eindigde als nummer 1 van 3." in told(bare)[2]
    assert "Het sterkst" not in told(bare)[2]


def test_letters_of_before_stay_as_they_went_out():
    old = {key: each for key, each in CONTENT.items() if key != "explains"}
    _blocks, heads, _text = told(replace(SENT, content=old))
    assert "Wat er nu gebeurt" not in heads
    assert "Uw scores naast die van de winnaar" in heads
    assert "Waarom u" in told(replace(SENT, content=old, advantages="Helder plan."))[1]


def test_a_loser_reads_none_of_it():
    assert "Wat er nu gebeurt" not in told(replace(SENT, result="lost"))[1]


def test_the_winner_reads_it_on_the_page_and_the_buyer_may_add_own_words(world, sign_in_user, monkeypatch):
    panel = Panel(world, PRICES)
    panel.frozen(POINTS)
    panel.prepare()
    panel.write("Boen", "Stof")
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    buyer = sign_in_user(panel.session.get_one(User, world.anna.user_id))
    page = base(panel, "decision", "letters", panel.label("Glans"))
    assert "Wat was er goed aan deze inschrijving?" in ok(buyer.get(page), 200).text
    ok(buyer.post(page, data={"advantages": "U werkte elke ruimte uit."}))
    panel.send()
    letters = queries.find_decision(panel.session, panel.tender.id).letters
    won = next(each for each in letters if each.result is Result.WON)
    client = sign_in_user(panel.session.get_one(User, panel.suppliers["Glans"].user_id))
    shown = ok(client.get(f"/awards/{won.public_id}"), 200).text
    for text in ("Waarom u", "Wat er nu gebeurt", "U werkte elke ruimte uit.", "Het sterkst was:"):
        assert text in shown
    assert "Uitkomst van de winnaar" not in shown
    assert ok(client.get(f"/awards/{won.public_id}/letter.pdf"), 200).data.startswith(b"%PDF")
