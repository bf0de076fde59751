"""What may be prepared and signed, and what changed."""

from datetime import date

import pytest

from cwb.kernel.canonical import digest
from cwb.kernel.period import Period
from cwb.kernel.words import ReasonTooShort
from ledger.publication import errors, rules
from ledger.publication.rules import Change, changes

Q2, Q3 = Period.parse("2026-Q2"), Period.parse("2026-Q3")
TODAY = date(2026, 9, 1)


def body(digest="a", *, lo="0.5000", d1="100.00", anchors=("x",)):
    share = {"lo": lo, "hi": "0.6000", "coverage": "0.9000"}
    bridge = {"d0": "120.00", "d1": d1}
    return {
        "hash": digest, "rows": [1], "excluded": [], "facts": {"corrections": 0, "import_checksums": []}, "previous": None,
        "figures": {
            "local_supplier_share": {"total": share, "by_anchor": dict.fromkeys(anchors, share)},
            "landed_share": {"measured": False, "floor": "-0.1000", "coverage": "0.0000", "by_anchor": {}},
            "bridge": {"total": bridge, "by_anchor": dict.fromkeys(anchors, bridge)},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"period": Q3}, errors.PeriodRunning),
        ({"period": Period.parse("2026")}, errors.PeriodRunning),
        ({"export": body() | {"rows": []}}, errors.NothingBought),
        ({"published": "a"}, errors.NothingChanged),
        ({"published": "b"}, ReasonTooShort),
        ({"published": "b", "reason": "zomaar"}, ReasonTooShort),
    ],
)
def test_what_cannot_be_prepared_is_refused(facts, error):
    given = {"export": body(), "period": Q2, "published": None, "reason": ""}
    assert rules.check_prepared(given.pop("export"), **given, today=TODAY) == ""
    given = {"period": Q2, "published": None, "reason": ""} | facts
    with pytest.raises(error):
        rules.check_prepared(given.pop("export", body()), **given, today=TODAY)


def test_attack_07_a_restatement_says_why():
    told = rules.check_prepared(
        body(), period=Q2, today=TODAY, published="b", reason=" late creditnota's van de gemeente "
    )  # fmt: skip
    assert told == "late creditnota's van de gemeente"


def test_who_prepared_does_not_sign_and_nobody_signs_what_changed():
    rules.check_signed(body(), version=1, now=body(), prepared_by_id=1, actor_id=2)
    with pytest.raises(errors.SamePerson):
        rules.check_signed(body(), version=1, now=body(), prepared_by_id=1, actor_id=1)
    for other in (body("b", d1="100.01"), body("b") | {"rows": [2]}, body("b") | {"excluded": [1]}):
        with pytest.raises(errors.Stale):
            rules.check_signed(body(), version=1, now=other, prepared_by_id=1, actor_id=2)


def test_files_and_corrections_behind_the_same_numbers_need_no_new_preparing():
    before = {"period": "2026-Q1", "rows": [1], "hash": "c"}
    papers = {"facts": {"corrections": 2, "import_checksums": ["x"]}, "rows_hash": "other"}
    then, now = body() | {"previous": before}, body("b") | papers | {"previous": before | {"hash": "d"}}
    rules.check_signed(then, version=1, now=now, prepared_by_id=1, actor_id=2)
    assert rules.touched(then, now)
    for told in ({"previous": before | {"rows": [2]}}, {"facts": papers["facts"] | {"local_suppliers": 6}}):
        with pytest.raises(errors.Stale):
            rules.check_signed(then, version=1, now=now | told, prepared_by_id=1, actor_id=2)


def test_what_is_signed_carries_the_version_under_which_it_is_published_and_no_other():
    measured = digest({name: value for name, value in body().items() if name != "hash"})
    export = body(measured)
    second = rules.published(export, rules.Stands(1, "f" * 64, "x"), "late creditnota's", ())
    restated = {"version": 1, "hash": "f" * 64, "reason": "late creditnota's"}
    assert second["publication"] == {"version": 2, "restates": restated, "tables": []}
    assert second["hash"] != measured
    rules.check_signed(second, version=2, now=export, prepared_by_id=1, actor_id=2)
    with pytest.raises(errors.Stale):
        rules.check_signed(second, version=3, now=export, prepared_by_id=1, actor_id=2)
    first = rules.published(export, None, "", ())
    assert first["publication"] == {"version": 1, "restates": None, "tables": []}


def test_changes_name_each_figure_that_differs_of_all_and_of_each_anchor():
    assert changes(body(), body("b")) == []
    assert changes(body(), body("b", d1="90.00")) == [
        Change("", "d1", "100.00", "90.00"), Change("x", "d1", "100.00", "90.00"),
    ]  # fmt: skip
    newcomer = changes(body(), body("b", anchors=("x", "y")))
    assert Change("y", "lo", None, "0.5000") in newcomer
    assert {each.anchor for each in newcomer} == {"y"}


def test_what_landed_is_a_floor_with_its_coverage_or_no_figure_at_all():
    landed = {"measured": True, "floor": "0.1000", "coverage": "0.6200", "by_anchor": {}}
    figures = body()["figures"] | {"landed_share": landed}
    found = rules.facts_of(body() | {"figures": figures})
    assert (found["floor"], found["declared"]) == ("0.1000", "0.6200")
    assert rules.facts_of(body())["floor"] is None


def test_only_what_is_over_is_offered():
    quarters = [Q3, Q2, Period.parse("2025-Q4")]
    assert [str(each) for each in rules.choices(quarters, TODAY)] == ["2026-Q2", "2025-Q4", "2025"]


def test_a_story_needs_a_yes_that_was_said():
    rules.check_consent(agreed=True, on=TODAY, today=TODAY)
    with pytest.raises(errors.ConsentMissing):
        rules.check_consent(agreed=False, on=TODAY, today=TODAY)
    with pytest.raises(errors.ConsentInFuture):
        rules.check_consent(agreed=True, on=date(2026, 9, 2), today=TODAY)


def _body(*rows, excluded=()):
    names = ("anchor", "category", "suppliers", "up")
    return {
        "rows": [{"class": "local", "grade": 2, "lines": 9, "down": "0.00", **dict(zip(names, each, strict=True))} for each in rows],
        "excluded": [{"anchor": "a", "code": "X1", "lines": lines, "amount": amount} for lines, amount in excluded],
        "landed": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "whose"),
    [
        ([("a", "food", 5, "10.00")], [("a", "food", 5, "10.00")], []),
        ([("a", "food", 5, "10.00")], [("a", "food", 6, "58.30")], ["a"]),
        ([("a", "food", 6, "58.30")], [("a", "food", 5, "10.00")], ["a"]),
        ([("a", "food", 5, "10.00")], [("a", "food", 5, "11.00")], ["a"]),
        ([("a", "food", 5, "10.00")], [("a", "food", 10, "99.00")], []),
        ([], [("a", "food", 5, "10.00")], []),
        ([("a", "food", 5, "10.00")], [("a", "*", 6, "58.30")], ["a"]),
        ([("a", "food", 5, "10.00"), ("b", "*", 5, "1.00")], [("a", "food", 10, "99.00"), ("b", "*", 9, "2.00")], ["b"]),
    ],
)  # fmt: skip
def test_attack_19_two_versions_beside_each_other_tell_of_few_suppliers(before, after, whose):
    assert rules.narrow(_body(*before), _body(*after)) == whose


def test_attack_19_what_is_excluded_is_compared_too():
    assert rules.narrow(_body(excluded=[(9, "1.00")]), _body(excluded=[(10, "2.00")])) == ["a"]
    assert rules.narrow(_body(excluded=[(9, "1.00")]), _body(excluded=[(14, "2.00")])) == []


def test_attack_19_no_reason_shows_what_a_sole_trader_was_paid():
    before, after = _body(excluded=[(9, "1.00")]), _body(excluded=[(10, "2.00")])
    assert rules.narrow_reason(before, after, "de fout is te groot", {"b"}) == "de fout is te groot"
    with pytest.raises(errors.PersonShown):
        rules.narrow_reason(before, after, "de fout is te groot", {"a"})
    assert rules.narrow_reason(None, after, "", {"a"}) == ""


def test_a_floor_that_disappears_is_named_for_its_buyer():
    def body(**landed):
        share = {"lo": "0.1", "hi": "0.2", "coverage": "0.9"}
        figures = {
            "local_supplier_share": {"total": share, "by_anchor": {"a": share}},
            "landed_share": {"measured": True, "floor": "0.1", "coverage": "0.2", "by_anchor": landed},
            "bridge": {"total": {}, "by_anchor": {"a": {}}},
        }
        return {"figures": figures, "anchors": {"a": "Koper A"}, "period": "2026-Q3"}

    floor = {"measured": True, "floor": "0.1", "coverage": "0.2"}
    gone = {"kind": "gone", "anchor": "Koper A", "quarter": "2026-Q3", "part": "floor"}
    assert rules.gone(body(a=floor), body()) == [gone]
    assert rules.gone(body(), body(a=floor)) == []
