import pytest

from cwb.kernel.policy import Role
from cwb.passkeys.rules import Party, may_go, party, protected

SITE = "https://markt.example"


@pytest.mark.parametrize(("base", "scheme", "host", "found"), [
    (SITE, "https", "markt.example", Party("markt.example", SITE)),
    (SITE, "http", "markt.example", Party("markt.example", SITE)),  # behind a proxy that ends TLS
    ("https://markt.example:8443", "https", "markt.example:8443", Party("markt.example", "https://markt.example:8443")),
    (SITE, "https", "ander.example", None),  # what a request says of itself does not count
    (SITE, "https", "markt.example.ander.example", None),
    ("http://markt.example", "http", "markt.example", None),
    ("http://127.0.0.1:8000", "http", "127.0.0.1:8000", None),
    ("http://127.0.0.1:8000", "http", "localhost:8000", Party("localhost", "http://localhost:8000")),
    (SITE, "http", "localhost.ander.example", None),
])  # fmt: skip
def test_who_asks(base, scheme, host, found):
    assert party(base, scheme, host) == found


@pytest.mark.parametrize(("roles", "has_app", "passkeys", "is_protected", "goes"), [
    ([], False, 0, False, True),
    ([Role.MEMBER], False, 1, False, True),
    ([Role.MEMBER], True, 1, True, True),
    ([Role.PURCHASER], False, 0, False, False),
    ([Role.PURCHASER], False, 1, True, False),
    ([Role.MEMBER, Role.ASSESSOR], False, 1, True, False),
    ([Role.PROGRAMME], False, 2, True, True),
    ([Role.ADMINISTRATOR], True, 1, True, True),
])  # fmt: skip
def test_the_second_step_stays_with_who_needs_it(roles, has_app, passkeys, is_protected, goes):
    assert protected(roles, has_app=has_app, passkeys=passkeys) is is_protected
    assert may_go(roles, has_app=has_app, passkeys=passkeys) is goes
