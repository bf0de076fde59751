"""Forms of agreements and deliveries, and the names of where they stand."""

from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired

from coops.arrangements.rules import Terms
from coops.support.forms import HOW, MUST, cents, whole
from coops.support.models import SupportOffer, SupportRequest
from cwb.kernel.money import Money
from cwb.web.forms import DayField, Form, MoneyField, SentenceField, many_lines, optional, required
from cwb.web.i18n import _l

TEXT, REASON = 500, 2000


class ProposeForm(Form):
    """What is proposed; begins with what the offer and the request say."""

    amount = whole(_l("Hoeveel?"))
    starts_on = DayField(_l("Vanaf welke dag?"), MUST)
    ends_on = DayField(_l("Tot en met welke dag?"), MUST)
    price = MoneyField(_l("Wat betaalt de ontvanger?"), MUST)
    market = MoneyField(_l("Wat kost het op de markt?"), MUST)
    market_how = SentenceField(_l("Hoe vond u die marktprijs?"), required(HOW))
    public_money = BooleanField(_l("In deze steun zit publiek geld"))

    def __init__(
        self, *args: Any, offer: SupportOffer, request: SupportRequest, left: int, **kwargs: Any
    ) -> None:
        data = {
            "amount": max(1, min(request.amount, left)),
            "starts_on": max(offer.starts_on, request.starts_on), "ends_on": min(offer.ends_on, request.ends_on),
            "price": Money(offer.price), "market": Money(offer.market), "market_how": offer.market_how,
            "public_money": True,
        }  # fmt: skip
        super().__init__(*args, data=data, **kwargs)
        if offer.kind == "credit":
            del self.price
        if offer.of_public_body:
            del self.public_money

    def terms(self) -> Terms:
        """The terms as typed."""
        first: Any = self.starts_on.data
        last: Any = self.ends_on.data
        price = cents(self["price"]) if "price" in self else 0
        return Terms(
            int(self.amount.data or 0), first, last, price, cents(self.market), self.market_how.data or "",
            bool(self["public_money"].data) if "public_money" in self else True,
        )  # fmt: skip


class AgreeForm(Form):
    """Yes."""

    understood = BooleanField(_l("Ik zag dat dit boven de grens voor de-minimissteun komt."))


class ReasonForm(Form):
    """Why not."""

    reason = TextAreaField(_l("Waarom?"), required(REASON), filters=[many_lines])


class DeliverForm(Form):
    """What was delivered."""

    amount = whole(_l("Hoeveel leverde u?"))
    delivered_on = DayField(_l("Op welke dag, of tot en met welke dag?"), [InputRequired(_l("Vul dit in."))])
    text = SentenceField(_l("Wat deed u?"), optional(TEXT))


class CorrectForm(Form):
    """What it really was."""

    amount = whole(_l("Hoeveel was het echt?"), smallest="0")
    text = SentenceField(_l("Wat klopte niet?"), required(TEXT))
