"""Mandates at the payment provider, through the one door to it."""

from typing import Any, NamedTuple
from urllib.parse import urljoin

from ledger.checkout.gateway import CURRENCY, DEBIT, LOCALE, SETUP, Provider

EXPANDED = ["setup_intent.mandate", "setup_intent.payment_method"]

ACTIVE = "active"
"""Word of the provider for a mandate that may be used."""


class Given(NamedTuple):
    """How the giving of a mandate stands: `status` of the page, and once it is given its numbers and its reference."""

    status: str
    reference_ours: str
    customer: str = ""
    method: str = ""
    mandate: str = ""
    reference: str = ""
    last4: str = ""
    active: bool = False


def create_setup(
    door: Provider, *, mark: str, account: str, back: str, prefix: str, key: str
) -> tuple[str, str]:
    """A page on which a payer gives a mandate: its number and its address. `prefix`: how the reference begins.

    Raises:
        ProviderBusy, CallRefused: as `Provider`.
    """
    named = {"mandate": mark}
    home = urljoin(f"{door.base_url}/", back.lstrip("/"))
    given: Any = {
        "mode": SETUP,
        "currency": CURRENCY,
        "allowed_payment_method_types": [DEBIT],
        "customer_creation": "always",
        "client_reference_id": mark,
        "metadata": named,
        "setup_intent_data": {"metadata": named},
        "payment_method_options": {DEBIT: {"mandate_options": {"reference_prefix": prefix}}},
        "success_url": home,
        "cancel_url": home,
        "locale": LOCALE,
    }
    made = door.answer(lambda: door.client.v1.checkout.sessions.create(given, door.options(account, key)))
    return made["id"], made["url"]


def retrieve_setup(door: Provider, number: str, account: str) -> Given:
    """How the giving of a mandate stands now.

    Raises:
        ProviderBusy, CallRefused: as `Provider`.
    """
    options: Any = door.options(account)
    facts: dict[str, Any] = door.answer(
        lambda: door.client.v1.checkout.sessions.retrieve(number, {"expand": EXPANDED}, options)
    ).to_dict()
    given = Given(facts["status"], facts["client_reference_id"] or "")
    setup = facts.get("setup_intent") or {}
    if setup.get("status") != "succeeded" or not setup.get("mandate") or not setup.get("payment_method"):
        return given
    mandate, method = setup["mandate"], setup["payment_method"]
    return given._replace(
        customer=setup["customer"] or facts["customer"] or "", method=method["id"], mandate=mandate["id"],
        reference=mandate["payment_method_details"][DEBIT]["reference"],
        last4=(method.get(DEBIT) or {}).get("last4") or "", active=mandate["status"] == ACTIVE,
    )  # fmt: skip


def stands(door: Provider, mandate: str, account: str) -> bool:
    """Whether the provider still takes debits on a mandate.

    Raises:
        ProviderBusy, CallRefused: as `Provider`.
    """
    options: Any = door.options(account)
    found = door.answer(lambda: door.client.v1.mandates.retrieve(mandate, {}, options))
    return bool(found["status"] == ACTIVE)


def release(door: Provider, method: str, account: str, key: str) -> None:
    """Have the provider forget the account of a payer: no debit can follow.

    Raises:
        ProviderBusy, CallRefused: as `Provider`.
    """
    options: Any = door.options(account, key)
    door.answer(lambda: door.client.v1.payment_methods.detach(method, {}, options))
