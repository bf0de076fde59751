"""The fence around bids in tests: a page is behind it as in production, the test itself sees all."""

from sqlalchemy.orm import Session

from cwb.kernel import fence


def raise_fence(session: Session, *, all_rows: bool) -> None:
    """Put the test's connection behind the fence, or before it; unseen by tests that count statements."""
    fence.remember(session, None)
    on = "on" if all_rows else "off"
    driver = session.connection().connection.cursor()
    driver.execute("SELECT set_config('cwb.all_rows', %s, true), set_config('cwb.user_id', '', true)", [on])
    driver.close()
