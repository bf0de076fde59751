"""The demo's package under the independent checker, and what that checker does not look at.

`CWB_OCDS_CHECKER` names the command of libcoveocds (0.17.0, in a virtual environment of its own: AGPL, so never a
dependency) and `CWB_OCDS_STANDARD` the ZIP file of the standard 1.1.5. The checker fetches declared extensions; with
`CWB_OCDS_EXTENSIONS`, a folder of checkouts (`ocds_lots_extension/v1.1.5/…`), those requests are answered from there.
Without it only the package without extensions is checked.
"""

import json
import os
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.kernel.database import make_engine
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from procurement.call_offs.models import CallOff
from procurement.changes import queries as changes
from procurement.chronicle.rules import AmendmentFacts, Happening, Tag
from procurement.contracts.models import Contract
from procurement.demands.rules import CODE_TEXTS, DemandFacts
from procurement.ocds import rules
from procurement.publication import gateway, queries, services
from procurement.publication import rules as publication
from tests.procurement.notices.test_rules import FACTS, LATER

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

CHECKER = os.environ.get("CWB_OCDS_CHECKER", "")
STANDARD = os.environ.get("CWB_OCDS_STANDARD", "../shared/data/ocds/standard-1__1__5.zip")
CHECKOUTS = os.environ.get("CWB_OCDS_EXTENSIONS", "")

needs_checker = pytest.mark.skipif(
    not (CHECKER and Path(STANDARD).is_file()),
    reason="set CWB_OCDS_CHECKER to the command of libcoveocds and CWB_OCDS_STANDARD to the ZIP of OCDS 1.1.5",
)

ANSWERS = '''
import io, os, zipfile
from pathlib import Path
from urllib.parse import urlsplit
import requests, urllib3

def send(self, request, **_facts):
    """Answer with the archive of a checkout, as the network would."""
    parts = [part for part in urlsplit(request.url).path.split("/") if part]
    status, body = 404, b""
    if len(parts) == 4 and parts[2] == "archive":
        folder = Path(os.environ["CWB_OCDS_EXTENSIONS"]) / parts[1] / parts[3].removesuffix(".zip")
        if folder.is_dir():
            whole = io.BytesIO()
            with zipfile.ZipFile(whole, "w") as archive:
                archive.writestr(f"{parts[1]}/", b"")
                for file in sorted(folder.rglob("*")):
                    if file.is_file():
                        archive.write(file, f"{parts[1]}/{file.relative_to(folder)}")
            status, body = 200, whole.getvalue()
    if parts[:2] == ["schema", "1__1__5"]:
        with zipfile.ZipFile(os.environ["CWB_OCDS_STANDARD"]) as archive:
            status, body = 200, archive.read("/".join(["standard-1__1__5", "schema", *parts[2:]]))
    raw = urllib3.HTTPResponse(body=io.BytesIO(body), status=status, preload_content=False, request_url=request.url)
    return self.build_response(request, raw)

requests.adapters.HTTPAdapter.send = send
'''


@pytest.fixture(scope="module")
def package(demo_site, tmp_path_factory):
    """The text of the demo's package, with and without extensions."""
    engine, setting = make_engine(demo_site.url), gateway.setting()
    with Session(engine) as session:
        found = queries.shelf(session)
        whole = "".join(
            services.package(session, found, setting, uri="https://voorbeeld.example/releases.json")
        )
        core = "".join(
            services.package(
                session, found, setting, uri="https://voorbeeld.example/releases.json", core=True
            )
        )
        records = services.records(
            session, queries.processes(session, 1)[0], setting, uri="https://voorbeeld.example/records.json"
        )
    engine.dispose()
    return {"whole": whole, "core": core, "records": json.dumps(records)}


def report(text: str, folder: Path) -> dict:
    """What the checker says."""
    file = folder / "package.json"
    file.write_text(text, encoding="utf-8")
    (folder / "sitecustomize.py").write_text(ANSWERS, encoding="utf-8")
    more = (
        {"PYTHONPATH": str(folder), "CWB_OCDS_EXTENSIONS": str(Path(CHECKOUTS).resolve())}
        if CHECKOUTS
        else {}
    )
    done = subprocess.run(
        [CHECKER, "-s", "1.1", "--standard-zip", str(Path(STANDARD).resolve()), str(file)], cwd=folder, env={**os.environ, **more},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def complaints(found: dict) -> dict:
    """What of a report is not empty and must be: the checker exits 0 whatever it found."""
    names = (
        "validation_errors",
        "additional_closed_codelist_values",
        "additional_fields",
        "additional_checks",
    )
    said = {name: found[name] for name in names if found[name]}
    invalid = (found["extensions"] or {}).get("invalid_extension")
    return said | ({"invalid_extension": invalid} if invalid else {})


@needs_checker
def test_the_checker_passes_the_core(package, tmp_path):
    assert complaints(report(package["core"], tmp_path)) == {}


@needs_checker
@pytest.mark.skipif(
    not CHECKOUTS, reason="set CWB_OCDS_EXTENSIONS to a folder with checkouts of the extensions"
)
@pytest.mark.parametrize("kind", ["whole", "records"])
def test_the_checker_passes_it_with_its_extensions(package, kind, tmp_path):
    assert complaints(report(package[kind], tmp_path)) == {}


@needs_checker
@pytest.mark.skipif(
    not CHECKOUTS, reason="set CWB_OCDS_EXTENSIONS to a folder with checkouts of the extensions"
)
def test_the_checker_passes_what_the_demo_has_none_of(tmp_path):
    """A rectification with old and new, shortened terms, a reservation, and every tie to another process."""
    change = AmendmentFacts(
        LATER - timedelta(days=9), "Een fout.", LATER - timedelta(days=1), LATER, is_content=True,
        changes=[
            ("criterion:2:plan", "Oud", "Nieuw"), ("value_minor", "5000000", "6000050"),
            ("starts_on", "2026-10-01", "2026-11-01"), ("requirements", "", "Nieuw"),
        ],
    )  # fmt: skip
    facts = replace(
        FACTS, amendments=[change], urgent_reason="Lekkage.", reservation="2.82", framework="parallel",
        demands=[DemandFacts(code, "Een eis", "Een reden") for code in CODE_TEXTS],
    )  # fmt: skip
    kinds = ("planning", "framework", "prior", "unsuccessfulProcess")
    around = publication.Around(
        {kind: f"ocds-000000-T-2026-000{n}" for n, kind in enumerate(kinds)}, "123456"
    )
    release = publication.release(
        facts, Happening(Tag.TENDER_AMENDMENT, "amendment-1", LATER), ocid="ocds-000000-T-2026-0009", number=1,
        dated=LATER, around=around, setting=gateway.setting(),
    )  # fmt: skip
    used = rules.extensions_in(release)
    assert {"unstructuredChanges", "procedure", "selectionCriteria", "otherRequirements"} <= set(used)
    head = rules.package_head(
        base_url="https://voorbeeld.example", uri="https://voorbeeld.example/1", publisher=None,
        published_at=LATER, extensions=used,
    )  # fmt: skip
    assert complaints(report(json.dumps({**head, "releases": [release]}), tmp_path)) == {}


@needs_checker
def test_the_checker_is_heard_when_it_complains(package, tmp_path):
    broken = json.loads(package["core"])
    broken["releases"][0]["tender"]["status"] = "begonnen"
    broken["releases"][0]["invented"] = 1
    assert set(complaints(report(json.dumps(broken), tmp_path))) == {
        "additional_closed_codelist_values",
        "additional_fields",
    }


def test_everything_that_is_named_is_there(package):
    for kind in ("whole", "core"):
        releases = json.loads(package[kind])["releases"]
        assert [f"{each['id']}: {fault}" for each in releases for fault in rules.faults(each)] == []
        assert rules.out_of_order(releases) == []
        assert rules.strangers(releases) == []


def test_every_stage_is_there(package):
    seen = Counter(each["tag"][0] for each in json.loads(package["whole"])["releases"])
    wanted = {
        "planning",
        "tender",
        "tenderUpdate",
        "tenderCancellation",
        "award",
        "awardUpdate",
        "contract",
        "implementation",
    }
    assert wanted <= set(seen)


def test_orders_without_competition_are_there_under_their_frameworks(package):
    last = {each["ocid"]: each for each in json.loads(package["whole"])["releases"]}
    direct = [each for each in last.values() if each["tender"].get("competitive") is False]
    assert direct
    for each in direct:
        (above,) = (one["identifier"] for one in each["relatedProcesses"])
        assert last[above]["tender"]["techniques"]["hasFrameworkAgreement"]
        assert each["tender"]["procurementMethod"] == "direct"
        assert each["tender"]["procurementMethodRationale"]


def test_amounts_are_those_of_the_database(demo_site, package):
    last = {each["ocid"]: each for each in json.loads(package["whole"])["releases"]}
    told = {each["id"]: each for release in last.values() for each in release.get("contracts", ())}
    engine = make_engine(demo_site.url)
    with Session(engine) as session:
        contracts = session.scalars(select(Contract).where(Contract.agreement_id.is_not(None))).all()
        orders = session.scalars(select(CallOff.number).where(CallOff.state == "accepted")).all()
        assert {*(each.number for each in contracts), *orders} == set(told)
        for contract in contracts:
            price, ends_on = changes.present(session, contract)
            assert told[contract.number]["value"] == rules.value(price.minor)
            assert told[contract.number]["period"]["endDate"] == rules.last_moment(ends_on)
            in_force = changes.in_force(session, [contract.id])
            agreements = [
                contract.agreement_id,
                *(each.agreement_id for each in in_force if each.agreement_id),
            ]
            assert len(told[contract.number].get("amendments", [])) == len(in_force)
            paid = session.scalar(
                select(func.sum(Invoice.net_amount)).where(
                    Invoice.agreement_id.in_(agreements), Invoice.kind == InvoiceKind.INVOICE,
                    Invoice.state == InvoiceState.PAID,
                )
            ) or 0  # fmt: skip
            sums = told[contract.number].get("implementation", {}).get("transactions", [])
            assert sum(round(each["value"]["amount"] * 100) for each in sums) == paid
    engine.dispose()


def test_promises_and_changes_are_told_in_their_own_releases(demo_site, package):
    releases = json.loads(package["whole"])["releases"]
    tags = Counter(tag for each in releases for tag in each["tag"])
    assert tags["contractAmendment"] >= 2
    assert tags["implementation"]
    statuses = {
        one["status"]
        for each in releases
        for contract in each.get("contracts", ())
        for one in contract.get("milestones", ())
    }
    assert statuses == {"scheduled", "met", "partiallyMet"}
    ids = [
        one["id"] for contract in releases[-1].get("contracts", ()) for one in contract.get("milestones", ())
    ]
    assert len(ids) == len(set(ids))
    assert "uur. Eén stopte eerder" not in package["whole"], "what was reported is for the parties"
