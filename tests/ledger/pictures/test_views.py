"""Pictures of an export, without the page around them."""

from cwb.kernel.period import Period
from ledger.pictures.views import novelty


def test_a_kind_of_too_few_suppliers_has_no_row_that_says_there_are_none(app):
    nothing = {"suppliers": 0, "up": "0.00", "down": "0.00"}
    export = {
        "figures": {"by_novelty": {"new": "0.6", "reached": "0", "existing": "0", "*": "0.4"}},
        "novelty": [
            {"id": "new", "suppliers": 5, "up": "6.00", "down": "0.00"}, {"id": "reached", **nothing},
            {"id": "existing", **nothing}, {"id": "*", "suppliers": 2, "up": "4.00", "down": "0.00"},
        ],
    }  # fmt: skip
    with app.test_request_context("/spend"):
        drawn = novelty(export, Period.parse("2026-Q3"))
    assert [row[:2] for row in drawn.rows] == [
        ["Nieuw in het gebied", "5"], ["Niet bekend, of te weinig om te tonen", "2"],
    ]  # fmt: skip
