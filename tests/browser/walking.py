"""What a person does on a page: press, follow a link, read. Everything as without JavaScript."""

from typing import Any


def leave(page: Any, by: Any) -> None:
    """Click the first of these and wait for the page it leads to: a click alone returns before that stands."""
    with page.expect_navigation():
        by.first.click()


def press(page: Any, name: str) -> None:
    """Press the button of this name in the page itself, not in its header."""
    leave(page, page.get_by_role("main").get_by_role("button", name=name, exact=True))


def follow(page: Any, name: str, *, exact: bool = True) -> None:
    """Follow the first link of this name in the page itself."""
    leave(page, page.get_by_role("main").get_by_role("link", name=name, exact=exact))


def reads(page: Any, *texts: str) -> None:
    """All of these stand on the page, where one sees them."""
    for text in texts:
        found = page.get_by_text(text)
        assert found.count(), (
            f"{text!r} does not stand on {page.url}: {page.locator('main').inner_text()[:600]}"
        )
        assert found.first.is_visible(), f"{text!r} is hidden on {page.url}"


def fact(page: Any, label: str) -> str:
    """The value beside a label in a list of facts."""
    shown: str = (
        page.get_by_text(label, exact=True).first.locator("xpath=following-sibling::dd[1]").inner_text()
    )
    return shown.strip()


def number_of(page: Any) -> str:
    """The readable number in the page's address (`T-2026-0001`)."""
    return next(part for part in page.url.split("/") if part[:2] in {"T-", "C-", "N-"})
