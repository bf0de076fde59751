"""Grounds, papers and terms as values."""

from datetime import date

import pytest

from procurement.statements import errors, rules
from procurement.statements.gateway import NATIONAL, table
from procurement.statements.rules import Answer, Criterion, Demand, Profile, Standing

LAW = table()
GVA = LAW.papers["gva"]
OBLIGED = [each.code for each in LAW.grounds if each.mandatory]


def test_the_table_has_words_codes_and_sources_for_everything():
    assert len(OBLIGED) == 8
    assert (
        len({each.code for each in LAW.grounds})
        == len({each.former for each in LAW.grounds})
        == len(LAW.grounds)
    )
    assert all(each.article.startswith("Aanbestedingswet") for each in LAW.grounds)
    assert {each.certainty for each in LAW.grounds} <= {"sure", "unverified", "setting"}
    assert {each.paper for each in LAW.grounds} - {""} == set(LAW.papers) - {"insurance"}, (
        "it proves a criterion"
    )


def test_a_ground_without_words_stops_the_table(tmp_path):
    broken = tmp_path / "other.toml"
    broken.write_text(
        NATIONAL.read_text(encoding="utf-8").replace('"exg-crim-fraud"', '"exg-crim-other"'), "utf-8"
    )
    with pytest.raises(errors.StatementTableInvalid):
        table(broken)
    with pytest.raises(errors.StatementTableInvalid):
        table(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("procedure", "count"),
    [("european_open", 8), ("european_restricted", 8), ("national_open", 0), (None, 0)],
)
def test_a_european_procedure_asks_the_obliged_grounds(procedure, count):
    assert len(rules.usual(procedure).grounds) == count


def test_what_a_buyer_may_ask():
    whole = rules.checked(LAW, Demand((*reversed(OBLIGED), "exg-sitn-bankr")), "european_open")
    assert whole.grounds[:8] == tuple(OBLIGED)
    with pytest.raises(errors.GroundObliged):
        rules.checked(LAW, Demand(tuple(OBLIGED[1:])), "european_open")
    assert rules.checked(LAW, Demand(), "national_open") == Demand()
    for wrong in (
        Demand(("exg-none",)),
        Demand(papers=("vog",)),
        Demand(criteria=(Criterion("slc-none", "x"),)),
    ):
        with pytest.raises(errors.GroundUnknown):
            rules.checked(LAW, wrong, None)
    with pytest.raises(errors.CriterionIncomplete):
        rules.checked(LAW, Demand(criteria=(Criterion("slc-stand-ins", "  "),)), None)
    with pytest.raises(errors.CriterionIncomplete):
        rules.checked(LAW, Demand(criteria=(Criterion("slc-stand-ins", "x"),) * 6), None)


def test_yes_needs_an_explanation_and_every_ground_an_answer():
    grounds = LAW.of("tax")
    no = dict.fromkeys((each.code for each in grounds), Answer(yes=False))
    assert rules.check_answers(grounds, no) == no
    with pytest.raises(errors.AnswerMissing) as missing:
        rules.check_answers(grounds, {})
    assert missing.value.field == "exg_pmt_bre_tax"
    with pytest.raises(errors.ExplanationMissing) as unexplained:
        rules.check_answers(grounds, no | {"exg-pmt-bre-ssc": Answer(yes=True, text=" ")})
    assert unexplained.value.field == "exg_pmt_bre_ssc_text"
    with pytest.raises(errors.GroundUnknown):
        LAW.of("onzin")


@pytest.mark.parametrize(
    ("issued", "last"),
    [
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2024, 3, 31), date(2026, 3, 31)),
        (date(2025, 12, 1), date(2027, 12, 1)),
    ],
)
def test_a_conduct_certificate_counts_two_years(issued, last):
    assert GVA.expires_on(issued) == last


def test_other_papers_count_six_months():
    assert LAW.papers["tax"].expires_on(date(2026, 8, 31)) == date(2027, 2, 28)
    assert LAW.papers["kvk"].expires_on(date(2026, 1, 15)) == date(2026, 7, 15)


def test_a_paper_of_tomorrow_or_of_long_ago_proves_nothing():
    today = date(2026, 5, 1)
    assert rules.check_paper(GVA, today, today) == date(2028, 5, 1)
    assert rules.check_paper(GVA, date(2024, 5, 1), today) == today
    for day in (date(2026, 5, 2), date(2024, 4, 30)):
        with pytest.raises(errors.PaperDateInvalid):
            rules.check_paper(GVA, day, today)


@pytest.mark.parametrize(
    ("expires", "standing", "late"),
    [
        (date(2026, 8, 1), Standing.VALID, False),
        (date(2026, 7, 31), Standing.EXPIRED, False),
        (None, Standing.MISSING, False),
    ],
)
def test_a_paper_on_the_day_that_counts(expires, standing, late):
    closes = date(2026, 8, 1)
    found = rules.shown(GVA, expires, counts_on=closes, today=date(2026, 6, 6))
    assert (found.standing, found.too_late) == (standing, late)
    assert rules.shown(GVA, None, counts_on=closes, today=date(2026, 6, 7)).too_late, (
        "eight weeks no longer fit"
    )
    assert not rules.shown(GVA, closes, counts_on=closes, today=date(2026, 7, 31)).too_late


def test_one_is_warned_nine_weeks_before_a_certificate_ends():
    assert rules.renew_on(GVA, date(2026, 12, 31)) == date(2026, 10, 29)


def test_an_answer_counts_a_year():
    given = Answer(yes=False, on=date(2026, 1, 10))
    assert rules.answer_standing(LAW, given, date(2027, 1, 10)) is Standing.VALID
    assert rules.answer_standing(LAW, given, date(2027, 1, 11)) is Standing.EXPIRED
    assert rules.answer_standing(LAW, None, date(2027, 1, 10)) is Standing.MISSING


def test_only_what_is_asked_is_missing_and_what_goes_along():
    demand = Demand(("exg-pmt-bre-tax",), (Criterion("slc-stand-ins", "Verzekerd"),))
    profile, on = Profile({"exg-pmt-bre-tax": Answer(yes=False, on=date(2026, 1, 1))}), date(2026, 6, 1)
    assert rules.missing(LAW, demand, Profile(), on) == [LAW.ground("exg-pmt-bre-tax")]
    said = {"c1": {"meets": True, "text": "Polis"}}
    stated = rules.statement(LAW, demand, profile, said, {}, on)
    assert rules.is_stated(stated, demand.grounds, demand.criterion_ids)
    assert not rules.is_stated({**stated, "criteria": {}}, demand.grounds, demand.criterion_ids)
    assert not rules.is_stated({**stated, "answers": {}}, demand.grounds, demand.criterion_ids)
    assert rules.statement(LAW, demand, profile, said, {}, date(2027, 1, 2)) is None
    unexplained = {"exg-pmt-bre-tax": {"yes": True, "text": "", "on": "2026-01-01"}}
    assert not rules.is_stated({**stated, "answers": unexplained}, demand.grounds, demand.criterion_ids)


def test_a_profile_comes_back_as_it_was_kept():
    profile = Profile({"exg-crim-fraud": Answer(yes=True, text="Boete", on=date(2026, 1, 1))}, 3)
    assert Profile.from_json(profile.to_json(), 3) == profile
