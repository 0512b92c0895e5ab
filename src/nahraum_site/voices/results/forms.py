"""What is asked of the codings of a study, as a lasting address says it; and what the team writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from nahraum.base.language import gettext as _
from nahraum.evidence.voices import traits
from nahraum.evidence.voices.behind import METHOD, SPACE, TEXT
from nahraum.evidence.voices.coded import Coded
from nahraum.evidence.voices.together import Meeting
from nahraum.reports.voices import by_trait
from nahraum.reports.voices.counted import MEASURES, level_words
from nahraum_site.voices.forms import VersionForm

FINEST = "fein"
USUAL = 4  # of six spaces: the rule of the social-space analysis (DOMAIN.md, section 3)
TABLES = {"raum": SPACE, "methode": METHOD, "text": TEXT, "ueberlappung": Meeting.OVERLAP,
          "ineinander": Meeting.NESTING, "absatz": Meeting.PARAGRAPH}  # fmt: skip
TRAITS = {METHOD: "methode", SPACE: "raum", "year": "jahr", "month": "monat", "day": "tag"}
COUNTED = {"stellen": "segments", "texte": "texts", "personen": "coders", "kodierungen": "codings"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page asks. ``whose``: key of whose codings count, ``words``: what it means; ``kind``: of the table;
    ``measure``: what is counted; ``least``: in how many spaces a theme is cross-space; ``limit``: which texts count.
    """

    whose: str
    words: str
    level: int | None
    kind: str = SPACE
    measure: str = "segments"
    least: int = 0
    limit: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class AskForm(forms.Form):
    """Whose codings count, and at which level. What an address leaves out is what is usual."""

    wessen = forms.ChoiceField(
        label=gettext_lazy("Whose codings count"),
        error_messages={
            "invalid_choice": gettext_lazy("These codings are not shown to you, or there are none. Choose others.")
        },
    )
    ebene = forms.ChoiceField(label=gettext_lazy("Level"))

    def __init__(self, given: Mapping[str, str], *, whose: list[tuple[str, str]], coded: Coded) -> None:
        self.whose, self.traits = dict(whose), list(by_trait.offered(coded))
        levels = [(FINEST, level_words(None)), *((str(n), level_words(n)) for n in range(1, coded.depth))]
        choices = {"wessen": whose, "ebene": levels, **self.own}
        usual = {**{name: some[0][0] for name, some in choices.items()}, **self.usual}
        super().__init__({name: given.get(name, usual[name]) for name in self.base_fields})
        for name, some in choices.items():
            self.fields[name].choices = some  # type: ignore[attr-defined]

    own: Mapping[str, list[tuple[str, str]]] = {}
    usual: Mapping[str, Any] = {}

    @property
    def asked(self) -> Asked:
        """Return what a valid form asks."""
        given = self.cleaned_data
        return Asked(
            whose=given["wessen"],
            words=self.whose[given["wessen"]],
            level=None if given["ebene"] == FINEST else int(given["ebene"]),
            kind=self.kinds[given.get("tabelle", "raum")],
            measure=COUNTED[given.get("gezaehlt", "stellen")],
            least=given.get("mindestens", 0),
            limit=self.limit(given.get("nur", ())),
        )

    @property
    def kinds(self) -> dict[str, str]:
        """Return the kinds of tables by what an address calls them; beside the usual ones those by a trait."""
        return TABLES | {address_of(each.key): each.key for each in self.traits if each.key not in (METHOD, SPACE)}

    def limit(self, given: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the values of traits that were ticked, by trait."""
        ticked = {
            each.key: tuple(value for value in each.values if address_of(each.key, value) in given)
            for each in self.traits
        }
        return {key: values for key, values in ticked.items() if values}


def address_of(key: str, *values: str) -> str:
    """Return what an address calls a trait, or a value of it. A name may hold the sign between both."""
    called = TRAITS.get(key) or "merkmal:" + key.removeprefix(traits.ATTRIBUTE).replace("%", "%25").replace("=", "%3D")
    return "=".join((called, *values))


class TableForm(AskForm):
    """The same, which table, what is counted in it, and to which texts it is limited."""

    tabelle = forms.ChoiceField(label=gettext_lazy("Table"))
    gezaehlt = forms.ChoiceField(
        label=gettext_lazy("What is counted"),
        help_text=gettext_lazy("Where categories meet, pairs of codings are counted."),
    )

    def __init__(self, given: QueryDict, *, whose: list[tuple[str, str]], coded: Coded) -> None:
        super().__init__(given, whose=whose, coded=coded)
        self.limits = [
            (
                by_trait.name(of.key),
                [(address_of(of.key, each), by_trait.value_name(coded, of.key, each)) for each in of.values],
            )
            for of in self.traits
        ]
        self.data["nur"] = given.getlist("nur")
        self.fields["nur"] = forms.MultipleChoiceField(
            label=_("Only these texts"),
            choices=self.limits,
            required=False,
            error_messages={"invalid_choice": _("No text has this, or no longer. Choose other texts, or all of them.")},
        )

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return the fields beside the limit, which is ticked group by group."""
        return [self[name] for name in self.fields if name != "nur"]

    @property
    def own(self) -> Mapping[str, list[tuple[str, str]]]:  # type: ignore[override]
        """Return the choices, in the reader's language."""
        tables = (
            _("spaces by categories"),
            _("methods by categories"),
            _("texts by categories"),
            _("categories that overlap"),
            _("categories, one inside the other"),
            _("categories in the same paragraph"),
        )
        counted = [(key, _(MEASURES[measure])) for key, measure in COUNTED.items()]
        by_traits = [
            (address, _("{attribute} by categories").format(attribute=by_trait.name(key)))
            for address, key in self.kinds.items()
            if address not in TABLES
        ]
        return {"tabelle": [*zip(TABLES, tables, strict=True), *by_traits], "gezaehlt": counted}


class ThemesForm(AskForm):
    """The same, and in how many spaces a theme must be named."""

    mindestens = forms.IntegerField(label=gettext_lazy("Named in at least so many spaces"))

    def __init__(self, given: Mapping[str, str], *, whose: list[tuple[str, str]], coded: Coded) -> None:
        spaces = max(1, len(coded.spaces))
        self.usual = {"mindestens": min(USUAL, spaces)}
        super().__init__(given, whose=whose, coded=coded)
        self.fields["mindestens"] = forms.IntegerField(
            label=self.fields["mindestens"].label, min_value=1, max_value=spaces
        )


class ChapterForm(VersionForm):
    """What the team writes about a space."""

    words = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 18})
    )


class FrontForm(VersionForm):
    """Who publishes the report."""

    publisher = forms.CharField(label=gettext_lazy("Published by"), max_length=200, required=False)
    licence = forms.CharField(
        label=gettext_lazy("Licence"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example CC BY 4.0. Empty: for use in the office."),
    )
