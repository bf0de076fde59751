"""What somebody writes in their own words holds no citizen service number, on whatever page."""

import ast

import pytest

from coops.arrangements.forms import DeliverForm
from coops.exchange.forms import ReplyForm
from coops.meetings.forms import MinutesForm, MotionForm
from cwb import paths
from procurement.complaints.forms import ComplaintForm
from tests.test_structure import trees

ROOMS = ("cwb", "ledger", "coops", "procurement")
SAMPLE = "cwb/web/styleguide.py"
"""It keeps nothing."""


def boxes_without_care(tree: ast.Module) -> list[int]:
    """Lines of boxes of text that are not cleaned by `many_lines`."""
    return [
        call.lineno
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "TextAreaField"
        if "filters=[many_lines]" not in ast.unparse(call)
    ]


def test_every_box_of_text_refuses_it():
    found = {name: boxes_without_care(tree) for name, tree in trees(*ROOMS) if name != SAMPLE}
    assert {name: lines for name, lines in found.items() if lines} == {}
    sample = paths.templates().parent / SAMPLE
    assert boxes_without_care(ast.parse(sample.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("form_class", "field"),
    [
        (ComplaintForm, "text"),
        (ReplyForm, "text"),
        (MinutesForm, "minutes"),
        (MotionForm, "title"),
        (MotionForm, "text"),
        (DeliverForm, "text"),
    ],
)
def test_it_is_refused_at_its_field_and_what_was_typed_is_still_there(app, form_class, field):
    faults = []
    for typed in ("Vraag het Zon, 111 222 333", "Vraag het Zon, 111 222 334"):
        with app.test_request_context("/?lang=nl", method="POST", data={field: typed}):
            form = form_class()
            form.validate()
            faults.append([fault for fault in form[field].errors if "BSN" in fault])
            assert typed in form[field]()
    assert [len(each) for each in faults] == [1, 0]
