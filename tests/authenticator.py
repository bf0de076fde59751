"""A passkey device in software, for tests: it answers the pages' questions as a phone would (ES256, no attestation)."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """One passkey on one device."""

    origin: str = "http://localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    counts: bool = True  # passkeys that are shared between devices stay at zero
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _told(self, kind: str, question: dict) -> bytes:
        facts = {"type": f"webauthn.{kind}", "challenge": question["challenge"], "origin": self.origin}
        return json.dumps({**facts, "crossOrigin": False}).encode()

    def _data(self, party: str, extra: bytes = b"", flags: int = 0) -> bytes:
        return (
            hashlib.sha256(party.encode()).digest()
            + struct.pack(">BI", self.flags | flags, self.count)
            + extra
        )

    def _sent(self, **response: bytes) -> str:
        return json.dumps(
            {
                "id": _text(self.id),
                "rawId": _text(self.id),
                "type": "public-key",
                "response": {name: _text(value) for name, value in response.items()},
                "clientExtensionResults": {},
            }
        )

    def create(self, question: str) -> str:
        """Answers the question for a new passkey."""
        asked = json.loads(question)
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        extra = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        data = self._data(asked["rp"]["id"], extra, ATTESTED)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._sent(clientDataJSON=self._told("create", asked), attestationObject=made)

    def get(self, question: str) -> str:
        """Answers the question for a passkey that is there."""
        asked = json.loads(question)
        self.count += self.counts
        told, data = self._told("get", asked), self._data(asked["rpId"])
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent(clientDataJSON=told, authenticatorData=data, signature=signature)
