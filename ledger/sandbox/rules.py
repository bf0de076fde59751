"""What the twin's objects look like: every field that the library's types call for, and those we read."""

from collections.abc import Iterable, Mapping
from typing import Any

Thing = dict[str, Any]

HOUR = 3600


def nested(pairs: Iterable[tuple[str, str]]) -> Thing:
    """A form body as it was before encoding: `a[b][0]=c` is `{"a": {"b": ["c"]}}`; all values are texts."""
    whole: Thing = {}
    for name, value in pairs:
        head, *rest = name.replace("]", "").split("[")
        place = whole
        for step in rest:
            place = place.setdefault(head, {})
            head = step
        place[head] = value
    return {name: _listed(value) for name, value in whole.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    parts = {name: _listed(each) for name, each in value.items()}
    return list(parts.values()) if all(name.isdigit() for name in parts) else parts


def expanded(thing: Thing, objects: Mapping[str, Thing], path: list[str]) -> Thing:
    """The object with what a path names put in place of its id."""
    first, *rest = path
    value = thing.get(first)
    if isinstance(value, list):
        return thing | {first: [objects[each] for each in value]}
    if value is None:
        return thing
    inner = objects[value] if isinstance(value, str) else value
    return thing | {first: expanded(inner, objects, rest) if rest else inner}


def session(number: str, given: Thing, page: str, now: int) -> Thing:
    """A checkout session that waits for its payer, or for who gives a mandate."""
    amount, currency, unpaid, where = (
        None,
        given.get("currency"),
        "no_payment_required",
        f"{page}mandates/{number}",
    )
    if given["mode"] == "payment":
        price = given["line_items"][0]["price_data"]
        amount = int(price["unit_amount"]) * int(given["line_items"][0]["quantity"])
        currency, unpaid, where = price["currency"], "unpaid", f"{page}{number}"
    return {
        "id": number, "object": "checkout.session", "mode": given["mode"], "status": "open",
        "payment_status": unpaid, "amount_total": amount, "amount_subtotal": amount, "currency": currency,
        "customer": None, "setup_intent": None,
        "client_reference_id": given["client_reference_id"], "metadata": given["metadata"],
        "success_url": given["success_url"], "cancel_url": given["cancel_url"], "url": where,
        "payment_intent": None, "payment_method_types": ["ideal", "sepa_debit"], "created": now,
        "expires_at": int(given.get("expires_at", now + 24 * HOUR)), "livemode": False, "locale": given["locale"],
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [], "shipping_options": [], "ui_mode": "hosted_page",
        "custom_text": {
            "after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None,
        },
    }  # fmt: skip


def intent(number: str, of: Thing, method: str) -> Thing:
    """What a payer promised: it is on its way."""
    return {
        "id": number, "object": "payment_intent", "amount": of["amount_total"], "amount_capturable": 0,
        "amount_received": 0, "capture_method": "automatic", "confirmation_method": "automatic",
        "created": of["created"], "currency": of["currency"], "livemode": False, "metadata": of["metadata"],
        "payment_method_types": [method], "status": "processing", "latest_charge": None, "_account": of["_account"],
        "customer": of.get("customer"), "last_payment_error": None,
    }  # fmt: skip


def setup(number: str, of: Thing, method: str, mandate: str) -> Thing:
    """That somebody gave a mandate."""
    return {
        "id": number, "object": "setup_intent", "created": of["created"], "livemode": False, "status": "succeeded",
        "usage": "off_session", "payment_method_types": ["sepa_debit"], "payment_method": method, "mandate": mandate,
        "customer": of["customer"], "metadata": of["metadata"], "_account": of["_account"],
    }  # fmt: skip


def method(number: str, of: Thing) -> Thing:
    """The account that is debited, by its last four digits."""
    return {
        "id": number, "object": "payment_method", "type": "sepa_debit", "created": of["created"], "livemode": False,
        "customer": of["customer"], "metadata": {}, "billing_details": {
            "address": None, "email": None, "name": None, "phone": None, "tax_id": None,
        }, "sepa_debit": {
            "bank_code": "CWBX", "branch_code": "", "country": "NL", "fingerprint": None, "generated_from": None,
            "last4": "3000",
        }, "_account": of["_account"],
    }  # fmt: skip


def mandate(number: str, method_id: str, reference: str, of: Thing, now: int) -> Thing:
    """What the payer agreed to."""
    return {
        "id": number, "object": "mandate", "status": "active", "type": "multi_use", "livemode": False,
        "multi_use": {}, "payment_method": method_id, "payment_method_details": {
            "type": "sepa_debit", "sepa_debit": {"reference": reference, "url": "https://twin.example/mandate"},
        }, "customer_acceptance": {"accepted_at": now, "type": "online", "online": {}}, "_account": of["_account"],
    }  # fmt: skip


def charge(number: str, of: Thing, now: int) -> Thing:
    """Money that came in."""
    [method] = of["payment_method_types"]
    return {
        "id": number, "object": "charge", "amount": of["amount"], "amount_captured": of["amount"],
        "amount_refunded": 0, "billing_details": {
            "address": None, "email": None, "name": None, "phone": None, "tax_id": None,
        }, "captured": True, "created": now, "currency": of["currency"], "disputed": False, "livemode": False,
        "metadata": of["metadata"], "paid": True, "refunded": False, "status": "succeeded",
        "payment_intent": of["id"], "balance_transaction": None, "_account": of["_account"],
        "payment_method_details": {"type": method},
    }  # fmt: skip


def refund(number: str, of: Thing, amount: int, metadata: Thing, now: int) -> Thing:
    """Money that went back."""
    return {
        "id": number, "object": "refund", "amount": amount, "created": now, "currency": of["currency"],
        "charge": of["id"], "payment_intent": of["payment_intent"], "status": "succeeded", "metadata": metadata,
    }  # fmt: skip


def dispute(number: str, of: Thing, reason: str, answer_by: int | None) -> Thing:
    """A payer who asked the bank for the money back; there is no answering a debit that was returned."""
    return {
        "id": number, "object": "dispute", "amount": of["amount"], "charge": of["id"], "created": of["created"],
        "currency": of["currency"], "enhanced_eligibility_types": [], "evidence": {
            "enhanced_evidence": {},
        }, "evidence_details": {"due_by": answer_by, "has_evidence": False, "past_due": False, "submission_count": 0,
                                "enhanced_eligibility": {}},
        "is_charge_refundable": False, "livemode": False, "metadata": {}, "reason": reason,
        "status": "needs_response" if answer_by else "lost", "payment_intent": of["payment_intent"],
        "_account": of["_account"],
    }  # fmt: skip


def movement(number: str, kind: str, source: str, amount: int, fee: int, now: int) -> Thing:
    """A line of the balance at the provider; the fee lies in between amount and net."""
    return {
        "id": number, "object": "balance_transaction", "amount": amount, "available_on": now, "created": now,
        "balance_type": "payments", "currency": "eur", "fee": fee, "fee_details": [], "net": amount - fee,
        "reporting_category": kind, "status": "available", "type": kind, "source": source,
    }  # fmt: skip


def balance(total: int) -> Thing:
    """What lies at the provider."""
    return {
        "object": "balance", "livemode": False, "available": [{"amount": total, "currency": "eur"}],
        "pending": [{"amount": 0, "currency": "eur"}],
    }  # fmt: skip


def event(number: str, kind: str, subject: Thing, account: str, now: int) -> Thing:
    """What the provider tells."""
    return {
        "id": number, "object": "event", "type": kind, "created": now, "livemode": False, "pending_webhooks": 1,
        "account": account, "data": {"object": subject}, "api_version": None, "request": None,
    }  # fmt: skip
