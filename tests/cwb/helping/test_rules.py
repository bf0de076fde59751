"""What a helper may do, until when, and what is in none of their actions."""

from datetime import date, timedelta

import pytest

from cwb.helping import rules
from cwb.helping.errors import HelpMissing
from cwb.identity.errors import HelpEndInvalid
from cwb.identity.rules import LONGEST_HELP, ROLES_OF, Side, check_term, incompatible, may_grant
from cwb.kernel.policy import HELPERS, SIGNED_IN, Action, Actor, Role
from cwb.web.guards import guard_of

TODAY = date(2026, 9, 1)


def test_what_is_asked_comes_in_a_fixed_order_and_until_a_day():
    asked = [Role.REGISTER_HELPER, Role.BID_HELPER]
    chosen = rules.check_help(asked, TODAY + LONGEST_HELP, today=TODAY)
    assert chosen == (Role.BID_HELPER, Role.REGISTER_HELPER)
    for roles in ((), (Role.BOARD,), (Role.BID_HELPER, Role.MEMBER)):
        with pytest.raises(HelpMissing):
            rules.check_help(roles, TODAY, today=TODAY)
    for day in (TODAY - timedelta(days=1), TODAY + LONGEST_HELP + timedelta(days=1)):
        with pytest.raises(HelpEndInvalid):
            rules.check_help(asked, day, today=TODAY)


def test_only_help_has_a_last_day():
    check_term(Role.BOARD, None, on=TODAY)
    for role, day in ((Role.BOARD, TODAY), (Role.BID_HELPER, None)):
        with pytest.raises(HelpEndInvalid):
            check_term(role, day, on=TODAY)


def test_who_helps_neither_buys_nor_judges_nor_oversees():
    for helper in HELPERS:
        apart = {role for role in Role if incompatible(helper, role)}
        assert apart == {Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME, Role.ADMINISTRATOR, Role.AUDITOR}
        assert [side for side in Side if helper in ROLES_OF[side]] == [Side.SUPPLIER]
        assert not may_grant([helper], same_organisation=True, side=Side.SUPPLIER, role=helper)


def test_by_which_help_an_action_is_open():
    actor = Actor(1, "A", 2, "B", frozenset({Role.BID_HELPER, Role.INVOICE_HELPER}))
    assert rules.by_help(actor, Action.of("x", Role.BOARD, Role.BID_HELPER)) is Role.BID_HELPER
    assert rules.by_help(actor, Action.of("x", Role.BOARD)) is None
    assert rules.by_help(actor, Action("x", SIGNED_IN)) is None
    assert rules.by_help(actor, Action("x", SIGNED_IN, frozenset({Role.REGISTER_HELPER}))) is None
    assert rules.by_help(actor, Action("x", SIGNED_IN, frozenset({Role.BID_HELPER}))) is Role.BID_HELPER


def test_no_action_that_binds_is_open_to_a_helper(app):
    """Of every page in the house: what a role of a helper opens is filling in and seeing."""
    opened = {
        mark.name
        for mark in map(guard_of, app.view_functions.values())
        if isinstance(mark, Action) and mark.roles != SIGNED_IN and mark.roles & HELPERS
    }
    assert opened == {
        "bids.prepare", "bids.see_own", "books.see", "closing.see", "cooperative_paper.add", "enclosures.add", "experience.keep",
        "helping.see", "incoming.see", "invoices.see", "matching.see_own", "receipts.see", "statements.keep",
    }  # fmt: skip
