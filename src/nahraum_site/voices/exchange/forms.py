"""What is asked about a project that came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nahraum.evidence.voices.incoming.groups import guessed
from nahraum.evidence.voices.incoming.terms import Group, Incoming
from nahraum.evidence.voices.outgoing import AGREED
from nahraum.evidence.voices.studies.terms import Method
from nahraum_site.accounts.models import User
from nahraum_site.voices.collection_forms import count_field
from nahraum_site.voices.exchange.storing import Place
from nahraum_site.voices.forms import VersionForm, day_field
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.texts.forms import LinesField

NEW, OUT, TEAM = "neu", "weglassen", "gemeinsam"
PARTS = ("to", "title", "method", "space", "day", "place", "participants")


class UploadForm(forms.Form):
    """One project."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("REFI-QDA project (.qdpx), Taguette project (.sqlite3), or a table of codings (.csv)."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group of the file with its fields; none where all its texts are here already."""

    name: str
    count: int
    fields: Sequence[forms.BoundField]


def _method_field(label: str, initial: str) -> forms.ChoiceField:
    """Return a field for a method, which is asked for only on importing into a new collection."""
    choices = [("", gettext("– choose –")), *((m.value, m.label) for m in Method)]
    return forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)


class DecideForm(VersionForm):
    """Where texts go, who coded, and who is named in them."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)
    persons = LinesField(
        label=_("More names of persons"),
        required=False,
        max_length=50_000,
        help_text=_("One in each line; every place where it stands is found."),
    )
    others = LinesField(
        label=_("Other words that are to be left out"),
        required=False,
        max_length=50_000,
        help_text=_("For example the name of a small house by which people are known."),
    )
    open_memos = forms.BooleanField(
        label=_("Take memos on the study and on categories, too"),
        required=False,
        initial=True,
        help_text=_("They lie unsealed, as all such memos do: untick this if they quote people."),
    )
    once_more = forms.BooleanField(label=_("Import this file although it was imported before"), required=False)

    def __init__(
        self, *arguments: Any, study: Study, incoming: Incoming, way: str, here: Mapping[int, int],
        collections: Iterable[Collection], team: Sequence[User], importer: User, spaces: Mapping[str, str],
        is_again: bool, **keywords: Any,
    ) -> None:  # fmt: skip
        super().__init__(*arguments, **keywords)
        self.incoming, self.here = incoming, here
        self.groups: Sequence[Group] = incoming.groups.get(way, ())
        self.collections = {str(each.uuid): each for each in collections}
        self.people = {str(each.pk): each for each in team}
        words = {key: spaces.get(key, key) for key in study.spaces}
        for n, group in enumerate(self.groups):
            if any(text not in here for text in group.texts):
                self._ask_where(n, group, words)
        open_still = [n for n in range(len(self.groups)) if self._lacks_method(n)]
        if len(open_still) > 1:
            self.fields["method"] = _method_field(gettext("Method where none is chosen below"), "")
        marked = {*incoming.marks.coder.tolist(), *(each.author for each in incoming.remarks)}
        self.coders = sorted(marked)
        names = {n: incoming.coders[n].name for n in self.coders}
        alike = {n: _alike(name, self.people) for n, name in names.items()}
        # Two who are not in the team become one person only if somebody says so: their agreement would be lost.
        other = str(importer.pk) if [*alike.values()].count("") == 1 else ""
        choices = [
            ("", _("– choose –")),
            *((key, each.name) for key, each in self.people.items()),
            (TEAM, _("what the team agreed on")),
        ]
        for n, name in names.items():
            field = forms.ChoiceField(label=name or gettext("Nobody is named"), choices=choices, required=False)
            field.needed, field.initial = True, alike[n] or other  # type: ignore[attr-defined]
            self.fields[f"coder_{n}"] = field
        self.is_again = is_again
        if not is_again:
            del self.fields["once_more"]
        if not any(each.about in ("study", "category") for each in incoming.remarks):
            del self.fields["open_memos"]

    def _ask_where(self, n: int, group: Group, spaces: Mapping[str, str]) -> None:
        guess = guessed(group, dict(spaces))
        name = group.name[:200]
        same = next((key for key, each in self.collections.items() if name and str(each) == name), NEW)
        choices = [
            (NEW, gettext("into a new collection")),
            *((key, str(each)) for key, each in self.collections.items()),
            (OUT, gettext("leave out, with what is coded there")),
        ]
        made = {
            "to": forms.ChoiceField(label=gettext("Where to"), choices=choices, initial=same),
            "title": forms.CharField(label=gettext("Title"), max_length=200, required=False, initial=name),
            "method": _method_field(gettext("Method"), guess["method"]),
            "space": forms.ChoiceField(
                label=gettext("Social space or area"),
                choices=[("", gettext("city-wide")), *spaces.items()],
                required=False,
                initial=guess["space"],
            ),
            "day": day_field(gettext("Day"), initial=guess["day"]),
            "place": forms.CharField(
                label=gettext("Where it took place"), max_length=200, required=False, initial=guess["place"][:200]
            ),
            "participants": count_field(gettext("Participants"), initial=guess["participants"]),
        }
        for part, field in made.items():
            field.needed = True  # type: ignore[attr-defined]
            self.fields[f"group_{n}_{part}"] = field

    def _lacks_method(self, n: int) -> bool:
        name = f"group_{n}_method"
        return name in self.fields and not self.fields[name].initial

    @property
    def usual(self) -> list[forms.BoundField]:
        """Return what is asked once for many collections."""
        return [self["method"]] if "method" in self.fields else []

    @property
    def rows(self) -> list[Row]:
        """Return the groups as the page shows them."""
        return [
            Row(
                name=group.name or gettext("All other texts")
                if len(self.groups) > 1
                else group.name or gettext("All texts"),
                count=len(group.texts),
                fields=[self[f"group_{n}_{part}"] for part in PARTS if f"group_{n}_{part}" in self.fields],
            )
            for n, group in enumerate(self.groups)
        ]

    @property
    def who(self) -> list[forms.BoundField]:
        """Return the fields of the coders."""
        return [self[f"coder_{n}"] for n in self.coders]

    @property
    def marking(self) -> list[forms.BoundField]:
        """Return the fields by which more people are named."""
        return [self["persons"], self["others"]]

    @property
    def ending(self) -> list[forms.BoundField]:
        """Return what is asked last."""
        return [self[name] for name in ("open_memos", "once_more") if name in self.fields]

    def clean(self) -> Any:
        """On importing, ask who each coder is, for the methods of new collections, and for a word where the same file
        was imported before.
        """
        given = super().clean()
        if "import" not in self.data:
            return given
        for n in self.coders:
            if not self.errors.get(f"coder_{n}") and not self.cleaned_data.get(f"coder_{n}"):
                self.add_error(f"coder_{n}", gettext("Choose who this is."))
        for n in range(len(self.groups)):
            name = f"group_{n}_method"
            if given.get(f"group_{n}_to") == NEW and not given.get(name):
                given[name] = given.get("method", "")
                if not given[name]:
                    self.add_error(name, gettext("Choose the method: it decides which quotations are held back."))
        if self.is_again and not self.cleaned_data.get("once_more"):
            self.add_error("once_more", gettext("This file was imported before. Tick this if you want it once more."))
        return given

    @property
    def places(self) -> list[Place]:
        """Return where each group goes."""
        return [self._place(n) for n in range(len(self.groups))]

    def _place(self, n: int) -> Place:
        given = {part: self.cleaned_data.get(f"group_{n}_{part}") for part in PARTS}
        if given["to"] == NEW:
            return Place(given={part: given[part] for part in PARTS if part != "to"})
        return Place(collection=self.collections.get(given["to"] or ""))

    def decided(self, importer: User) -> dict[int, tuple[User, bool]]:
        """Return who each coder of the file is, and whether the team agreed on it."""
        found = {}
        for n in self.coders:
            chosen = self.cleaned_data[f"coder_{n}"]
            found[n] = (importer, True) if chosen == TEAM else (self.people[chosen], False)
        return found


def _alike(name: str, people: Mapping[str, User]) -> str:
    """Return who of the team a coder of the file is by the name; empty for nobody."""
    if name in AGREED:
        return TEAM
    return next(
        (key for key, each in people.items() if name and name.casefold() in (each.name.casefold(), each.email)), ""
    )
