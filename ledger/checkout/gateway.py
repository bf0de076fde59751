"""The one door to the payment provider, through its official library."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urljoin

import stripe
from stripe import HTTPClient, RequestsClient, StripeClient

from cwb.config import Config
from cwb.kernel import clock
from ledger.checkout.errors import CallRefused, EventRefused, KeyClash, ProviderBusy
from ledger.checkout.rules import PRACTICE, Ask, Disputed, Moved, Pull, Refunded, Seen, Told
from ledger.sandbox.gateway import Twin

VERSION = "2026-10-28.endive"
"""The version of the provider's interface that this was written for."""

WINDOW = 300
"""Seconds within which a message must arrive, before and after its own time."""

MODE, SETUP, LOCALE, CURRENCY, DEBIT = "payment", "setup", "nl", "eur", "sepa_debit"
"""Words of the provider; the tests hold them against its published lists."""

EXPANDED = ["payment_intent.latest_charge.balance_transaction"]

PATIENCE = 8
"""Seconds that a call may take."""

stripe.enable_telemetry = False

_LOST = frozenset({"lost"})
_WON = frozenset({"won", "warning_closed", "prevented"})
_Answer = TypeVar("_Answer")


class Provider:
    """What we ask of Stripe, in the account of the organisation that is paid.

    Raises everywhere:
        ProviderBusy: no answer now; the same call may be repeated under its key.
        CallRefused, KeyClash: the answer is no.
    """

    def __init__(
        self, key: str, secret: str, http: HTTPClient, *, base_url: str = "http://127.0.0.1:8000"
    ) -> None:
        self.client = StripeClient(key, http_client=http, stripe_version=VERSION, max_network_retries=0)
        self._secret, self.base_url, self._live = secret, base_url, "_live_" in key
        self.twin = http if isinstance(http, Twin) else None

    @property
    def practice(self) -> bool:
        """Whether this is the twin, where no money moves."""
        return self.twin is not None

    def create_checkout(self, ask: Ask, key: str) -> tuple[str, str]:
        """A page on which the payer pays: its number and its address."""
        named = {"order": ask.reference}
        back = urljoin(f"{self.base_url}/", ask.back.lstrip("/"))
        given: Any = {
            "mode": MODE,
            "client_reference_id": ask.reference,
            "metadata": named,
            "payment_intent_data": {"metadata": named, "description": ask.description},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": CURRENCY,
                        "unit_amount": ask.amount,
                        "product_data": {"name": ask.description},
                    },
                }
            ],
            "success_url": back,
            "cancel_url": back,
            "expires_at": int(ask.expires_at.timestamp()),
            "locale": LOCALE,
        }
        made = self.answer(
            lambda: self.client.v1.checkout.sessions.create(given, self.options(ask.account, key))
        )
        return made["id"], made["url"]

    def retrieve(self, number: str, account: str) -> Seen:
        """A checkout as it stands now, with its payment, refunds and disputes."""
        options: Any = self.options(account)
        found = self.answer(
            lambda: self.client.v1.checkout.sessions.retrieve(number, {"expand": EXPANDED}, options)
        )
        facts: dict[str, Any] = found.to_dict()
        facts |= {"paid": facts["payment_status"] == "paid", "reference": facts["client_reference_id"]}
        return self._seen(facts, facts["payment_intent"] or {}, options)

    def create_debit(
        self, pull: Pull, amount: int, *, reference: str, description: str, account: str, key: str
    ) -> str:
        """Take money by a mandate, without the payer: the number of the payment."""
        given: Any = {
            "amount": amount,
            "currency": CURRENCY,
            "customer": pull.customer,
            "payment_method": pull.method,
            "mandate": pull.mandate,
            "allowed_payment_method_types": [DEBIT],
            "off_session": True,
            "confirm": True,
            "description": description,
            "metadata": {"order": reference},
        }
        made = self.answer(lambda: self.client.v1.payment_intents.create(given, self.options(account, key)))
        return str(made["id"])

    def find_debit(self, pull: Pull, reference: str, account: str) -> str | None:
        """The number of a debit whose answer was lost; None when it was never made."""
        given: Any = {"customer": pull.customer, "limit": 100}
        options: Any = self.options(account)
        rows = self.answer(
            lambda: list(self.client.v1.payment_intents.list(given, options).auto_paging_iter())
        )
        found = (each.to_dict() for each in rows)
        return next(
            (each["id"] for each in found if (each["metadata"] or {}).get("order") == reference), None
        )

    def retrieve_debit(self, number: str, account: str) -> Seen:
        """A debit as it stands now, with its refunds and disputes."""
        options: Any = self.options(account)
        given: Any = {"expand": [each.partition(".")[2] for each in EXPANDED]}
        found = self.answer(lambda: self.client.v1.payment_intents.retrieve(number, given, options))
        intent: dict[str, Any] = found.to_dict()
        facts = {
            "id": number, "status": "complete", "paid": intent["status"] == "succeeded",
            "amount_total": intent["amount"], "currency": intent["currency"],
            "reference": (intent.get("metadata") or {}).get("order"),
        }  # fmt: skip
        return self._seen(facts, intent, options)

    def refund(self, intent: str, amount: int, account: str, key: str) -> str:
        """Give (a part of) a payment back: the number of the refund."""
        given: Any = {"payment_intent": intent, "amount": amount, "metadata": {"call": key}}
        made = self.answer(lambda: self.client.v1.refunds.create(given, self.options(account, key)))
        return str(made["id"])

    def parse_event(self, raw: bytes, header: str | None, at: datetime) -> Told:
        """What a message tells, once it is proven to be the provider's and of now.

        Raises:
            EventRefused: wrong, altered or old, of a clock that runs ahead, or of the other world (test, live).
        """
        secret = self.twin.secret if self.twin else self._secret
        try:
            # the age is judged below, by the instant this decision is about: the library reads its own clock
            event: dict[str, Any] = self.client.construct_event(raw, header, secret, 0).to_dict()
            sent = int(next(part[2:] for part in (header or "").split(",") if part.startswith("t=")))
            subject = event["data"]["object"]
            told = Told(
                event["id"],
                event["type"],
                event.get("account") or "",
                subject["id"] if subject["object"] == "checkout.session" else "",
                subject["id"]
                if subject["object"] == "payment_intent"
                else subject.get("payment_intent") or "",
                subject["id"] if subject["object"] == "mandate" else "",
            )
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise EventRefused from fault
        if abs(at.timestamp() - sent) > WINDOW or event["livemode"] != self._live:
            raise EventRefused
        return told

    def movements(self, account: str, since: datetime) -> list[Moved]:
        """The lines of the balance from an instant on."""
        given: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        options: Any = self.options(account)
        rows = self.answer(
            lambda: list(self.client.v1.balance_transactions.list(given, options).auto_paging_iter())
        )
        return [_moved(each.to_dict()) for each in rows]

    def balance(self, account: str) -> int:
        """What lies at the provider in euro cents, available or soon."""
        options: Any = self.options(account)
        found = self.answer(lambda: self.client.v1.balance.retrieve({}, options)).to_dict()
        return sum(
            each["amount"]
            for part in ("available", "pending")
            for each in found[part]
            if each["currency"] == CURRENCY
        )

    def _seen(self, facts: dict[str, Any], intent: dict[str, Any], options: Any) -> Seen:
        charge = intent.get("latest_charge") or {}
        refunds, disputes = self._after(intent["id"], options) if charge else ((), ())
        return Seen(
            session=facts["id"],
            status=facts["status"],
            paid=facts["paid"],
            amount=facts["amount_total"],
            currency=facts["currency"],
            reference=facts["reference"] or "",
            intent=intent.get("id"),
            intent_status=intent.get("status", ""),
            charge=charge.get("id"),
            method=(charge.get("payment_method_details") or {}).get("type", ""),
            fee=_moved(charge["balance_transaction"]) if charge.get("balance_transaction") else None,
            refunds=refunds,
            disputes=disputes,
            why=(intent.get("last_payment_error") or {}).get("code") or charge.get("failure_code") or "",
        )

    def _after(self, intent: str, options: Any) -> tuple[tuple[Refunded, ...], tuple[Disputed, ...]]:
        given: Any = {"payment_intent": intent, "limit": 100}
        wide: Any = {**given, "expand": ["data.balance_transactions"]}
        refunds = self.answer(lambda: self.client.v1.refunds.list(given, options)).to_dict()
        disputes = self.answer(lambda: self.client.v1.disputes.list(wide, options)).to_dict()
        return tuple(
            Refunded(
                each["id"],
                each["amount"],
                each["status"] in {"failed", "canceled"},
                (each.get("metadata") or {}).get("call", ""),
            )
            for each in refunds["data"]
        ), tuple(
            Disputed(
                each["id"],
                each["status"] in _LOST,
                each["status"] in _WON,
                tuple(_moved(row) for row in each["balance_transactions"]),
                _instant((each.get("evidence_details") or {}).get("due_by")),
                each.get("reason") or "",
            )
            for each in disputes["data"]
        )

    def options(self, account: str, key: str | None = None) -> Any:
        """Which account a call is for; practice money and real accounts never meet.

        Raises:
            CallRefused: they would.
        """
        if self.practice != account.startswith(PRACTICE):
            raise CallRefused(why="practice and real accounts do not mix")
        return {"stripe_account": account} | ({"idempotency_key": key} if key else {})

    @staticmethod
    def answer(act: Callable[[], _Answer]) -> _Answer:
        """What a call answers, its faults in our own words."""
        with _translated():
            return act()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except stripe.IdempotencyError as fault:
        raise KeyClash from fault
    except (stripe.APIConnectionError, stripe.RateLimitError) as fault:
        raise ProviderBusy from fault
    except (
        stripe.InvalidRequestError,
        stripe.AuthenticationError,
        stripe.PermissionError,
        stripe.CardError,
    ) as no:
        raise CallRefused(why=no.user_message or type(no).__name__) from no
    except stripe.StripeError as fault:
        raise ProviderBusy from fault


def _instant(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _moved(row: dict[str, Any]) -> Moved:
    source = row.get("source") or ""
    return Moved(
        row["id"],
        row["type"],
        source if isinstance(source, str) else source["id"],
        row["amount"],
        row["fee"],
        datetime.fromtimestamp(row["created"], UTC),
    )


def provider(config: Config) -> Provider:
    """The provider of this installation: Stripe where there is a key, else the twin."""
    if config.stripe_key:
        http: HTTPClient = RequestsClient(timeout=PATIENCE)
        return Provider(config.stripe_key, config.stripe_webhook_secret, http, base_url=config.base_url)
    twin = Twin(
        config.data_dir / "practice" / "stripe.json", page=f"{config.base_url}/online-payments/practice/"
    )
    return Provider("sk_test_practice", "", twin, base_url=config.base_url)


def smoke(key: str, at: datetime | None = None) -> Iterator[str]:
    """A round with a key of the provider's sandbox: page, look, repeat under the key, refund, mandate, debit.

    Needs no account of an organisation; no money moves. Yields what was seen.
    """
    at = at or clock.now()
    seen = StripeClient(key, stripe_version=VERSION, max_network_retries=0)
    mark = f"cwb-smoke-{int(at.timestamp())}"
    given: Any = {
        "mode": MODE,
        "client_reference_id": mark,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": 100,
                    "product_data": {"name": "cwb smoke"},
                },
            }
        ],
        "success_url": "https://example.org/",
        "locale": LOCALE,
    }
    options: Any = {"idempotency_key": mark}
    with _translated():
        made = seen.v1.checkout.sessions.create(given, options)
        yield f"checkout: {made['id']}"
        again = seen.v1.checkout.sessions.create(given, options)
        yield f"the same key gives the same page: {again['id'] == made['id']}"
        found = seen.v1.checkout.sessions.retrieve(made["id"], {"expand": EXPANDED})
        yield f"retrieve: {found['status']}, {found['amount_total']} {found['currency']}"
    yield from _smoke_refund(seen, f"{mark}-paid")
    yield from _smoke_debit(seen, f"{mark}-debit")


def _smoke_refund(seen: StripeClient, mark: str) -> Iterator[str]:
    paid: Any = {
        "amount": 100,
        "currency": CURRENCY,
        "confirm": True,
        "payment_method": "pm_card_visa",
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    }
    with _translated():
        intent = seen.v1.payment_intents.create(paid, {"idempotency_key": mark})
        refund = seen.v1.refunds.create(
            {"payment_intent": intent["id"], "amount": 40}, {"idempotency_key": f"{mark}-back"}
        )
        yield f"refund of a part: {refund['status']}, {refund['amount']}"
        try:
            seen.v1.refunds.create(
                {"payment_intent": intent["id"], "amount": 100}, {"idempotency_key": f"{mark}-over"}
            )
        except stripe.InvalidRequestError:
            yield "a refund beyond the rest: refused"
        else:
            yield "a refund beyond the rest: TAKEN"


SANDBOX_IBAN = "NL39RABO0300065264"
"""An account that the provider publishes for trying debits that succeed."""


def _smoke_debit(seen: StripeClient, mark: str) -> Iterator[str]:
    """A mandate on the sandbox's own account, a debit by it without the payer, and the end of it."""
    holder = {"name": "cwb smoke", "email": "smoke@example.org"}
    pay_by: Any = {"type": DEBIT, DEBIT: {"iban": SANDBOX_IBAN}, "billing_details": holder}
    with _translated():
        customer = seen.v1.customers.create({"name": mark})
        method = seen.v1.payment_methods.create(pay_by)
        asked: Any = {
            "customer": customer["id"], "payment_method": method["id"], "confirm": True, "usage": "off_session",
            "allowed_payment_method_types": [DEBIT], "mandate_data": {"customer_acceptance": {"type": "offline"}},
        }  # fmt: skip
        setup = seen.v1.setup_intents.create(asked, {"idempotency_key": mark})
        yield f"mandate: {setup['status']}, {seen.v1.mandates.retrieve(setup['mandate'])['status']}"
        given: Any = {
            "amount": 100, "currency": CURRENCY, "customer": customer["id"], "payment_method": method["id"],
            "mandate": setup["mandate"], "allowed_payment_method_types": [DEBIT], "off_session": True, "confirm": True,
        }  # fmt: skip
        debit = seen.v1.payment_intents.create(given, {"idempotency_key": f"{mark}-take"})
        yield f"debit without the payer: {debit['status']}"
        seen.v1.payment_methods.detach(method["id"])
        yield "the account is forgotten"
