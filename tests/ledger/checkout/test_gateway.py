"""What we send and read, held against the types that the provider publishes in its library; signed messages."""

import importlib
import json
import typing
from dataclasses import replace
from datetime import timedelta

import pytest
import stripe
import typing_extensions as te
from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe._stripe_context import StripeContext

from cwb.config import Config
from cwb.kernel import clock
from ledger.checkout import gateway
from ledger.checkout.errors import CallRefused, EventRefused, KeyClash, ProviderBusy
from ledger.checkout.gateway import Provider
from ledger.checkout.rules import OPEN_FOR, Ask, Pull
from ledger.mandates import gateway as mandates
from ledger.sandbox.gateway import Twin

ACCOUNT = "acct_practice01"
PARAMS = {
    ("post", "/v1/checkout/sessions"): ("checkout._session_create_params", "SessionCreateParams"),
    ("get", "/v1/checkout/sessions/"): ("checkout._session_retrieve_params", "SessionRetrieveParams"),
    ("post", "/v1/refunds"): ("_refund_create_params", "RefundCreateParams"),
    ("get", "/v1/refunds"): ("_refund_list_params", "RefundListParams"),
    ("get", "/v1/disputes"): ("_dispute_list_params", "DisputeListParams"),
    ("get", "/v1/balance_transactions"): ("_balance_transaction_list_params", "BalanceTransactionListParams"),
    ("get", "/v1/balance"): ("_balance_retrieve_params", "BalanceRetrieveParams"),
    ("post", "/v1/payment_intents"): ("_payment_intent_create_params", "PaymentIntentCreateParams"),
    ("get", "/v1/payment_intents/"): ("_payment_intent_retrieve_params", "PaymentIntentRetrieveParams"),
    ("get", "/v1/payment_intents"): ("_payment_intent_list_params", "PaymentIntentListParams"),
    ("get", "/v1/mandates/"): ("_mandate_retrieve_params", "MandateRetrieveParams"),
    ("post", "/v1/payment_methods/"): ("_payment_method_detach_params", "PaymentMethodDetachParams"),
}
CLASSES = {
    "checkout.session": stripe.checkout.Session, "payment_intent": stripe.PaymentIntent, "charge": stripe.Charge,
    "refund": stripe.Refund, "dispute": stripe.Dispute, "balance_transaction": stripe.BalanceTransaction,
    "setup_intent": stripe.SetupIntent, "payment_method": stripe.PaymentMethod, "mandate": stripe.Mandate,
    "balance": stripe.Balance, "event": stripe.Event, "list": stripe.ListObject,
}  # fmt: skip


def strict(module, name):
    """The provider's own parameter type: nothing unknown, nothing missing, every value of its kind."""
    names = vars(importlib.import_module(f"stripe.params.{module}"))
    for each in ("Any", "Dict", "List", "Mapping", "Optional", "Union"):
        names.setdefault(each, getattr(typing, each))
    names.update(Literal=te.Literal, NotRequired=te.NotRequired, StripeContext=StripeContext)
    for each in list(names.values()):
        if isinstance(each, type) and te.is_typeddict(each):
            each.__pydantic_config__ = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)
    return TypeAdapter(names[name])


def kind_of(method, path):
    return next(
        PARAMS[key]
        for key in sorted(PARAMS, key=lambda each: -len(each[1]))
        if key[0] == method and path.startswith(key[1])
    )


def fields(kind):
    """Name → annotation of all fields of a class of answers."""
    found = {}
    for each in reversed(kind.__mro__):
        found |= {n: a for n, a in vars(each).get("__annotations__", {}).items() if not n.startswith("_")}
    return {name: note for name, note in found.items() if "ClassVar" not in str(note)}


def faults_of(answer):
    """Keys that the class of an answer does not know, and keys that it calls for and that are not there."""
    if isinstance(answer, list):
        return [fault for each in answer for fault in faults_of(each)]
    if not isinstance(answer, dict):
        return []
    found = [fault for each in answer.values() for fault in faults_of(each)]
    if isinstance(answer.get("object"), str) and answer["object"] in CLASSES:
        known = fields(CLASSES[answer["object"]])
        must = {
            name for name, note in known.items() if "None" not in str(note) and "Optional" not in str(note)
        }
        name = answer["object"]
        found += [f"{name}: unknown {each}" for each in sorted(set(answer) - set(known) - {"object"})]
        found += [f"{name}: absent {each}" for each in sorted(must - set(answer))]
    return found


class Watching(Twin):
    """Looks at every request and answer."""

    def __init__(self):
        super().__init__()
        self.answers = []

    def request(self, method, url, headers, post_data=None, **usage):
        body, code, head = super().request(method, url, headers, post_data, **usage)
        self.answers.append((method, url, headers, json.loads(body)))
        return body, code, head


@pytest.fixture
def watched(monkeypatch):
    """A provider whose calls are noted with their parameters as we gave them, before any encoding."""
    twin = Watching()
    provider = Provider("sk_test_twin", "", twin)
    asked, requestor = [], provider.client._requestor
    real = type(requestor).request

    def noted(self, method, url, params=None, options=None, **rest):
        asked.append((method, url, dict(params or {})))
        return real(self, method, url, params, options, **rest)

    monkeypatch.setattr(type(requestor), "request", noted)
    provider.asked = asked
    return provider


def ask(reference="order-1", amount=2500):
    return Ask(reference, ACCOUNT, amount, "Contributie", "/online-payments/1/back", clock.now() + OPEN_FOR)


def mandate_round(provider):
    """A mandate is given, used, looked after and ended."""
    number, _ = mandates.create_setup(
        provider, mark="mandate-1", account=ACCOUNT, back="/back", prefix="LID1-", key="key-3"
    )
    assert mandates.retrieve_setup(provider, number, ACCOUNT) == (
        "open",
        "mandate-1",
        "",
        "",
        "",
        "",
        "",
        False,
    )
    provider.twin.accept(number)
    given = mandates.retrieve_setup(provider, number, ACCOUNT)
    pull = Pull(given.customer, given.method, given.mandate)
    taken = {"reference": "order-9", "description": "Contributie", "account": ACCOUNT}
    debit = provider.create_debit(pull, 2500, key="key-4", **taken)
    assert provider.create_debit(pull, 2500, key="key-4", **taken) == debit
    assert provider.find_debit(pull, "order-9", ACCOUNT) == debit
    assert provider.find_debit(pull, "order-8", ACCOUNT) is None
    provider.twin.end_debit(debit)
    provider.twin.dispute(debit, "debit_not_authorized")
    seen = provider.retrieve_debit(debit, ACCOUNT)
    assert (seen.paid, seen.amount, seen.reference, seen.disputes[0].lost) == (True, 2500, "order-9", True)
    assert mandates.stands(provider, given.mandate, ACCOUNT)
    mandates.release(provider, given.method, ACCOUNT, "key-5")
    with pytest.raises(CallRefused):
        provider.create_debit(pull, 2500, key="key-6", **taken)


def whole_round(provider):
    """Everything that we ask of the provider."""
    number, _ = provider.create_checkout(ask(), "key-1")
    provider.twin.pay(number)
    seen = provider.retrieve(number, ACCOUNT)
    provider.refund(seen.intent, 1000, ACCOUNT, "key-2")
    provider.twin.dispute(number)
    provider.retrieve(number, ACCOUNT)
    mandate_round(provider)
    provider.movements(ACCOUNT, clock.now() - timedelta(days=1))
    provider.balance(ACCOUNT)
    return number


def test_21_every_request_is_one_that_the_provider_publishes(watched):
    whole_round(watched)
    assert {kind_of(method, path) for method, path, _ in watched.asked} == set(PARAMS.values())
    for method, path, params in watched.asked:
        strict(*kind_of(method, path)).validate_python(params)


def test_21_a_parameter_that_is_gone_renamed_or_of_another_kind_is_seen(watched):
    watched.create_checkout(ask(), "key-1")
    check = strict("checkout._session_create_params", "SessionCreateParams")
    [(_, _, params)] = watched.asked
    for wrong in ({"payment_method_types": ["ideal"]}, {"clientReference": "x"}, {"expires_at": "later"}):
        with pytest.raises(ValidationError):
            check.validate_python(params | wrong)


def test_21_our_words_are_the_providers():
    """Its lists are open in their types, so a word that is none of them would pass there."""
    params = vars(importlib.import_module("stripe.params.checkout._session_create_params"))[
        "SessionCreateParams"
    ]
    texts = {name: str(note) for name, note in params.__annotations__.items()}
    for word in (gateway.MODE, gateway.SETUP):
        assert f"'{word}'" in texts["mode"].replace('"', "'")
    assert f"'{gateway.DEBIT}'" in texts["allowed_payment_method_types"].replace('"', "'")
    assert f"'{mandates.ACTIVE}'" in str(fields(stripe.Mandate)["status"])
    assert "'insufficient_funds'" in str(stripe.PaymentIntent.LastPaymentError.__annotations__["code"])
    assert f"'{gateway.LOCALE}'" in texts["locale"].replace('"', "'")
    notes = {kind: {name: str(note) for name, note in fields(CLASSES[kind]).items()} for kind in CLASSES}
    for word in ("open", "expired", "complete"):
        assert f"'{word}'" in notes["checkout.session"]["status"]
    assert "'paid'" in notes["checkout.session"]["payment_status"]
    for word in ("requires_payment_method", "canceled", "processing"):
        assert f"'{word}'" in notes["payment_intent"]["status"]
    for word in (*gateway._LOST, *gateway._WON):
        assert f"'{word}'" in notes["dispute"]["status"]
    assert "'payout'" in notes["balance_transaction"]["type"]


def test_21_the_version_is_the_one_the_library_was_made_for(watched):
    assert stripe.api_version == gateway.VERSION
    assert stripe.enable_telemetry is False
    watched.create_checkout(ask(), "key-1")
    headers = watched.twin.answers[0][2]
    assert headers["Stripe-Version"] == gateway.VERSION
    assert headers["Stripe-Account"] == ACCOUNT


def test_every_answer_of_the_twin_is_one_that_the_provider_publishes(watched):
    number = whole_round(watched)
    assert [fault for *_, answer in watched.twin.answers for fault in faults_of(answer)] == []
    assert faults_of(watched.twin.close_dispute(number, won=True)) == []
    assert faults_of({"object": "refund", "id": "re_1", "amonut": 1}) != []


def test_9_a_key_answers_once_and_refuses_other_content(watched):
    first = watched.create_checkout(ask(), "key-1")
    with pytest.raises(KeyClash):
        watched.create_checkout(ask(amount=100), "key-1")
    assert watched.create_checkout(ask("order-2"), "key-2") != first


@pytest.mark.parametrize("status", [409, 429, 500, 0])
def test_10_no_answer_is_told_from_a_refusal(watched, status):
    watched.twin.faults = [status]
    with pytest.raises(ProviderBusy):
        watched.create_checkout(ask(), "key-1")
    with pytest.raises(CallRefused):
        watched.refund("pi_none", 100, ACCOUNT, "key-2")
    with pytest.raises(CallRefused):
        watched.retrieve("cs_none", ACCOUNT)


def test_another_accounts_page_is_not_found(watched):
    number, _ = watched.create_checkout(ask(), "key-1")
    with pytest.raises(CallRefused):
        watched.retrieve(number, "acct_practice02")


def test_the_twin_gives_back_no_more_than_came_in(watched):
    number, _ = watched.create_checkout(ask(), "key-1")
    watched.twin.pay(number)
    intent = watched.retrieve(number, ACCOUNT).intent
    watched.refund(intent, 2000, ACCOUNT, "key-2")
    with pytest.raises(CallRefused):
        watched.refund(intent, 501, ACCOUNT, "key-3")


def told(provider, event, at, header_at=None):
    raw, header = provider.twin.sign(event, header_at if header_at is not None else int(at.timestamp()))
    return raw, header


def test_5_a_message_must_be_signed_whole_and_of_now(watched):
    at = clock.now()
    number, _ = watched.create_checkout(ask(), "key-1")
    event = watched.twin.pay(number)
    raw, header = told(watched, event, at)
    assert watched.parse_event(raw, header, at).session == number
    other = Twin().sign(event)[1]
    old = told(watched, event, at, int(at.timestamp()) - 301)[1]
    ahead = told(watched, event, at, int(at.timestamp()) + 330)[1]
    altered = raw.replace(b'"eur"', b'"usd"')
    again = json.dumps(json.loads(raw), indent=1).encode()
    live = told(watched, event | {"livemode": True}, at)
    strange = told(watched, {"id": "evt_1", "object": "event"}, at)
    wrong = {
        "another secret": (raw, other), "too old": (raw, old), "from the future": (raw, ahead),
        "altered": (altered, header), "written anew": (again, header), "no header": (raw, None), "": (raw, "t=,v1="),
        "no text": (b"\xff\xfe", header), "live": live, "no message": strange,
    }  # fmt: skip
    for name, (body, sign) in wrong.items():
        try:
            watched.parse_event(body, sign, at)
        except EventRefused:
            continue
        pytest.fail(f"taken: {name}")


def test_the_twin_keeps_its_state_in_a_file_for_web_and_worker(tmp_path):
    config = Config(data_dir=tmp_path)
    web, worker = gateway.provider(config), gateway.provider(config)
    number, _ = web.create_checkout(ask(), "key-1")
    event = worker.twin.pay(number)
    assert web.retrieve(number, ACCOUNT).paid
    raw, header = worker.twin.sign(event)
    assert web.parse_event(raw, header, clock.now()).session == number


def test_a_key_means_the_real_provider(tmp_path):
    config = replace(Config(data_dir=tmp_path), stripe_key="sk_test_x", stripe_webhook_secret="whsec_x")
    real = gateway.provider(config)
    assert not real.practice
    with pytest.raises(CallRefused):  # practice accounts are none of its
        real.create_checkout(ask(), "key-1")
    assert "sk_test_x" not in repr(config)
