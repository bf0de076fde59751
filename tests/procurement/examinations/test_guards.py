"""What the register leaves out: other buyers, other days, what was withdrawn, orders that were not taken."""

from datetime import date, timedelta

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor, Role
from procurement.contracts.rules import SETTLED
from procurement.examinations import forms, queries
from procurement.examinations.rules import Kind
from procurement.externals import services as externals
from procurement.externals.rules import Facts


def test_whose_contracts(signed):
    world = signed.world
    programme = Actor(world.eva.user_id, "", world.office.id, "", frozenset({Role.PROGRAMME}))
    assert (
        len(queries.register(world.session, programme))
        == 1
        == len(queries.register(world.session, world.anna))
    )
    stranger = Actor(world.anna.user_id, "", world.office.id, "", frozenset({Role.PURCHASER}))
    assert queries.register(world.session, stranger) == []


def test_only_the_period_asked_for(signed):
    world = signed.world
    day = local_date(queries.register(world.session, world.anna)[0].at)
    for year, count in ((day.year, 1), (day.year - 1, 0), (day.year + 1, 0)):
        assert len(queries.register(world.session, world.anna, Period.parse(str(year)))) == count


def test_the_form_keeps_what_was_asked(app, signed):
    row = queries.register(signed.world.session, signed.world.anna)[0]
    assert row.kind is Kind.CONTRACT
    with app.test_request_context("/"):
        for asked, kept in (("", True), (row.outcome.value, True), ("onzin", True), (forms.MISSING, False)):
            form = forms.RegisterFilter(data={"outcome": asked})
            assert form.keeps(row) is kept
        others = {each.value for each in SETTLED} - {row.outcome.value}
        assert not any(forms.RegisterFilter(data={"outcome": each}).keeps(row) for each in others)


def test_what_was_withdrawn_is_out(world):
    facts = Facts(
        title="Schoonmaak", supplier_name="Voorbeeld BV", value=Money(100), starts_on=date(2026, 1, 1),
        ends_on=date(2027, 1, 1),
    )  # fmt: skip
    made = externals.enter(world.session, facts=facts, actor=world.anna, at=world.at)
    found = queries.register(world.session, world.anna)
    assert [(each.kind, each.outcome) for each in found] == [(Kind.EXTERNAL, None)]
    late = world.at + timedelta(minutes=1)
    externals.withdraw(world.session, contract=made, reason="Dubbel ingevoerd.", actor=world.anna, at=late)
    assert queries.register(world.session, world.anna) == []
