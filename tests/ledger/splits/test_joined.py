"""Small classes of an anchor are joined: one line of one supplier does not take its floor along, and shows nobody."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from ledger.disclosure.rules import LEAST_SUPPLIERS, POOLED, Purchase, public
from ledger.figure.rules import as_published, document, recompute
from ledger.publication import rules as publication
from ledger.share.rules import DEFINITIONS, Standing
from ledger.splits.rules import UNTOLD, splits

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def some(anchor, standing, count, amount=10_000, start=0, part=None):
    facts = {"category": "x", "grade": "E2", "variants": (), "lines": 1}
    return [
        Purchase(
            anchor=anchor, supplier=f"{standing}{i}", verdict=standing.value, standing=standing, amount=amount,
            declared=amount if part is not None else 0, landed=amount * (part or 0) // 100, **facts,
        )
        for i in range(start, start + count)
    ]  # fmt: skip


def export(rows):
    return document(
        public(rows), area={"id": "polder", "version": "1", "variants": [], "around": []}, variants=[], period="2026-Q3",
        anchors={each: each.upper() for each in {row.anchor for row in rows}}, categories={}, facts={}, previous=None,
    )  # fmt: skip


USUAL = [
    *some("a", L, 8, part=50),
    *some("a", L, 9, start=20),
    *some("a", N, 7, part=0),
    *some("a", N, 9, start=20),
]
TEN = some("a", U, 1, 1_000)


def test_one_small_line_of_one_unknown_supplier_leaves_the_floor_of_its_anchor():
    before, after = export(USUAL), export([*USUAL, *TEN])
    was, now = (each["figures"]["landed_share"]["by_anchor"]["a"] for each in (before, after))
    assert was["floor"] == "0.1212"
    assert now["measured"]
    assert "0.11" < now["floor"] <= was["floor"]
    assert [row["class"] for row in after["landed"]] == [POOLED, "local"]
    assert recompute(after) == []


def test_who_has_too_few_has_no_floor_and_the_export_says_why():
    few = export(
        [
            *some("a", L, 4, part=50),
            *some("a", L, 20, start=20),
            *some("b", N, 9, part=10),
            *some("b", N, 9, start=20),
        ]
    )
    landed = few["figures"]["landed_share"]
    assert ("a" in landed["by_anchor"], landed["untold"]) == (False, {"a": UNTOLD})
    older = {name: value for name, value in few.items() if name != "hash"} | {"definition": DEFINITIONS[0]}
    assert not any(".untold" in each and "computed {" in each for each in recompute(older | {"hash": ""}))


def test_classes_are_joined_only_where_they_are_small_and_no_more_than_needed():
    assert [each.standing for each in splits(public(USUAL).parts)] == ["local", "not_local"]
    rows = [
        *some("a", L, 3, part=50),
        *some("a", L, 9, start=20),
        *some("a", N, 3, part=0),
        *some("a", N, 9, start=20),
    ]
    rows += [*some("a", U, 9)]
    found = splits(public(rows).parts)
    assert [(each.standing, each.suppliers, each.silent_suppliers) for each in found] == [
        (POOLED, 6, 18), ("unknown", 0, 9)
    ]  # fmt: skip


def test_attack_19_one_declaration_does_not_follow_from_two_versions():
    one_more = [*USUAL[:8], USUAL[8]._replace(declared=10_000, landed=9_000), *USUAL[9:]]
    before, after = export(USUAL), export(one_more)
    assert before["rows"] == after["rows"]
    assert publication.narrow(before, after) == ["a"]
    corrected = [USUAL[0]._replace(landed=1), *USUAL[1:]]
    assert publication.narrow(before, export(corrected)) == ["a"]
    assert publication.narrow(before, before) == []


def test_attack_19_other_classes_joined_is_told_too():
    """Five suppliers of one class join, and one of another declares: the sums differ by six, and one follows."""
    more = [*some("a", N, 5, start=60, part=0), *some("a", U, 1, part=90), *some("a", U, 9, start=20)]
    assert publication.narrow(export(USUAL + some("a", U, 10, start=20)), export(USUAL + more)) == ["a"]


change = st.tuples(st.integers(0, 59), st.integers(0, 100) | st.none())


@patient
@given(st.lists(change, min_size=15, max_size=40), change)
def test_attack_19_no_two_versions_differ_in_few_that_declared_unseen(begun, last):
    def told(changes):
        every = [row for name in "ab" for standing in (L, N, U) for row in some(name, standing, 10)]
        for which, part in changes:
            amount = every[which].amount if part is not None else 0
            every[which] = every[which]._replace(declared=amount, landed=amount * (part or 0) // 100)
        return export(every)

    before, after = told(begun), told([*begun, last])
    many = [{each: [0, 0, 0, 0] for each in ("a", "b", POOLED)} for _ in range(2)]
    for sums, body in zip(many, (before, after), strict=True):
        for row in body["landed"]:
            facts = (
                row["suppliers"],
                *(float(row[name]) for name in ("declared_up", "declared_down", "landed")),
            )
            sums[row["anchor"]] = [one + two for one, two in zip(sums[row["anchor"]], facts, strict=True)]
        assert all(row["suppliers"] not in range(1, LEAST_SUPPLIERS) for row in body["landed"])
    for anchor in many[0]:
        was, now = many[0][anchor], many[1][anchor]
        if was[1:] != now[1:] and abs(was[0] - now[0]) < LEAST_SUPPLIERS:
            assert anchor in publication.narrow(before, after)


def test_the_database_compares_what_the_rule_compares(session):
    body = as_published(export([*USUAL, *TEN]), version=1, restates=None)
    rows = session.execute(
        text("SELECT up, down, many FROM figure_sums(CAST(:said AS jsonb))"), {"said": json.dumps(body)}
    )
    in_database = sorted((int(up * 100), int(down * 100), many) for up, down, many in rows if many or up != 1)
    in_rule = [
        sums for found in (publication._groups(body), publication._together(body), publication._landed(body))
        for key, sums in found.items() if "joined" not in key
    ]  # fmt: skip
    assert in_database == sorted(in_rule)
