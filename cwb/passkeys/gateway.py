"""The one door to the library of WebAuthn: the questions a browser gets, and checking what comes back."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import webauthn
from itsdangerous import BadSignature, URLSafeSerializer
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from cwb.passkeys import errors
from cwb.passkeys.rules import ASKED, Party

_PATIENCE_MS = int(ASKED.total_seconds()) * 1000


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey as the browser told it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent, read but not trusted yet. `question_hash` is what is remembered of the question."""

    credential: dict[str, Any]
    question: bytes
    question_hash: bytes

    @property
    def credential_id(self) -> bytes:
        """Which passkey says to be answering."""
        return base64url_to_bytes(self.credential["id"])


class Ceremony:
    """Asks and checks for one browser. A question is a signed text, so none is stored before it is answered.

    `browser` is a secret that only this browser's cookie holds: another browser cannot answer for it.
    """

    def __init__(self, party: Party, *, key: str, browser: str) -> None:
        self._party = party
        self._signer = URLSafeSerializer(key, salt="passkey")
        self._browser = hashlib.sha256(browser.encode()).hexdigest()[:32]

    def ask_new(
        self, *, site: str, email: str, name: str, handle: bytes, there: Sequence[bytes], at: datetime
    ) -> str:
        """The question for a new passkey, as JSON. `there` are ids that the browser need not offer again."""
        options = webauthn.generate_registration_options(
            rp_id=self._party.id,
            rp_name=site,
            user_id=handle,
            user_name=email,
            user_display_name=name,
            challenge=self._question("new", at),
            timeout=_PATIENCE_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in there],
        )
        return options_to_json(options)

    def ask(self, purpose: str, *, only: Sequence[bytes] = (), at: datetime) -> str:
        """The question for a passkey that is there, as JSON; `only` these, or whichever the person picks."""
        options = webauthn.generate_authentication_options(
            rp_id=self._party.id,
            challenge=self._question(purpose, at),
            timeout=_PATIENCE_MS,
            allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in only],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json(options)

    def read(self, purpose: str, sent: str, *, at: datetime) -> Answer:
        """What the browser sent, if it answers a question of ours, asked of this browser not long ago.

        Raises:
            NothingCame: no answer. AskedTooLongAgo: not our question, or too old. PasskeyRefused: rubbish.
        """
        if not sent:
            raise errors.NothingCame
        try:
            credential = json.loads(sent)
            told = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
            question = base64url_to_bytes(told["challenge"])
            base64url_to_bytes(credential["id"])
        except (ValueError, TypeError, KeyError):
            raise errors.PasskeyRefused from None
        self._check(purpose, question, at)
        return Answer(credential, question, hashlib.sha256(question).digest())

    def check_new(self, answer: Answer) -> Made:
        """A new passkey, checked.

        Raises:
            PasskeyRefused: it does not fit the question, the site, or its own signature.
        """
        try:
            found = webauthn.verify_registration_response(
                credential=answer.credential,
                expected_challenge=answer.question,
                expected_rp_id=self._party.id,
                expected_origin=self._party.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError):
            raise errors.PasskeyRefused from None
        return Made(found.credential_id, found.credential_public_key, found.sign_count)

    def check(self, answer: Answer, *, public_key: bytes, sign_count: int) -> int:
        """The new count of a passkey, once its signature was checked.

        Raises:
            PasskeyRefused: it does not fit, or its count went back: somebody copied it.
        """
        try:
            found = webauthn.verify_authentication_response(
                credential=answer.credential,
                expected_challenge=answer.question,
                expected_rp_id=self._party.id,
                expected_origin=self._party.origin,
                credential_public_key=public_key,
                credential_current_sign_count=sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError):
            raise errors.PasskeyRefused from None
        return found.new_sign_count

    def _question(self, purpose: str, at: datetime) -> bytes:
        facts = [purpose, self._browser, int(at.timestamp()), secrets.token_urlsafe(16)]
        return str(self._signer.dumps(facts)).encode()

    def _check(self, purpose: str, question: bytes, at: datetime) -> None:
        try:
            asked, browser, stamp, _ = self._signer.loads(question)
        except (BadSignature, ValueError):
            raise errors.AskedTooLongAgo from None
        age = at - datetime.fromtimestamp(stamp, UTC)
        if (asked, browser) != (purpose, self._browser) or age > ASKED:
            raise errors.AskedTooLongAgo
