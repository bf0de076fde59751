"""Sums per quarter: they are the lines at any moment, whatever was done and in whatever order."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from cwb.kernel.identifiers import Cpv
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.corrections.services import code_exclusion, correct_line
from ledger.identities.services import link_supplier
from ledger.rollups import queries, services
from ledger.rollups.errors import NotWholeQuarters
from ledger.share.rules import Standing
from ledger.spend import queries as spend_queries
from ledger.spend.queries import Wanted

Q3, Q4 = Period.parse("2026-Q3"), Period.parse("2026-Q4")


def purchases(session, period=Q3):
    found = queries.purchases(session, period, area_pack())
    return sorted((each.standing.value, each.grade, each.amount, each.lines) for each in found)


def test_only_whole_quarters_are_read(session):
    for text_ in ("2026-Q3", "2026", "2026-07-01/2026-10-01"):
        assert queries.purchases(session, Period.parse(text_), area_pack()) == []
    for text_ in ("2026-07-01/2026-07-02", "2026-07-02/2026-10-01"):
        with pytest.raises(NotWholeQuarters):
            queries.purchases(session, Period.parse(text_), area_pack())


def test_a_difference_is_told_and_mended(session, spend):
    spend.some("local", 3, "10.00")
    assert queries.verify(session) == (3, 3_000, 0)
    for damage in (
        "UPDATE spend_rollup SET net_amount = net_amount + 1 WHERE id = (SELECT min(id) FROM spend_rollup)",
        "DELETE FROM spend_rollup WHERE id = (SELECT min(id) FROM spend_rollup)",
        "UPDATE spend_rollup SET standing = 'unknown'",
        "UPDATE spend_rollup SET supplier_id = 0",
    ):
        session.execute(text(damage))
        assert queries.verify(session).differences > 0
        services.rebuild(session)
        assert queries.verify(session).differences == 0


def test_a_quarter_without_lines_between_two_is_not_offered(session, spend):
    spend.record(spend.line("A", "10.00", on=date(2026, 2, 1)), spend.line("B", "10.00", on=date(2026, 8, 1)))
    assert [str(each) for each in queries.quarters(session)] == ["2026-Q3", "2026-Q1"]


def test_who_else_a_supplier_is_changes_the_version_of_its_quarters_alone(session, spend):
    mine, other = spend.line("A", "10.00"), spend.line("B", "10.00", on=date(2026, 11, 1))
    spend.record(mine, other)
    before = queries.version(session, Q3), queries.version(session, Q4)
    spend.prove(mine, "local")
    assert queries.version(session, Q3) > before[0]
    assert queries.version(session, Q4) == before[1]
    then = queries.version(session, Q3)
    link_supplier(
        session, supplier=spend.supplier(mine), party=spend.other, reason="x", actor_id=None, at=spend.at
    )
    assert queries.version(session, Q3) > then


def test_what_is_taken_back_whole_is_no_supplier_of_a_cell(session, spend, make_user):
    spend.record(spend.line("A", "10.00"), spend.line("B", "10.00"))
    line = spend_queries.lines(Wanted(text="A"))
    code_exclusion(
        session,
        line=session.execute(line).first()[0],
        code="X2",
        reason="x",
        actor_id=make_user().id,
        at=spend.at,
    )
    found = queries.purchases(session, Q3, area_pack())
    assert sorted((each.exclusion or "", each.lines) for each in found) == [("", 1), ("X2", 1)]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("record", "prove", "branch", "correct", "code", "declare", "link", "loosen")),
        st.integers(0, 3), st.integers(0, 3), st.integers(-500, 2_000).filter(bool),
    ),
    max_size=9,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_the_sums_are_the_lines_after_any_acts(session, spend, make_user, acts):
    area, user = area_pack(), make_user()
    with session.begin_nested() as point:
        for number, (act, who, what, cents) in enumerate(acts):
            line = spend.line(
                f"L{who}", "1.00", f"{number}", date(2026, 6 + 2 * what, 28), cpv=Cpv("90910000") if what % 2 else None,
                contract_reference="C-1" if what > 1 else "",
            )  # fmt: skip
            line = replace(line, amount=type(line.amount)(cents))
            first = spend.line(f"L{who}", "1.00", "first")
            spend.record(first)
            if act == "record":
                spend.record(line, line if what else spend.line(f"L{what}", "2.00"))
            elif act == "prove":
                spend.prove(
                    first, "local" if what % 2 else "not_local", valid_from=date(2026, 1 + 2 * what, 1)
                )
            elif act == "branch":
                spend.prove(first, "local", kind="establishment", contract_reference="C-1", worker_count=1)
            elif act == "declare":
                spend.prove(first, "local", grade=1, obtained_on=date(2026, 8, 1))
            elif act in {"link", "loosen"}:
                supplier = spend.supplier(first)
                party = spend.other if act == "link" else None
                if (supplier.party_id is None) == (party is not None):
                    link_supplier(
                        session, supplier=supplier, party=party, reason="x", actor_id=None, at=spend.at
                    )
            else:
                found = session.execute(spend_queries.lines(Wanted(text=f"L{who}"))).scalars().first()
                if found is not None and act == "correct" and found.net_amount != cents:
                    correct_line(
                        session, line=found, reason="x", actor_id=user.id, at=spend.at, net_amount=cents
                    )
                elif found is not None and act == "code":
                    code = None if found.exclusion else "X2"
                    code_exclusion(session, line=found, code=code, reason="x", actor_id=user.id, at=spend.at)
        assert queries.verify(session).differences == 0
        for standing in (None, *Standing):
            wanted = Wanted(period=Period.parse("2026"), standing=standing)
            rows = session.execute(spend_queries.lines(wanted)).all()
            assert spend_queries.sums(session, wanted) == (len(rows), sum(row[0].net_amount for row in rows))
        wijk = spend_queries.sums(session, Wanted(wijk="FB"))
        assert wijk[0] == len(session.execute(spend_queries.lines(Wanted(wijk="FB"))).all())
        assert area.variants
        point.rollback()
