"""A twin of Stripe inside the process: the official library speaks to it as to the real one, without a socket.

It keeps what it made in memory, or in a file where web and worker are processes of their own. Parameters and answers
are held against the library's published types by the tests. It proves nothing about how Stripe itself behaves.
"""

import fcntl
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stripe import APIConnectionError, HTTPClient, WebhookSignature

from cwb.kernel import clock
from ledger.sandbox import rules

Answer = tuple[str, int, Mapping[str, str]]
Event = dict[str, Any]


class _Refused(Exception):  # noqa: N818 (an answer of the twin)
    def __init__(self, code: int, message: str, kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.code, self.kind = code, kind


class Twin(HTTPClient):
    """Answers the requests that we make: sessions of Checkout, refunds, disputes, balance.

    `page`: where a payer pays for practice, followed by the session's id. `faults`: what the next requests meet
    instead of an answer: an HTTP status, or 0 for a broken connection. `lost`: it is done, and its answer is lost.
    """

    name = "twin"

    def __init__(self, path: Path | None = None, *, page: str = "https://twin.example/") -> None:
        super().__init__()
        self.path, self.page = path, page
        self.faults: list[int] = []
        self.lost = 0
        self._state: dict[str, Any] = {
            "secret": f"whsec_{secrets.token_hex(16)}",
            "objects": {},
            "keys": {},
            "after": {},
        }

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_usage: Any
    ) -> Answer:
        """Answer one request as Stripe would: once for each idempotency key."""
        if self.faults:
            return self._fail(self.faults.pop(0))
        parts = urlsplit(url)
        given = rules.nested(
            parse_qsl(parts.query if method == "get" else post_data or "", keep_blank_values=True)
        )
        head = {name.lower(): value for name, value in (headers or {}).items()}
        try:
            with self._held() as state:
                body, code = self._once(state, method, parts.path, given, head), 200
        except _Refused as refused:
            body, code = {"error": {"message": str(refused), "type": refused.kind}}, refused.code
        if self.lost:
            self.lost -= 1
            self._fail(0)
        return json.dumps(body), code, {"request-id": "req_practice"}

    def close(self) -> None:
        """Nothing stays open."""
        self.faults.clear()

    @property
    def secret(self) -> str:
        """The secret that events are signed with."""
        with self._held() as state:
            return str(state["secret"])

    def session(self, session_id: str) -> Event | None:
        """A session as it is now, for the page on which somebody pays for practice."""
        with self._held() as state:
            found: Event | None = state["objects"].get(session_id)
            return found

    def pay(self, session_id: str, *, later: bool = False, method: str = "ideal") -> Event:
        """The payer pays, at once or by a debit that comes later; what Stripe tells then.

        Raises:
            ValueError: the session is over.
        """
        with self._held() as state:
            session = state["objects"][session_id]
            if session["status"] != "open":
                raise ValueError(session["status"])
            intent = rules.intent(self._id("pi"), session, "sepa_debit" if later else method)
            state["objects"][intent["id"]] = intent
            session |= {"status": "complete", "payment_intent": intent["id"], "url": None}
            if not later:
                self._charge(state, session, intent)
            return self._event("checkout.session.completed", session)

    def confirm(self, session_id: str, *, succeeds: bool = True) -> Event:
        """A debit that came later: the money is there, or it is not."""
        with self._held() as state:
            session = state["objects"][session_id]
            intent = state["objects"][session["payment_intent"]]
            if succeeds:
                self._charge(state, session, intent)
                return self._event("checkout.session.async_payment_succeeded", session)
            intent["status"] = "requires_payment_method"
            return self._event("checkout.session.async_payment_failed", session)

    def accept(self, session_id: str) -> Event:
        """Somebody gives a mandate on the page; what Stripe tells then."""
        with self._held() as state:
            session = state["objects"][session_id]
            session |= {"status": "complete", "url": None, "customer": self._id("cus")}
            method = rules.method(self._id("pm"), session)
            reference = f"{session['_prefix']}{secrets.token_hex(6).upper()}"
            mandate = rules.mandate(self._id("mandate"), method["id"], reference, session, _seconds())
            setup = rules.setup(self._id("seti"), session, method["id"], mandate["id"])
            session["setup_intent"] = setup["id"]
            state["objects"] |= {each["id"]: each for each in (method, mandate, setup)}
            return self._event("checkout.session.completed", session)

    def revoke(self, mandate_id: str) -> Event:
        """The bank says that a mandate is no more."""
        with self._held() as state:
            mandate = state["objects"][mandate_id]
            mandate["status"] = "inactive"
            return self._event("mandate.updated", mandate)

    def end_debit(self, intent_id: str, code: str = "") -> Event:
        """A debit by mandate comes in, or is refused with a code."""
        with self._held() as state:
            intent = state["objects"][intent_id]
            if not code:
                self._charge(state, None, intent)
                return self._event("payment_intent.succeeded", intent)
            intent |= {
                "status": "requires_payment_method",
                "last_payment_error": {"code": code, "type": "card_error"},
            }
            return self._event("payment_intent.payment_failed", intent)

    def expire(self, session_id: str) -> Event:
        """Nobody paid in time."""
        with self._held() as state:
            session = state["objects"][session_id]
            session |= {"status": "expired", "url": None}
            return self._event("checkout.session.expired", session)

    def dispute(self, number: str, reason: str = "general") -> Event:
        """The payer asks the bank for the money back; Stripe takes it out at once, with a fee. A debit is lost with it.

        `number`: of the session, or of a debit.
        """
        with self._held() as state:
            charge = self._charge_of(state, number)
            answer_by = None if number.startswith("pi_") else _seconds() + 14 * 24 * rules.HOUR
            found = rules.dispute(self._id("du"), charge, reason, answer_by)
            charge["disputed"] = True
            taken = self._move(state, charge["_account"], "adjustment", found["id"], -charge["amount"], 2000)
            found["balance_transactions"] = [taken["id"]]
            self._add_after(state, found)
            return self._event("charge.dispute.created", found)

    def close_dispute(self, session_id: str, *, won: bool) -> Event:
        """The bank decided."""
        with self._held() as state:
            charge = self._charge_of(state, session_id)
            after = [state["objects"][each] for each in state["after"][charge["payment_intent"]]]
            found = next(each for each in after if each["object"] == "dispute")
            found["status"] = "won" if won else "lost"
            if won:
                back = self._move(
                    state, charge["_account"], "adjustment", found["id"], charge["amount"], -2000
                )
                found["balance_transactions"].append(back["id"])
            return self._event("charge.dispute.closed", found)

    def fail_refund(self, refund_id: str) -> Event:
        """The bank sent a refund back."""
        with self._held() as state:
            refund = state["objects"][refund_id]
            refund["status"] = "failed"
            state["objects"][refund["charge"]]["amount_refunded"] -= refund["amount"]
            self._move(state, refund["_account"], "refund_failure", refund_id, refund["amount"], 0)
            return self._event("refund.failed", refund)

    def pay_out(self, account: str, amount: int) -> Event:
        """Stripe sends money to the bank."""
        with self._held() as state:
            number = self._id("po")
            made: Event = {"id": number, "object": "payout", "amount": amount, "_account": account}
            self._move(state, account, "payout", number, -amount, 0)
            return self._event("payout.created", made)

    def sign(self, event: Event, at: int | None = None) -> tuple[bytes, str]:
        """The event as it is sent: its bytes and the header that proves them. `at`: seconds since 1970."""
        body = json.dumps(event)
        when = _seconds() if at is None else at
        return body.encode(), WebhookSignature.generate_signature_header(body, self.secret, when)

    def _fail(self, status: int) -> Answer:
        if status == 0:
            raise APIConnectionError("the connection broke")  # type: ignore[no-untyped-call]
        return json.dumps({"error": {"message": "try again", "type": "api_error"}}), status, {}

    @contextmanager
    def _held(self) -> Iterator[dict[str, Any]]:
        """The state, alone; written back where it lies in a file."""
        if self.path is None:
            yield self._state
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if text := file.read():
                self._state = json.loads(text)
            before = json.dumps(self._state)
            yield self._state
            after = json.dumps(self._state)
            if after != before or not text:
                file.truncate(0)
                file.write(after)

    def _once(
        self, state: dict[str, Any], method: str, path: str, given: dict[str, Any], head: Mapping[str, str]
    ) -> Event:
        account = head.get("stripe-account", "")
        if method == "get":
            return self._read(state, path, given, account)
        key, asked = f"{account}:{head['idempotency-key']}", json.dumps([path, given])
        if first := state["keys"].get(key):
            if first[0] != asked:
                raise _Refused(400, "Keys are used with the same parameters.", "idempotency_error")
            return dict(first[1])
        made = self._make(state, path, given, account)
        state["keys"][key] = [asked, made]
        return made

    def _make(self, state: dict[str, Any], path: str, given: dict[str, Any], account: str) -> Event:
        if path == "/v1/checkout/sessions":
            session = rules.session(self._id("cs_test"), given, self.page, _seconds())
            sepa = given.get("payment_method_options", {}).get("sepa_debit", {})
            session |= {
                "_account": account,
                "_prefix": sepa.get("mandate_options", {}).get("reference_prefix", ""),
            }
            state["objects"][session["id"]] = session
            return dict(_shown(session))
        if path == "/v1/payment_intents":
            return dict(_shown(self._debit(state, given, account)))
        if path.endswith("/detach"):
            method = _found(state, path.split("/")[-2], account)
            if method["customer"] is None:
                raise _Refused(400, "This payment method is not attached to a customer.")
            method["customer"] = None
            return dict(_shown(method))
        if path != "/v1/refunds":
            raise _Refused(404, f"Unrecognized request URL {path}")
        intent = _found(state, given["payment_intent"], account)
        charge = _found(state, intent["latest_charge"] or "", account)
        amount = int(given["amount"])
        if amount > charge["amount"] - charge["amount_refunded"] or charge["disputed"]:
            raise _Refused(400, "Refund amount is greater than what is left of the charge.")
        charge["amount_refunded"] += amount
        refund = rules.refund(self._id("re"), charge, amount, given["metadata"], _seconds())
        moved = self._move(state, account, "refund", refund["id"], -amount, 0)
        refund |= {"_account": account, "balance_transaction": moved["id"]}
        self._add_after(state, refund)
        return dict(_shown(refund))

    def _debit(self, state: dict[str, Any], given: dict[str, Any], account: str) -> Event:
        """A debit by mandate begins: only on a mandate that stands, of an account that is still attached."""
        mandate, method = (_found(state, given[each], account) for each in ("mandate", "payment_method"))
        if mandate["status"] != "active" or method["customer"] != given["customer"]:
            raise _Refused(400, "The mandate is not active or the payment method is not attached.")
        asked = {**given, "amount_total": int(given["amount"]), "created": _seconds(), "_account": account}
        intent = rules.intent(self._id("pi"), asked, "sepa_debit")
        state["objects"][intent["id"]] = intent
        return intent

    def _read(self, state: dict[str, Any], path: str, given: dict[str, Any], account: str) -> Event:
        kind, _, one = path.removeprefix("/v1/").partition("/")
        if kind == "balance":
            rows = [each for each in _of(state, "balance_transaction") if each["_account"] == account]
            return rules.balance(sum(each["net"] for each in rows))
        if not one and kind in {"refunds", "disputes", "balance_transactions", "payment_intents"}:
            known = state["objects"]
            rows = list(known.values())
            if "payment_intent" in given:
                rows = [known[each] for each in state["after"].get(given["payment_intent"], ())]
            rows = [each for each in rows if each["object"] == kind[:-1]]
            rows = [each for each in rows if each["_account"] == account]
            rows = [each for each in rows if given.get("customer") in {None, each.get("customer")}]
            rows = [rules.expanded(each, state["objects"], ["balance_transactions"]) for each in rows]
            return {"object": "list", "data": [_shown(each) for each in rows], "has_more": False, "url": path}
        found = _found(state, one.rpartition("/")[2], account)
        for each in given.get("expand", []):
            found = rules.expanded(found, state["objects"], each.split("."))
        return dict(_shown(found))

    def _charge(self, state: dict[str, Any], session: Event | None, intent: Event) -> None:
        charge = rules.charge(self._id("ch"), intent, _seconds())
        fee = 29 if intent["payment_method_types"] == ["ideal"] else 35
        moved = self._move(state, intent["_account"], "charge", charge["id"], charge["amount"], fee)
        charge["balance_transaction"] = moved["id"]
        state["objects"][charge["id"]] = charge
        intent |= {"status": "succeeded", "latest_charge": charge["id"], "amount_received": charge["amount"]}
        if session is not None:
            session["payment_status"] = "paid"

    @staticmethod
    def _add_after(state: dict[str, Any], made: Event) -> None:
        """Keep a refund or dispute, and to which payment it belongs."""
        state["objects"][made["id"]] = made
        state["after"].setdefault(made["payment_intent"], []).append(made["id"])

    def _charge_of(self, state: dict[str, Any], number: str) -> Event:
        one = state["objects"][number]
        intent = one if one["object"] == "payment_intent" else state["objects"][one["payment_intent"]]
        found: Event = state["objects"][intent["latest_charge"]]
        return found

    def _move(
        self, state: dict[str, Any], account: str, kind: str, source: str, amount: int, fee: int
    ) -> Event:
        made = rules.movement(self._id("txn"), kind, source, amount, fee, _seconds())
        made["_account"] = account
        state["objects"][made["id"]] = made
        return made

    def _event(self, kind: str, subject: Event) -> Event:
        return rules.event(self._id("evt"), kind, _shown(subject), subject["_account"], _seconds())

    @staticmethod
    def _id(prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"


def _seconds() -> int:
    return int(clock.now().timestamp())


def _of(state: dict[str, Any], kind: str) -> list[Event]:
    return [each for each in state["objects"].values() if each["object"] == kind]


def _found(state: dict[str, Any], number: str, account: str) -> Event:
    found: Event | None = state["objects"].get(number)
    if found is None or found["_account"] != account:
        raise _Refused(404, f"No such object: {number}")
    return found


def _shown(thing: Any) -> Any:
    """Without what the twin keeps for itself."""
    if isinstance(thing, dict):
        return {name: _shown(value) for name, value in thing.items() if not name.startswith("_")}
    return [_shown(each) for each in thing] if isinstance(thing, list) else thing
