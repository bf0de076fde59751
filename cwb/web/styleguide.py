"""Invented material for the page that shows every macro (`templates/styleguide.html`)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)  # fmt: skip
from wtforms.fields.choices import SelectChoice

from cwb.web.charts import Bar, Point, Span, Target, Tile, bar_chart, interval_chart, line_chart, tile_map
from cwb.web.i18n import _, _l

SAMPLE_AT = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)


class SampleForm(Form):
    """One field of each kind."""

    name = StringField(_l("Naam van uw coöperatie"), [validators.InputRequired(_l("Vul de naam in."))])
    mail = EmailField(
        _l("E-mailadres"), [validators.InputRequired(_l("Vul een e-mailadres in."))],
        render_kw={"autocomplete": "email"},
        description=_l("Hier sturen wij berichten over uw inschrijving heen."),
    )  # fmt: skip
    price = StringField(
        _l("Prijs per uur"), [validators.InputRequired(_l("Vul een bedrag in."))],
        render_kw={"inputmode": "decimal"}, description=_l("Bijvoorbeeld 32,50. Zonder btw."),
    )  # fmt: skip
    start = StringField(_l("Eerste dag"), [validators.Optional()], widget=widgets.DateInput())
    kind = SelectField(
        _l("Soort werk"),
        choices=[
            SelectChoice("", _l("Kies")),
            SelectChoice("a", _l("Schoonmaak")),
            SelectChoice("b", _l("Groen")),
        ],
    )
    alone = RadioField(
        _l("Doet u alleen mee?"), [validators.InputRequired(_l("Kies een antwoord."))],
        choices=[
            SelectChoice("yes", _l("Ja, wij doen dit alleen")),
            SelectChoice("no", _l("Nee, samen met andere coöperaties")),
        ],
    )  # fmt: skip
    days = SelectMultipleField(
        _l("Wanneer kunt u werken?"), choices=[
            SelectChoice("am", _l("Overdag")),
            SelectChoice("pm", _l("’s Avonds")),
            SelectChoice("we", _l("In het weekend")),
        ],
        widget=widgets.ListWidget(prefix_label=False), option_widget=widgets.CheckboxInput(),
    )  # fmt: skip
    plan = TextAreaField(_l("Hoe pakt u het aan?"), description=_l("Hooguit 200 woorden."))
    paper = FileField(_l("Uittreksel van de KvK"), [validators.Optional()])
    secret = PasswordField(
        _l("Wachtwoord"), [validators.InputRequired()], render_kw={"autocomplete": "current-password"}
    )
    people = FieldList(
        StringField(_l("Lid"), [validators.Optional()]), _l("Wie werken er mee?"), min_entries=2
    )
    honest = BooleanField(
        _l("Wij hebben alles naar waarheid ingevuld"), [validators.InputRequired(_l("Zet een vinkje."))]
    )


class SampleFilters(Form):
    """What narrows a list."""

    search = StringField(_l("Zoek op woord"))
    where = SelectField(
        _l("Wijk"), choices=[SelectChoice("", _l("Alle wijken")), SelectChoice("ab", _l("Tuindorp"))]
    )


_TILES = (
    ("AA", "Molenwijk Nieuw-Oost", 1, 0, None),
    ("AB", "Tuindorp", 1, 1, 0.11),
    ("AC", "Spoorzicht-West", 2, 1, 0.19),
    ("AD", "Spoorzicht-Noordoost", 3, 1, 0.07),
    ("AF", "Kleipolder/Rietland", 0, 2, 0.02),
    ("AE", "Spoorzicht-Zuidoost", 3, 2, 0.22),
    ("AH", "De Punt", 0, 3, 0.04),
    ("AJ", "Havenkwartier", 1, 3, 0.16),
    ("AK", "Waterwijk-Oost", 2, 3, 0.27),
    ("AL", "Hofstad-Noord", 3, 3, 0.12),
    ("AM", "Overveld", 4, 3, 0.14),
    ("AG", "De Akker", 0, 4, 0.03),
    ("AQ", "Dijk/Nieuw-Dijk", 2, 4, None),
    ("AN", "Hofstad-Zuid", 3, 4, 0.09),
    ("AP", "Veldgracht", 4, 4, 0.06),
)
"""An invented area; real places come from the area pack."""


def _share(value: float) -> str:
    return f"{value * 100:.0f}%"


def sample_charts(*, rtl: bool) -> dict[str, Any]:
    """One chart of each kind with invented figures."""
    years = ((2022, 0.18), (2023, 0.2), (2024, 0.24), (2025, 0.29), (2026, 0.33))
    points = [Point(str(year), v, _share(v), v - 0.03, v + 0.04) for year, v in years]
    anchors = (
        (_("Gemeente"), 0.21, 0.27, 0.8),
        (_("Ziekenhuis"), 0.12, 0.3, 0.55),
        (_("Woningcorporatie"), 0.31, 0.36, 0.92),
    )
    spans = [
        Span(
            who,
            lo,
            hi,
            _("tussen %(lo)s en %(hi)s", lo=_share(lo), hi=_share(hi)),
            known,
            _("%(share)s bekend", share=_share(known)),
        )
        for who, lo, hi, known in anchors
    ]
    bars = [Bar(_("Schoonmaak"), 412_000, "€ 412.000"), Bar(_("Groen"), 268_000, "€ 268.000"),
            Bar(_("Catering"), 91_500, _("€ 91.500 (alleen opgegeven)"), weak=True)]  # fmt: skip
    limits = (0.05, 0.1, 0.15, 0.2)
    tiles = [
        Tile(
            code,
            name,
            column,
            row,
            "–" if v is None else _share(v),
            None if v is None else sum(v >= x for x in limits),
        )
        for code, name, column, row, v in _TILES
    ]
    return {
        "line": line_chart(points, target=Target(0.3, _("doel 30%")), rtl=rtl, scale=_share),
        "intervals": interval_chart(spans, target=Target(0.3, _("doel 30%")), rtl=rtl),
        "bars": bar_chart(bars, rtl=rtl),
        "tiles": tile_map(tiles),
        "line_rows": [[str(year), _share(v)] for year, v in years],
        "interval_rows": [[s.label, s.text, _share(float(s.coverage or 0))] for s in spans],
        "bar_rows": [[b.label, b.text] for b in bars],
        "tile_rows": [
            [f"{t.code} {t.name}", t.text] for t in sorted(tiles, key=lambda t: (t.step is None, t.text))
        ],
    }


class SamplePage:
    """A page of a list."""

    number, pages = 3, 9

    @staticmethod
    def url(number: int) -> str:
        """The address of another page."""
        return f"?page={number}"


def sample(*, failed: bool = True, rtl: bool = False) -> dict[str, Any]:
    """Everything `styleguide.html` needs; with `failed` the form shows its errors."""
    form = SampleForm(data={"people": ["Fatima", ""], "plan": _("Wij beginnen om zeven uur.")})
    if failed:
        form.validate()
    return {
        "form": form, "filter_form": SampleFilters(), "charts_shown": sample_charts(rtl=rtl),
        "closes_at": SAMPLE_AT, "opens_at": SAMPLE_AT + timedelta(days=1), "page": SamplePage(),
    }  # fmt: skip
