from datetime import UTC, datetime, timedelta

import pytest

from cwb.kernel.policy import SECOND_FACTOR_ROLES, Role
from cwb.sign_in import rules
from cwb.sign_in.rules import Held


def test_staff_sessions_are_short_and_members_long():
    assert rules.life([Role.PURCHASER, Role.MEMBER]) == timedelta(hours=12)
    assert rules.life([Role.MEMBER]) == rules.life([]) == timedelta(days=30)
    assert rules.idle([Role.AUDITOR]) < rules.idle([Role.BOARD])


def test_roles_sleep_until_the_second_factor():
    held = [Held(Role.PURCHASER, 1, "A"), Held(Role.MEMBER, 2, "B")]
    asleep = rules.actor(9, "N", 1, held, second_factor=False)
    assert asleep.roles == frozenset()
    assert asleep.sleeping == {Role.PURCHASER}
    awake = rules.actor(9, "N", 1, held, second_factor=True)
    assert awake.roles == {Role.PURCHASER}
    assert awake.sleeping == frozenset()


@pytest.mark.parametrize("role", list(Role))
def test_exactly_the_weighty_roles_sleep(role):
    actor = rules.actor(9, "N", 1, [Held(role, 1, "A")], second_factor=False)
    assert (role in actor.sleeping) == (role in SECOND_FACTOR_ROLES)


def test_who_acts_for_nobody_is_a_resident():
    assert rules.actor(9, "N", None, [], second_factor=False).roles == {Role.RESIDENT}
    several = [Held(Role.BOARD, 1, "A"), Held(Role.BOARD, 2, "B")]
    assert rules.actor(9, "N", None, several, second_factor=False).roles == {Role.RESIDENT}


def test_a_choice_counts_only_while_the_mandate_runs():
    held = [Held(Role.BOARD, 1, "A"), Held(Role.BOARD, 2, "B")]
    assert rules.acting_for(2, held) == 2
    assert rules.acting_for(3, held) is None
    assert rules.acting_for(3, held[:1]) == 1


@pytest.mark.parametrize("target", ["/", "/tenders?x=1#y", "/a/b"])
def test_paths_of_this_site(target):
    assert rules.safe_next(target) == target


@pytest.mark.parametrize("target", [None, "", "//x", "/\\x", "https://x", "x", "/a b", "/a\nb", "/" + "a" * 600,
                                    "\\/x", "/a\\b"])  # fmt: skip
def test_other_sites_are_refused(target):
    assert rules.safe_next(target) is None


def test_codes_as_people_type_them():
    assert rules.typed_code(" 123-456 ") == "123456"
    assert rules.typed_code("١٢٣ ٤٥٦") == "123456"
    assert len({rules.new_code() for _ in range(50)}) > 40


def test_networks():
    assert rules.network("2001:db8:1:2:3:4:5:6") == rules.network("2001:db8:1:2::9")
    assert rules.network("::ffff:192.0.2.1") == "192.0.2.1"
    assert rules.network(None) == rules.network("rommel") == "unknown"


def test_devices():
    phone = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36"
    assert rules.device(phone) == "Chrome, Android"
    assert rules.device("") == "?"


def test_windows_are_quarters():
    at = datetime(2026, 9, 1, 10, 14, 59, tzinfo=UTC)
    assert rules.window(at) == datetime(2026, 9, 1, 10, tzinfo=UTC)
    assert rules.window(at + timedelta(seconds=1)) == datetime(2026, 9, 1, 10, 15, tzinfo=UTC)


def test_buckets_hide_the_address():
    assert rules.bucket("mail", "A@x.nl ") == rules.bucket("mail", "a@x.nl")
    assert b"x.nl" not in rules.bucket("mail", "a@x.nl")
    assert rules.bucket("password", "a@x.nl") != rules.bucket("mail", "a@x.nl")
