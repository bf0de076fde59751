"""Reading pages, sending their forms, agreements in parts."""

import re
from decimal import Decimal


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def posting(page, **fields):
    """The form on a page as the browser would send it."""
    html = page.get_data(as_text=True)
    form = html[html.index('class="utrecht-form cwb-form"') :]
    found = {
        name: value
        for tag in re.findall(r"<input[^>]*>", form)
        if (name := "".join(re.findall(r'name="([^"]+)"', tag))) and 'type="checkbox"' not in tag
        for value in [("".join(re.findall(r'value="([^"]*)"', tag)))]
    }
    return found | fields


def parts(trade, count=24, price="100.00", **facts):
    """An agreement in instalments of one fixed amount, equal unless `price` says otherwise."""
    prices = [price] * count if isinstance(price, str) else price
    lines = [
        trade.work(
            description=f"Termijn {place} van {count}",
            unit="LS",
            quantity=Decimal(1),
            unit_price=Decimal(each),
        )
        for place, each in enumerate(prices, start=1)
    ]
    return trade.agree(*lines, **facts)
