"""Pages of published figures: everybody reads them, the programme prepares, anchors comment, a second person signs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from cwb.places.rules import AreaPack
from cwb.web.guards import guarded, public
from cwb.web.i18n import _, language, money, percent
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit
from ledger.comparison.rules import shielded
from ledger.disclosure.rules import POOLED
from ledger.exports.gateway import export
from ledger.figure.rules import same_figures, same_numbers
from ledger.publication import policy, queries, rules, services
from ledger.publication.forms import CommentForm, PrepareForm, SignForm, StoryForm
from ledger.publication.models import Publication
from ledger.publication.rules import AMOUNTS, PARTS, Change
from ledger.remarks.queries import to_tell
from ledger.rollups.queries import quarters
from ledger.rows.rules import gaps_of, landed_told, untold

bp = Blueprint("publication", __name__, url_prefix="/spend/published")


def _area() -> AreaPack:
    return area_pack(current_app.extensions["cwb.config"])


def written(part: str, value: str | None) -> str:
    """A figure of `PARTS` as a page shows it."""
    if value is None:
        return str(_("geen cijfer"))
    return money(Money.of(value)) if part in AMOUNTS else percent(Decimal(value))


def named(body: dict[str, Any]) -> dict[str, str]:
    """What anchors of an export are called."""
    return {"": str(_("Alle grote kopers samen")), POOLED: str(_("Andere kopers samen")), **body["anchors"]}


def _cuts(body: dict[str, Any]) -> list[tuple[str, list[object]]]:
    """Of each cut of the area its id and its row: name, bounds, how much is known, whether that is enough."""
    area, share = body["area"], body["figures"]["local_supplier_share"]
    every = [("", area["name"], share["total"])]
    every += [
        (each["id"], cut_name(each), share[part][each["id"]])
        for part in ("variants", "around")
        for each in area[part]
    ]
    return [
        (key, [name, *(written(part, each[part]) for part in ("lo", "hi", "coverage")), each["publishable"]])
        for key, name, each in every
    ]


def cut_name(each: dict[str, str]) -> str:
    """What a cut is called now, in the reader's language; one that is gone keeps its name."""
    known = next((one for one in _area().variants if one.id == each["id"]), None)
    return each["name"] if known is None or language() == "nl" else known.name_en


def _figure(body: dict[str, Any]) -> dict[str, Any]:
    """What the pages show of a signed export."""
    cuts = _cuts(body)
    without = {each.id for each in _area().variants if each.without_wijken}
    return {
        "cuts": [row for _key, row in cuts], "without": [row for key, row in cuts if key in without],
        "decimal": lambda text: None if text is None else Decimal(text),
        "parts": PARTS, "written": written, "names": named(body), "total": rules.facts_of(body),
        "anchors": {key: rules.facts_of(body, key) for key in body["figures"]["bridge"]["by_anchor"]},
        "export": body, "missing": gaps_of(body), "untold": untold(body) if landed_told(body) else [],
    }  # fmt: skip


def standing(found: Publication | None, current: dict[str, Any]) -> dict[str, Any]:
    """For the page of the figure: which version is published, and what changed since."""
    if found is None:
        return {"published": None}
    signed = queries.document(db(), found.preparation)
    return {
        "published": found, "same": same_figures(signed, current), "touched": rules.touched(signed, current),
        "story": queries.find_story(db(), found.id),
        "changed": _changed(rules.changes(signed, current), {**named(current), **named(signed)}),
        "shielded": shielded(signed, current),
    }  # fmt: skip


def pair(part: str, before: str | None, after: str | None) -> list[str]:
    """A figure before and after, with the decimals in which they differ."""
    pair = [written(part, each) for each in (before, after)]
    if before is not None and after is not None and len(set(pair)) == 1:
        return [percent(Decimal(each), 2) for each in (before, after)]
    return pair


def _narrow(period: str, body: dict[str, Any]) -> dict[str, list[str]]:
    """Whom a version that holds this tells of, by name.

    `narrow`: the buyers of whom fewer than five suppliers changed; `persons`: those with a sole trader among these.
    """
    stands = queries.find_latest(db(), period)
    before = None if stands is None else queries.document(db(), stands.preparation)
    found = [] if before is None else rules.narrow(before, body)
    if stands is None or not found:
        return {"narrow": [], "persons": []}
    since = queries.persons_changed(db(), period, stands.preparation.at)
    names, told = named(body), {"narrow": found, "persons": rules.personal(before, body, since)}
    return {kind: [names.get(each, each) for each in mine] for kind, mine in told.items()}


def _told(period: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """What who signs reads first: also which figures of the version that stands are gone."""
    stands = queries.find_latest(db(), period)
    gone = [] if stands is None else rules.gone(queries.document(db(), stands.preparation), body)
    return [*gone, *to_tell(db(), Period.parse(period), body)]


def _changed(found: Sequence[Change], names: dict[str, str]) -> list[list[str]]:
    return [
        [
            f"{names.get(each.anchor, each.anchor)}: {_(PARTS[each.part])}".removeprefix(f"{names['']}: "),
            *pair(each.part, each.before, each.after),
        ]
        for each in found
    ]  # fmt: skip


@bp.get("")
@public
def index() -> Any:
    """Every published figure, and for who works on them what waits."""
    who = find_actor()
    reads = policy.may(who, policy.READ)
    every = queries.published(db())
    return render_template(
        "ledger/publication/index.html", published=every, waiting=queries.waiting(db()) if reads else (),
        stands={each.id for each in {each.period: each for each in reversed(every)}.values()},
        may_prepare=policy.may(who, policy.PREPARE),
    )  # fmt: skip


@bp.get("/<period>/<int:version>")
@public
def show(period: str, version: int) -> Any:
    """One published version, as it was signed, at its own address for good."""
    found = queries.publication(db(), period, version)
    others = queries.published(db(), period)
    body = queries.document(db(), found.preparation)
    next_one = next((each for each in others if each.version == version + 1), None)
    before = next((each for each in others if each.version == version - 1), None)
    names = named(body)
    changed, hidden = None, None
    if before is not None:
        earlier = queries.document(db(), before.preparation)
        hidden = shielded(earlier, body)
        changed = _changed(rules.changes(earlier, body), {**names, **named(earlier)})
    return render_template(
        "ledger/publication/show.html", one=found, follows=next_one, before=before, changed=changed, shielded=hidden,
        comments=queries.comments(db(), found.preparation), story=queries.find_story(db(), found.id),
        may_tell=policy.may(find_actor(), policy.TELL), sees_who=policy.may(find_actor(), policy.LOOK), **_figure(body),
    )  # fmt: skip


@bp.get("/<period>/<int:version>.json")
@public
def signed(period: str, version: int) -> Any:
    """The export byte for byte as it was signed."""
    found = queries.publication(db(), period, version)
    response = Response(queries.signed_text(db(), found.preparation_id).encode(), mimetype="application/json")
    response.headers["Content-Disposition"] = (
        f'inline; filename="inkoop-{found.period}-versie-{version}.json"'
    )
    return response


@bp.route("/prepare", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def prepare() -> Any:
    """Prepare a quarter or a year for signature."""
    offered = rules.choices(quarters(db()), local_date(now()))
    if not offered:
        return passed(url_for("publication.index"), _("Er is nog geen kwartaal voorbij met inkoop erin."))
    form = PrepareForm()
    form.offer(offered)
    chosen = next((each for each in offered if str(each) == form.period.data), offered[0])
    return submit(
        form,
        lambda session: services.prepare_figure(
            session,
            area=_area(),
            days=current_app.extensions["cwb.config"].comment_days,
            actor_id=actor().user_id,
            at=now(),
            **form.values(),
        ),
        then=lambda made: url_for("publication.prepared", public_id=made.public_id),
        said=_("Klaargemaakt. Kopers kunnen nu reageren, en iemand anders kan tekenen."),
        page=lambda: render_template(
            "ledger/publication/prepare.html",
            form=form,
            latest=chosen,
            told=to_tell(db(), chosen, export(db(), chosen, _area())),
            **_narrow(str(chosen), export(db(), chosen, _area())),
        ),
    )


@bp.get("/prepared/<uuid:public_id>")
@guarded(policy.READ)
def prepared(public_id: UUID) -> Any:
    """What was prepared: read it, comment on it, sign it."""
    return _prepared_page(public_id, SignForm())


def _prepared_page(public_id: UUID, form: SignForm) -> Any:
    one = queries.preparation(db(), public_id)
    if one.publication is not None:
        return passed(_address(one.publication), _("Dit cijfer is al getekend en gepubliceerd."))
    current = export(db(), Period.parse(one.period), _area())
    body = queries.document(db(), one)
    stale = not same_numbers(body, current)
    return render_template(
        "ledger/publication/prepared.html", one=one, later=queries.find_later(db(), one), stale=stale,
        touched=rules.touched(body, current),
        changed=_changed(rules.changes(body, current), {**named(current), **named(body)}) if stale else [],
        shielded=shielded(body, current) if stale else None,
        comments=queries.comments(db(), one), may_sign=policy.may(actor(), policy.SIGN, one),
        may_comment=policy.may(actor(), policy.COMMENT), may_prepare=policy.may(actor(), policy.PREPARE),
        form=form,
        early=rules.may_comment_still(one.comments_until, local_date(now())),
        told=_told(one.period, current) if policy.may(actor(), policy.LOOK) else None,
        **_figure(body), **_narrow(one.period, body),
    )  # fmt: skip


@bp.route("/prepared/<uuid:public_id>/comment", methods=["GET", "POST"])
@guarded(policy.COMMENT)
def comment(public_id: UUID) -> Any:
    """Say something of a figure for one's own organisation."""
    one = queries.preparation(db(), public_id)
    if one.publication is not None:
        return passed(_address(one.publication), _("Dit cijfer is al getekend en gepubliceerd."))
    form = CommentForm()
    return submit(
        form,
        lambda session: services.comment_on_figure(
            session, prepared=one, anchor_id=actor().organisation_id or 0, actor_id=actor().user_id, at=now(),
            **form.values(),
        ),
        then=lambda _made: url_for("publication.prepared", public_id=public_id),
        said=_("Uw reactie staat bij het cijfer."),
        page=lambda: render_template("ledger/publication/comment.html", form=form, one=one),
    )  # fmt: skip


@bp.post("/prepared/<uuid:public_id>/sign")
@guarded(policy.SIGN)
def sign(public_id: UUID) -> Any:
    """Publish what somebody else prepared."""
    one = queries.preparation(db(), public_id)
    form = SignForm()
    return submit(
        form,
        lambda session: services.sign_figure(
            session,
            prepared=one,
            area=_area(),
            reason=form.reason.data or "",
            cannot_wait=form.cannot_wait.data or "",
            actor_id=actor().user_id,
            at=now(),
        ),
        then=_address,
        said=_("Getekend en gepubliceerd. Dit cijfer verandert niet meer."),
        page=lambda: _prepared_page(public_id, form),
    )


@bp.route("/<period>/<int:version>/story", methods=["GET", "POST"])
@guarded(policy.TELL)
def story(period: str, version: int) -> Any:
    """Place a story beside a published figure."""
    found = queries.publication(db(), period, version)
    if queries.find_story(db(), found.id) is not None:
        return passed(_address(found), _("Bij dit cijfer staat al een verhaal. Haal dat eerst weg."))
    form = StoryForm()
    return submit(
        form,
        lambda session: services.tell_story(
            session, publication=found, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: _address(found),
        said=_("Het verhaal staat bij het cijfer."),
        page=lambda: render_template("ledger/publication/story.html", form=form, one=found),
    )


@bp.post("/<period>/<int:version>/story/withdraw")
@guarded(policy.TELL)
def withdraw(period: str, version: int) -> Any:
    """Take a story away: its words and the name are wiped."""
    found = queries.publication(db(), period, version)
    return press(
        lambda session: services.withdraw_story(
            session, publication=found, actor_id=actor().user_id, at=now()
        ),
        then=_address(found),
        said=_("Het verhaal en de naam zijn gewist."),
    )


def _address(found: Publication) -> str:
    return url_for("publication.show", period=found.period, version=found.version)
