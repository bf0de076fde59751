from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.sealing import rules
from procurement.sealing.errors import (
    PassphrasesDiffer,
    PassphraseTooLong,
    PassphraseTooShort,
    SealBroken,
    ShareBroken,
)

CHEAP = rules.Cost(1, 8192)
secrets = st.binary(min_size=32, max_size=32)


@given(secrets)
def test_any_two_of_three_shares_make_the_key_again(private):
    public = rules.public_of(private)
    for one, other in combinations(rules.split(private), 2):
        assert rules.join(one, other, public) == private
        assert rules.join(other, one, public) == private


@given(secrets, secrets)
def test_one_share_says_nothing_about_the_key(private, other):
    """A share of one key and a share of another never make either."""
    one = rules.split(private)[0]
    foreign = rules.split(other)[1]
    if private != other:
        with pytest.raises(ShareBroken):
            rules.join(one, foreign, rules.public_of(private))


@given(secrets, st.integers(0, 31), st.integers(1, 255))
def test_a_changed_share_is_found_out(private, place, flip):
    one, other, _ = rules.split(private)
    bent = bytearray(one.value)
    bent[place] ^= flip
    changed = rules.Share(one.number, bytes(bent))
    assert changed.digest() != one.digest()
    try:
        joined = rules.join(changed, other, rules.public_of(private))
    except ShareBroken:
        return
    assert rules.public_of(joined) == rules.public_of(private)  # X25519 ignores five bits of the key


@pytest.mark.parametrize("value", [b"", b"x" * 31, b"x" * 33])
def test_shares_of_another_length_or_twice_the_same_are_refused(value):
    private = rules.new_private_key()
    one, _, _ = rules.split(private)
    with pytest.raises(ShareBroken):
        rules.join(one, rules.Share(2, value), rules.public_of(private))
    with pytest.raises(ShareBroken):
        rules.join(one, one, rules.public_of(private))
    with pytest.raises(ValueError, match="32 bytes"):
        rules.split(private + b"x")


@given(st.binary(max_size=9000))
@settings(max_examples=50)
def test_what_is_sealed_opens_unchanged_and_hides_its_length(text):
    private = rules.new_private_key()
    sealed = rules.seal(rules.public_of(private), text)
    assert rules.unseal(private, sealed) == text
    assert (len(sealed) - 48) % rules.PAD == 0
    assert text not in sealed or len(text) < 4
    with pytest.raises(SealBroken):
        rules.unseal(rules.new_private_key(), sealed)


@given(st.integers(0, 4096 + 47), st.integers(1, 255))
@settings(max_examples=100)
def test_a_changed_byte_anywhere_is_found_out(place, flip):
    private = rules.new_private_key()
    sealed = bytearray(rules.seal(rules.public_of(private), b"secret"))
    sealed[place] ^= flip
    with pytest.raises(SealBroken):
        rules.unseal(private, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"x" * 10, b"x" * 48, b"x" * 5000])
def test_rubbish_is_no_sealed_text(sealed):
    with pytest.raises(SealBroken):
        rules.unseal(rules.new_private_key(), sealed)
    with pytest.raises(SealBroken):
        rules.unlock_text(b"k" * 32, {"bid": "1"}, sealed)


def test_a_share_opens_for_its_holder_and_tender_only():
    holder, stranger, tender = (rules.new_private_key() for _ in range(3))
    public = rules.public_of(tender)
    share = rules.split(tender)[0]
    sealed = rules.seal_share(rules.public_of(holder), public, share)
    assert rules.unseal_share(holder, sealed, public, share.digest()) == share
    for private, key, digest in (
        (stranger, public, share.digest()),
        (holder, rules.public_of(stranger), share.digest()),
        (holder, public, "0" * 64),
    ):
        with pytest.raises(ShareBroken):
            rules.unseal_share(private, sealed, key, digest)
    with pytest.raises(ShareBroken):
        rules.unseal_share(
            holder, rules.seal(rules.public_of(holder), b"short", pad=1), public, share.digest()
        )


def test_a_lock_opens_with_its_passphrase_only():
    private = rules.new_private_key()
    key = rules.lock(private, "twaalf tekens é", CHEAP)
    assert rules.unlock(key, "twaalf tekens é") == private
    assert rules.unlock(key, "twaalf tekens e\u0301") == private  # another keyboard's é
    assert rules.unlock(key, "Twaalf tekens é") is None
    assert rules.unlock(key, "x" * 100_000) is None
    assert private not in key.locked
    swapped = rules.LockedKey(rules.public_of(rules.new_private_key()), key.salt, key.locked, key.cost)
    assert rules.unlock(swapped, "twaalf tekens é") is None


@pytest.mark.parametrize(
    ("passphrase", "repeated", "fault"),
    [
        ("", "", PassphraseTooShort),
        ("elf tekens!", "elf tekens!", PassphraseTooShort),
        ("kort" + " " * 20, "kort" + " " * 20, PassphraseTooShort),
        ("x" * 201, "x" * 201, PassphraseTooLong),
        ("twaalf tekens", "twaalf teken", PassphrasesDiffer),
    ],
)
def test_a_bad_new_passphrase_is_refused(passphrase, repeated, fault):
    with pytest.raises(fault):
        rules.check_passphrase(passphrase, repeated)


def test_a_good_new_passphrase_is_kept_as_typed():
    assert rules.check_passphrase("مرحبا بكم جميعا", "مرحبا بكم جميعا") == "مرحبا بكم جميعا"


@given(st.binary(max_size=5000))
@settings(max_examples=30)
def test_the_installations_key_binds_a_text_to_its_place(text):
    master = b"m" * 32
    locked = rules.lock_text(master, {"bid": "a", "version": 1}, text)
    assert rules.unlock_text(master, {"version": 1, "bid": "a"}, locked) == text
    for key, context in (
        (master, {"bid": "b", "version": 1}),
        (master, {"bid": "a", "version": 2}),
        (b"n" * 32, {"bid": "a", "version": 1}),
    ):
        with pytest.raises(SealBroken):
            rules.unlock_text(key, context, locked)


def test_a_fingerprint_is_sixteen_hex_signs_in_fours():
    text = rules.fingerprint(b"k" * 32)
    assert [len(part) for part in text.split(" ")] == [4, 4, 4, 4]
