"""Who is not shown apart is named."""

from ledger.rows.rules import untold


def test_buyers_of_which_is_not_shown_what_landed_are_named():
    figures = {
        "landed_share": {"by_anchor": {"a": {"measured": True}, "b": {"measured": False}}},
        "bridge": {"by_anchor": {"a": {}, "b": {}, "c": {}}},
    }
    anchors = {"a": "Een", "b": "Twee", "c": "Drie", "d": "Kocht niets"}
    assert untold({"figures": figures, "anchors": anchors}) == ["Twee", "Drie"]
