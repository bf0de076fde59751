"""The report: two tagged pages that say what the signed export says, and what it does not."""

from decimal import Decimal

import pytest

from cwb.documents.gateway import pdf
from cwb.documents.rules import Bounds, Facts, Items, Paragraph, Table, Words
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.board import rules
from ledger.board.rules import Beside, Target
from ledger.exports import queries
from ledger.publication.queries import document
from ledger.publication.services import comment_on_figure, tell_story
from ledger.share.rules import euro
from ledger.targets.rules import Verdict
from tests.ledger.conftest import Trade
from tests.pdfs import Pdf

ALONE = Beside([], [], "https://voorbeeld.example/spend/published/2026-Q2/1")
YEAR = {"contracts": 1, "months": "12.0", "amount": "12000.00"}


def words_of(made):
    """All texts of a document, in a row."""
    found = []
    for each in made.blocks:
        match each:
            case Paragraph():
                found.append(each.text)
            case Table():
                found += [" ".join(str(cell) for cell in row) for row in each.rows]
            case Items():
                found += each.items
            case Facts():
                found += [f"{label} {value}" for label, value in each.rows]
    return "\n".join(found).replace("\xa0", " ")


def report(desk, beside=ALONE, published=None, **changes):
    published = published or desk.publish()
    body = document(desk.session, published.preparation) | changes
    return rules.report(
        Words("nl"), body, beside, version=1, checksum=published.preparation.checksum, at=published.at
    )


def test_a_rounded_zero_has_no_minus():
    assert [rules.percent(Words("nl"), each) for each in ("-0.0001", "0.2368", None)] == [
        "0,0\xa0%",
        "23,7\xa0%",
        "–",
    ]


def test_it_says_what_was_signed_and_what_is_not_known(desk):
    said = words_of(report(desk))
    assert "50,0 % van de inkoop ging naar" in said
    assert "ussen 50,0 %" not in said
    assert "D1: inkoop bij anderen € 1.000,00" in said
    assert "Van € 1.000,00 is geen contract bekend." in said
    assert "Waarvan betaald in lokale munt of verrekend: € 0,00. Geen koper gebruikt dat al." in said
    assert "zegt dit cijfer niet" in said


def test_what_was_signed_of_contracts_and_what_stands_beside_the_figure(desk):
    published = desk.publish()
    body = document(desk.session, published.preparation)
    anchor = str(desk.anchor.public_id)
    figures = body["figures"] | {"commitments": {"total": YEAR, "by_anchor": {anchor: YEAR}}}
    beside = ALONE._replace(
        comments=[("Koper", "Wij bestellen " + "nog meer " * 60)],
        targets=[Target("supplier", Decimal("0.25"), Verdict.MET), Target("landed", Decimal("0.5"), Verdict.NO_FIGURE)],
    )  # fmt: skip
    said = words_of(
        report(desk, beside, published, figures=figures, without_euros=[{"currency": "EUR", "paid": "12.50"}])
    )
    assert "1, gemiddeld 12 maanden € 12.000,00" in said
    assert "verrekend: € 12,50." in said
    assert "Koper: “Wij bestellen nog meer" in said
    assert " …”" in said
    assert "Doel: deel dat naar lokale leveranciers gaat, minstens 25,0 %. De ondergrens haalt dat." in said
    assert "Er is geen cijfer om het aan te toetsen." in said


def test_the_headline_stands_with_and_without_the_business_park_and_each_cut_is_judged(desk):
    published = desk.publish()
    shares = document(desk.session, published.preparation)["figures"]["local_supplier_share"]
    made = report(desk, published=published)
    first = made.blocks[0].text
    assert " · zonder wijk FA: " in first
    assert first.endswith("(onvoldoende bewijs)") is not shares["variants"]["without_fa"]["publishable"]
    table = next(each for each in made.blocks if isinstance(each, Table))
    assert len(table.rows) == 1 + len(shares["variants"]) + len(shares["around"])
    weak = [
        each for part in ("variants", "around") for each in shares[part].values() if not each["publishable"]
    ]
    assert [row[-1] for row in table.rows].count("onvoldoende bewijs") == len(weak) + (
        not shares["total"]["publishable"]
    )


def test_an_export_signed_before_contracts_were_in_it_says_nothing_of_them(desk):
    published = desk.publish()
    body = document(desk.session, published.preparation)
    older = {key: each for key, each in body.items() if key not in {"contracts", "without_euros"}}
    older["figures"] = {key: each for key, each in body["figures"].items() if key != "commitments"}
    made = rules.report(Words("nl"), older, ALONE, version=1, checksum="0" * 64, at=published.at)
    assert "lokale munt" not in words_of(made)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_two_pages_that_everybody_can_read_also_with_ten_anchors_and_the_longest_story(
    client, desk, language
):
    published = desk.publish()
    body = document(desk.session, published.preparation)
    share = body["figures"]["local_supplier_share"]
    one = next(iter(share["by_anchor"].values()))
    many = {f"Stichting met een lange naam {number}": one for number in range(10)}
    total = body["figures"]["bridge"]["total"]
    steps = [each | {"lines": 1, "amount": "1234567.89"} for each in total["steps"]]
    figures = {
        "local_supplier_share": share | {"by_anchor": many},
        "commitments": {"total": YEAR, "by_anchor": dict.fromkeys(many, YEAR)},
        "bridge": {"total": total | {"steps": steps}},
    }
    wide = body | {"figures": body["figures"] | figures}
    beside = ALONE._replace(
        comments=[(name, "een lang antwoord " * 30) for name in many],
        targets=[Target("supplier", Decimal("0.25"), Verdict.NOT_MET, "0.2499")],
    )  # fmt: skip
    made = rules.report(Words(language), wide, beside, version=1, checksum="0" * 64, at=published.at)
    file = Pdf(pdf(made))
    assert len(file.file.pages) == 2
    assert "24,99\xa0%" in str(made).replace("24.99", "24,99").replace("\\xa0", "\xa0"), (
        "not 25 beside a target of 25"
    )
    assert file.counts["Table"] == 3
    assert [alt.count("Stichting met een lange naam") for alt in file.alts] == [10], (
        "the drawing is told in words"
    )
    desk.session.commit()
    answer = client.get("/spend/published/2026-Q2/1.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert client.get("/spend/published/2026-Q2/2.pdf").status_code == 404


def test_what_is_told_after_the_signature_leaves_the_signed_report_as_it_is(session, client, desk):
    prepared, name = desk.prepare(), desk.anchor.name
    comment_on_figure(
        session, prepared=prepared, anchor_id=desk.anchor.id, said="Dit klopt met onze boeken.",
        actor_id=desk.people[0].id, at=desk.at,
    )  # fmt: skip
    published = desk.sign(prepared)
    session.commit()
    before = client.get("/spend/published/2026-Q2/1.pdf").data
    assert Pdf(before).says(f"{name}: “Dit klopt met onze boeken.”")
    tell_story(
        session, publication=published, told="Ik vond werk in mijn straat.", person="Bea", agreed=True,
        consented_on=local_date(desk.at), actor_id=desk.people[0].id, at=desk.at,
    )  # fmt: skip
    desk.anchor.name = "Een nieuwe naam"
    session.commit()
    assert client.get("/spend/published/2026-Q2/1.pdf").data == before


def test_a_bar_is_drawn_only_where_a_share_is_given(desk):
    published = desk.publish()
    share = document(desk.session, published.preparation)["figures"]["local_supplier_share"]
    one = next(iter(share["by_anchor"].values()))
    beside = {
        "a": one | {"lo": "0.2", "hi": "0.3", "publishable": False},
        "b": one | {"lo": "-0.2", "publishable": False},
        "c": one | {"lo": None, "publishable": True},
    }
    figures = document(desk.session, published.preparation)["figures"]
    figures = figures | {"local_supplier_share": share | {"by_anchor": beside}}
    drawing = next(
        each for each in report(desk, published=published, figures=figures).blocks if isinstance(each, Bounds)
    )
    assert [row[1:] for row in drawing.rows] == [
        ("tussen 20,0\xa0% en 30,0\xa0%: onvoldoende bewijs", "0.2", "0.3"),
        ("geen deel te geven: onvoldoende bewijs", "", ""), ("geen deel te geven", "", ""),
    ]  # fmt: skip


def test_the_english_report_calls_the_cuts_of_the_area_in_english(client, desk):
    desk.publish()
    desk.session.commit()
    file = Pdf(client.get("/spend/published/2026-Q2/1.pdf?lang=en").data)
    for each in area_pack().variants:
        assert file.says(each.name_en), each.name_en
        assert not file.says(each.name), each.name


def test_contracts_that_ran_in_the_period_count_with_their_days(session, trade: Trade):
    agreement = trade.agreement
    [found] = queries.contracts(session, Period.parse("2026-Q2"))
    days = (agreement.ends_on - agreement.starts_on).days + 1
    assert found == {
        "anchor": str(trade.buyer.public_id), "contracts": 1, "days": days, "amount": euro(agreement.total.minor),
    }  # fmt: skip
    assert queries.contracts(session, Period.parse("2025-Q2")) == []
    assert queries.without_euros(session, Period.parse("2026-Q2")) is None
