"""Sealing: keys, shares and sealed texts, as pure functions on bytes.

* A holder's key pair is X25519; its private half is locked by a passphrase through argon2id.
* A tender's key pair is X25519; its private half is split 2-of-3 (Shamir, two blocks of 16 bytes). The public
  half is the commitment: shares that were swapped or changed never make a key that fits it.
* Texts are sealed boxes (X25519, XSalsa20-Poly1305), padded so that their length says little.
"""

import hashlib
import unicodedata
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir
from nacl import bindings, pwhash
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

from cwb.files.rules import PAD, house_key, lock_text, unlock_text
from procurement.sealing.errors import (
    PassphrasesDiffer,
    PassphraseTooLong,
    PassphraseTooShort,
    SealBroken,
    ShareBroken,
)

__all__ = ["PAD", "house_key", "lock_text", "unlock_text"]
"""Of the files: said here too, for who seals and locks in one act."""

LEAST_PASSPHRASE, MOST_PASSPHRASE = 12, 200
"""Length of a passphrase in characters."""

SECRET = 32
"""Bytes of an X25519 private key."""

HOLDERS, NEEDED = 3, 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of a passphrase costs (argon2id): rounds, and memory in bytes."""

    rounds: int
    memory: int


MODERATE = Cost(pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_MODERATE)
"""Half a second and 256 MiB a guess (libsodium's advice for what is opened seldom)."""


@dataclass(frozen=True, slots=True)
class LockedKey:
    """A holder's key pair whose private half only a passphrase opens."""

    public_key: bytes
    salt: bytes
    locked: bytes
    cost: Cost


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a tender's private key: its number (1 to 3) and 32 bytes."""

    number: int
    value: bytes

    def digest(self) -> str:
        """SHA-256 (hex) by which a changed share is known. 32 random bytes: it gives nothing away."""
        return hashlib.sha256(b"cwb share" + bytes([self.number]) + self.value).hexdigest()


def check_passphrase(passphrase: str, repeated: str) -> str:
    """A new passphrase, checked.

    Raises:
        PassphraseTooShort: under 12 characters, blanks at the ends not counted.
        PassphraseTooLong: over 200 characters.
        PassphrasesDiffer: the repetition is another text.
    """
    if len(passphrase.strip()) < LEAST_PASSPHRASE:
        raise PassphraseTooShort(field="passphrase", least=LEAST_PASSPHRASE)
    if len(passphrase) > MOST_PASSPHRASE:
        raise PassphraseTooLong(field="passphrase", most=MOST_PASSPHRASE)
    if passphrase != repeated:
        raise PassphrasesDiffer(field="repeated")
    return passphrase


def new_private_key() -> bytes:
    """32 random bytes that are an X25519 private key."""
    return bytes(PrivateKey.generate())


def public_of(private: bytes) -> bytes:
    """The public half of a private key."""
    return bytes(PrivateKey(private).public_key)


def fingerprint(public_key: bytes) -> str:
    """A public key in sixteen hex signs, in fours, for people to compare."""
    text = hashlib.sha256(public_key).hexdigest()[:16]
    return " ".join(text[i : i + 4] for i in range(0, 16, 4))


def lock(private: bytes, passphrase: str, cost: Cost = MODERATE) -> LockedKey:
    """Lock a private key with a passphrase."""
    salt = random(pwhash.argon2id.SALTBYTES)
    locked = bytes(SecretBox(_stretch(passphrase, salt, cost)).encrypt(private))
    return LockedKey(public_of(private), salt, locked, cost)


def unlock(key: LockedKey, passphrase: str) -> bytes | None:
    """The private key, or None when the passphrase is not the one."""
    if len(passphrase) > MOST_PASSPHRASE:
        return None
    try:
        private = SecretBox(_stretch(passphrase, key.salt, key.cost)).decrypt(key.locked)
    except CryptoError:
        return None
    return private if public_of(private) == key.public_key else None


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    text = unicodedata.normalize("NFKC", passphrase).encode()
    return pwhash.argon2id.kdf(SecretBox.KEY_SIZE, text, salt, opslimit=cost.rounds, memlimit=cost.memory)


def split(private: bytes) -> list[Share]:
    """Three shares of a private key, any two of which make it again."""
    if len(private) != SECRET:
        raise ValueError("a private key has 32 bytes")
    halves = [Shamir.split(NEEDED, HOLDERS, private[start : start + 16]) for start in (0, 16)]
    return [Share(number, first + second) for (number, first), (_, second) in zip(*halves, strict=True)]


def join(one: Share, other: Share, public_key: bytes) -> bytes:
    """The private key out of two shares.

    Raises:
        ShareBroken: the shares are one and the same, or do not make the key of `public_key`.
    """
    if one.number == other.number or not len(one.value) == len(other.value) == SECRET:
        raise ShareBroken
    halves = [
        Shamir.combine([(share.number, share.value[start : start + 16]) for share in (one, other)])
        for start in (0, 16)
    ]
    private: bytes = halves[0] + halves[1]
    if public_of(private) != public_key:
        raise ShareBroken
    return private


def seal(public_key: bytes, text: bytes, pad: int = PAD) -> bytes:
    """Seal a text so that only the private key opens it. Everyone can seal; nobody sees who did."""
    return bytes(SealedBox(PublicKey(public_key)).encrypt(bindings.sodium_pad(text, pad)))


def unseal(private: bytes, sealed: bytes, pad: int = PAD) -> bytes:
    """The text of a sealed box.

    Raises:
        SealBroken: changed, cut off, or sealed to another key.
    """
    try:
        return bytes(bindings.sodium_unpad(SealedBox(PrivateKey(private)).decrypt(sealed), pad))
    except (CryptoError, ValueError, TypeError) as fault:
        raise SealBroken from fault


def seal_share(holder: bytes, tender_key: bytes, share: Share) -> bytes:
    """A share sealed to its holder, the tender's public key inside: it cannot be moved to another tender."""
    return seal(holder, bytes([share.number]) + share.value + tender_key, pad=1)


def unseal_share(private: bytes, sealed: bytes, tender_key: bytes, digest: str) -> Share:
    """A holder's share.

    Raises:
        ShareBroken: not sealed to this holder, of another tender, or not the share that was handed out.
    """
    try:
        text = unseal(private, sealed, pad=1)
    except SealBroken as fault:
        raise ShareBroken from fault
    share = Share(text[0], text[1 : 1 + SECRET]) if len(text) == 1 + 2 * SECRET else None
    if share is None or text[1 + SECRET :] != tender_key or share.digest() != digest:
        raise ShareBroken
    return share
