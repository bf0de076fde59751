"""Every route × every role, over all features: who gets in, who is asked to sign in, who is refused."""

from contextlib import ExitStack, contextmanager
from itertools import product
from uuid import uuid4

import pytest
from flask import Flask, g
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.routing import Rule

from cwb.identity.rules import Side
from cwb.kernel import fence
from cwb.kernel.policy import Action, Role
from cwb.web.guards import guard_of, guarded, public, refuse_unguarded
from tests.conftest import build_house

pytestmark = pytest.mark.xdist_group("guards")  # much work in few tests: it goes early

DUMMY = {"UUIDConverter": uuid4(), "IntegerConverter": 999_999, "FloatConverter": 9.5}


def routes(app: Flask) -> list[tuple[Rule, str]]:
    """Each rule with each method that does something."""
    return sorted(
        (
            (rule, method)
            for rule in app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
        ),
        key=lambda pair: (pair[0].rule, pair[1]),
    )


def addresses(app: Flask, rule: Rule) -> list[str]:
    """The addresses of a rule, with ids that belong to nothing; each of the words that a part may be."""
    names = list(rule._converters)
    values = [
        sorted(converter.items)
        if hasattr(converter, "items")
        else [DUMMY.get(type(converter).__name__, "bestaat-niet")]
        for converter in rule._converters.values()
    ]
    method = next(iter(rule.methods - {"HEAD", "OPTIONS"}))
    urls = app.url_map.bind("localhost")
    return [
        urls.build(rule.endpoint, dict(zip(names, each, strict=True)), method=method)
        for each in product(*values)
    ]


class Walk:
    """One cookie per role; what a view writes can be undone."""

    def __init__(self, app, session, sign_in):
        self.app, self.session = app, session
        self.browser = app.test_client(use_cookies=False)
        self.cookies = {None: {}} | {role: self._cookie(sign_in(role)) for role in Role}
        session.commit()

    def _cookie(self, browser):
        found = browser.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return {"Cookie": f"{found.key}={found.value}"}

    def ask(self, role, method, url):
        answer = self.browser.open(url, method=method, headers=self.cookies[role])
        answer.get_data()
        self.session.rollback()
        return answer

    @contextmanager
    def undone(self):
        undo = self.session.bind.begin_nested()
        yield
        undo.rollback()


@pytest.fixture
def house(engine, tmp_path):
    """An application of its own: these tests add to it."""
    return build_house(engine, tmp_path)


@pytest.fixture
def bare_refusals(app):
    """The page around a refusal is the same everywhere: laid out ten thousand times it is most of the work."""
    app.jinja_env.loader = ChoiceLoader([DictLoader({"error.html": "{{ code }}"}), app.jinja_env.loader])
    app.extensions["cwb.demo_users"] = ()


@pytest.fixture
def walk(app, session, sign_in):
    @app.after_request
    def tell(answer):
        answer.headers["Past-Guard"] = "yes" if g.get("past_guard") else "no"
        return answer

    def nobodys_session():
        fence.remember(session, None)
        return session

    walk = Walk(app, session, sign_in)
    # the fence is raised once for all requests, below the savepoints that undo them
    session.bind.exec_driver_sql("SELECT set_config('cwb.all_rows', 'off', true)")
    app.extensions["cwb.sessions"] = nobodys_session
    session.close = lambda: None
    return walk


def asked_to_sign_in(answer) -> bool:
    where = answer.headers.get("Location", "")
    return answer.status_code in {301, 302, 303} and where.split("?")[0].endswith("/login")


@contextmanager
def only_guard(view):
    """The guard as it is, with an empty view behind it: the view itself ran for the first right role."""
    cell = view.__closure__[view.__code__.co_freevars.index("view")]
    inner, cell.cell_contents = cell.cell_contents, lambda **_: "in"
    try:
        yield
    finally:
        cell.cell_contents = inner


def fault_of(mark: Action | str, role: Role | None, answer) -> str | None:
    """What is wrong with one answer, if anything."""
    if answer.status_code >= 500:
        return "broken"
    if mark == "public":
        shut = answer.status_code in {401, 403} or (role is None and asked_to_sign_in(answer))
        return "though public" if shut else None
    if role is None:
        return None if asked_to_sign_in(answer) else "a visitor should be asked to sign in"
    if role in mark.roles:
        return None if answer.headers["Past-Guard"] == "yes" else "the guard stops the right role"
    return None if answer.status_code == 403 else "the wrong role gets in"


def faults_of(walk: Walk, rule: Rule, method: str, url: str) -> list[str]:
    """What is wrong with one route for visitor and roles."""
    mark = guard_of(walk.app.view_functions[rule.endpoint])
    if mark is None:
        return [f"{rule.endpoint} carries no guard and no @public"]
    faults, ran = [], False
    with walk.undone():
        for role in (None, *Role):
            right = mark != "public" and role in mark.roles
            with ExitStack() as around:
                if right and ran:
                    around.enter_context(only_guard(walk.app.view_functions[rule.endpoint]))
                elif right or mark == "public":
                    around.enter_context(walk.undone())
                answer = walk.ask(role, method, url)
            ran = ran or right
            fault = fault_of(mark, role, answer)
            if fault:
                faults.append(f"{method} {rule.rule} as {role or 'visitor'}: {answer.status_code}, {fault}")
    return faults


@pytest.mark.usefixtures("bare_refusals")
def test_every_route_for_every_role(app, walk):
    faults = []
    for rule, method in routes(app):
        for url in addresses(app, rule):
            faults += faults_of(walk, rule, method, url)
    assert not faults, "\n".join(faults)


def test_each_role_reads_a_refusal_as_a_whole_page(app, walk):
    only = {role: guarded(Action.of("x", role))(lambda: "in") for role in Role}
    app._got_first_request = False
    for role, view in only.items():
        app.add_url_rule(f"/walk/only/{role.value}", f"only_{role.value}", view)
    for role, other in zip(Role, [*Role][1:] + [*Role][:1], strict=True):
        refused = walk.ask(role, "GET", f"/walk/only/{other.value}")
        assert refused.status_code == 403, role
        assert "Geen toegang" in refused.text, role
        assert "</html>" in refused.text, role


def test_the_walk_sees_a_missing_and_a_wrong_guard(app, walk):
    """The guard of the guards: each kind of mistake is seen."""
    only_board = guarded(Action.of("x", Role.BOARD))

    def let_in():
        g.past_guard = True
        return "in"

    lying = lambda: "in"  # noqa: E731 (a view that says it is guarded and is not)
    lying.__dict__["cwb_guard"] = Action.of("x", Role.BOARD)
    closed = public(only_board(let_in))
    closed.__dict__["cwb_guard"] = "public"
    views = {"bare": let_in, "lying": lying, "closed": closed, "right": only_board(lambda: "in")}
    seen = {}
    app._got_first_request = False
    for name, view in views.items():
        app.add_url_rule(f"/walk/{name}", name, view)
    for name in views:
        rule = next(app.url_map.iter_rules(name))
        seen[name] = faults_of(walk, rule, "GET", f"/walk/{name}")
    assert not seen["right"]
    assert all(seen[name] for name in ("bare", "lying", "closed"))


def test_a_start_with_a_bare_route_is_refused():
    app = Flask("bare")
    app.add_url_rule("/bare", "bare_view", lambda: "in")
    with pytest.raises(RuntimeError, match="bare_view"):
        refuse_unguarded(app)


def test_who_owes_the_second_factor_is_led_to_it(app, make_organisation, make_user, sign_in_user):
    app._got_first_request = False
    app.add_url_rule("/walk/buy", "buy", guarded(Action.of("buy", Role.PURCHASER))(lambda: "in"))
    user = make_user((Role.PURCHASER, make_organisation(Side.ANCHOR)))
    sleepy = sign_in_user(user, second_factor=False)
    answer = sleepy.get("/walk/buy")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/second-factor")
    assert sign_in_user(user).get("/walk/buy").text == "in"
