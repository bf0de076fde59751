"""A number comes back in its box as people write it; an amount keeps its cents."""

from decimal import Decimal

import pytest
from flask_wtf import FlaskForm

from cwb.kernel.money import Money
from cwb.web.forms import MoneyField, NumberField


class Sums(FlaskForm):
    hours = NumberField("Uren", places=2)
    people = NumberField("Mensen", places=0)
    wage = MoneyField("Loon")


@pytest.mark.parametrize(
    ("hours", "shown"),
    [("900.00", "900"), ("37.50", "37,5"), ("0.25", "0,25"), ("0.00", "0"), ("100", "100")],
)
def test_decimals_that_say_nothing_are_left_out(app, hours, shown):
    with app.test_request_context("/?lang=nl"):
        form = Sums(data={"hours": Decimal(hours), "people": Decimal(120), "wage": Money(1650)})
        assert [each._value() for each in (form.hours, form.people, form.wage)] == [shown, "120", "16,50"]
