"""Nothing on a start page leads to a closed door."""

import re

import pytest

from cwb.kernel.policy import HELPERS, SIGNED_IN, Role
from cwb.kernel.waiting import Tasks
from cwb.web.guards import guard_of


def shut(app, endpoint, roles):
    """The roles among these to whom the page is closed."""
    guard = guard_of(app.view_functions[endpoint])
    return set() if guard == "public" or guard.roles == SIGNED_IN else set(roles) - guard.roles


def test_what_is_offered_or_waits_is_open_to_everybody_who_reads_it(app):
    features = app.extensions["cwb.features"]
    offered = [(each.endpoint, each.action.roles) for feature in features for each in feature.actions]
    offered += [
        (each.endpoint, each.action.roles if each.action else set(Role))
        for feature in features for each in feature.navigation
    ]  # fmt: skip
    offered += [
        (kind.endpoint, kind.roles)
        for feature in features for ask in feature.tasks if isinstance(ask, Tasks) for kind in ask.kinds
    ]  # fmt: skip
    assert len(offered) > 150
    assert {(name, role) for name, roles in offered for role in shut(app, name, roles)} == set()


@pytest.mark.parametrize("role", sorted(HELPERS))
def test_a_helper_can_open_every_link_of_the_start_page(sign_in, role):
    helper = sign_in(role)
    links = set(re.findall(r'<a [^>]*href="(/[^"#]*)"', helper.get("/").text))
    assert "/helpers" in links
    shut = {link: answer.status_code for link in links if (answer := helper.get(link)).status_code >= 400}
    assert shut == {}
