"""The report: two tagged pages that say what the signed export says, and what it does not."""

from datetime import date

import pytest

from cwb.documents.gateway import pdf
from cwb.documents.rules import Facts, Items, Paragraph, Table, Words
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.board import queries, rules
from ledger.board.rules import Beside, Contract, months
from ledger.publication.queries import document
from tests.ledger.conftest import Trade
from tests.pdfs import Pdf

ALONE = Beside({}, None, 0, None, "https://voorbeeld.example/spend/published/2026-Q2/1")
YEAR = Contract(date(2026, 1, 1), date(2026, 12, 31), 1_200_000)


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


def report(desk, beside=ALONE, **changes):
    published = desk.publish()
    body = document(desk.session, published.preparation) | changes
    return rules.report(
        Words("nl"), body, beside, version=1, checksum=published.preparation.checksum, at=published.at
    )


def test_contracts_run_so_long_on_average():
    assert months([]) is None
    assert months([YEAR, Contract(date(2026, 1, 1), date(2028, 12, 31), 0)]) == 24


def test_it_says_what_was_signed_and_what_is_not_known(desk):
    said = words_of(report(desk))
    assert "Tussen 50% en 50% van de inkoop" in said
    assert "D1: inkoop bij anderen € 1.000,00" in said
    assert "Van € 1.000,00 is geen contract bekend." in said
    assert "Waarvan betaald in lokale munt of verrekend: € 0,00. Geen koper gebruikt dat al." in said
    assert "zegt dit cijfer niet" in said


def test_contracts_and_what_was_paid_without_euros_stand_beside_the_figure(desk):
    anchor = str(desk.anchor.public_id)
    beside = ALONE._replace(
        contracts={anchor: [YEAR]}, without_euros=[Money(1_250)], story=("Ik werk.", "Bea")
    )
    said = words_of(report(desk, beside))
    assert "1, gemiddeld 12 maanden € 12.000,00" in said
    assert "verrekend: 12,5 EUR." in said
    assert "Ik werk.\n— Bea" in said


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
        "bridge": {"total": total | {"steps": steps}},
    }
    wide = body | {"figures": body["figures"] | figures}
    beside = ALONE._replace(contracts={name: [YEAR] for name in many}, story=("lang verhaal " * 54, "Bea"))
    made = rules.report(Words(language), wide, beside, version=1, checksum="0" * 64, at=published.at)
    file = Pdf(pdf(made))
    assert len(file.file.pages) == 2
    assert file.counts["Table"] == 2
    desk.session.commit()
    answer = client.get("/spend/published/2026-Q2/1.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert client.get("/spend/published/2026-Q2/2.pdf").status_code == 404


def test_only_contracts_made_before_the_publication_that_ran_in_the_period_count(session, trade: Trade, at):
    buyer = str(trade.buyer.public_id)
    found = queries.contracts(session, Period.parse("2026-Q2"), at)
    assert [each.amount for each in found[buyer]] == [trade.agreement.total.minor]
    assert queries.contracts(session, Period.parse("2025-Q2"), at) == {}
    assert queries.contracts(session, Period.parse("2026-Q2"), at.replace(year=2025)) == {}
    assert queries.without_euros(session, Period.parse("2026-Q2")) is None
