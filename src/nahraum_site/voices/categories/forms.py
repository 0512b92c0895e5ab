"""Forms for every change of a category system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nahraum.base import WrongRequest
from nahraum.evidence.voices.categories import (
    Add,
    Category,
    Change,
    Describe,
    Kind,
    Merge,
    Move,
    Remove,
    Rename,
    Split,
    System,
)
from nahraum.evidence.voices.categories.colours import PALETTE, refuse_unseen
from nahraum.evidence.voices.categories.terms import COLOUR
from nahraum_site.voices.categories.actions import LONGEST_NAME, new_id
from nahraum_site.voices.forms import VersionForm

CHOOSE = _("– choose –")  # nothing is preselected where a slip cannot be taken back
OWN = "eigene"
SIX_DIGITS = RegexValidator(
    rf"\A{COLOUR.pattern}\Z", _("Write the colour as # with six digits, such as #1a7f37."), flags=re.IGNORECASE
)


def _long(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=5_000,
        required=False,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _swatch(n: int, name: str) -> SafeString:
    return format_html('<span class="chip f{}" aria-hidden="true"></span>{}', n, _(name))


class ChangeForm(VersionForm):
    """One kind of change: its button, and the changes of the core that come of it."""

    button: Any = _("Save")

    def __init__(self, *arguments: Any, system: System, category: Category | None, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.system, self.category = system, category

    def offer(self, field: str, categories: Sequence[Category], first: Any = None) -> None:
        """Let one choose among categories."""
        choices: list[tuple[str, Any]] = [(each.id, self.system.label(each.id)) for each in categories]
        self.fields[field].choices = [*([("", first)] if first else []), *choices]  # type: ignore[attr-defined]

    @property
    def one(self) -> Category:
        """Return the category that is changed."""
        assert self.category is not None
        return self.category

    @property
    def changes(self) -> list[Change]:
        """Return what is to be done."""
        raise NotImplementedError


class WordsForm(ChangeForm):
    """What coders need to apply a category alike."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    description = _long(_("Description"))
    rule = _long(_("Coding rule"), _("When it is given, and when another one is."))
    anchor = _long(
        _("Anchor example"),
        _("In your own words: a quotation kept here would stay when the text it comes from is deleted."),
    )
    colour = forms.ChoiceField(label=_("Colour"), required=False, widget=forms.RadioSelect(attrs={"class": "swatches"}))
    own_colour = forms.CharField(
        label=_("Own colour"),
        required=False,
        validators=[SIX_DIGITS],
        widget=forms.TextInput(attrs={"type": "color", "class": "swatches__own"}),
        help_text=_("Very light and very dark colours cannot be told from the paper and are refused."),
    )
    kind = forms.ChoiceField(
        label=_("Comes from"), choices=((Kind.INDUCTIVE, _("the material")), (Kind.DEDUCTIVE, _("prior thought")))
    )
    codable = forms.BooleanField(label=_("Texts are coded with it"), required=False, initial=True)

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        here = self.present
        named = [(colour, _swatch(n, name)) for n, (colour, name) in enumerate(PALETTE.items())]
        own = (OWN, _("an own colour"))
        self.fields["colour"].choices = [*named, own] if here else [("", _("one that is free")), *named, own]  # type: ignore[attr-defined]
        self.initial["colour"] = here if here in PALETTE or not here else OWN
        self.initial["own_colour"] = here or next(iter(PALETTE))
        self.fields["colour"].needed = True  # type: ignore[attr-defined]
        self.fields["own_colour"].needed = True  # type: ignore[attr-defined]

    @property
    def present(self) -> str:
        """Return the colour that the category has; a new one has none yet."""
        return ""

    def clean(self) -> dict[str, Any]:
        """Refuse an own colour that cannot be told from the paper, unless the category came with it.

        Who sets one and leaves the choice above as it was means it.
        """
        given = super().clean() or self.cleaned_data
        own, was = given.get("own_colour", "").lower(), self.initial
        meant = own not in ("", was["own_colour"]) and given.get("colour") == was["colour"]
        if own and (meant or given.get("colour") == OWN):
            given["colour"] = own
            try:
                if own != self.present:
                    refuse_unseen(own)
            except WrongRequest as error:
                self.add_error("own_colour", str(error))
        elif given.get("colour") == OWN:
            given["colour"] = ""
        return given

    @property
    def words(self) -> dict[str, Any]:
        """Return what was written, line ends as files have them."""
        given = self.cleaned_data
        texts = {name: given[name].replace("\r\n", "\n") for name in ("description", "rule", "anchor")}
        colour = given["colour"] or self.present
        return {**texts, "colour": colour, "kind": Kind(given["kind"]), "codable": given["codable"]}


class AddForm(WordsForm):
    """A new category."""

    button = _("Add")
    parent = forms.ChoiceField(label=_("Under"), required=False)
    field_order = ("name", "parent")

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.offer("parent", self.system.categories, _("– a main category –"))
        self.fields["parent"].needed = True  # type: ignore[attr-defined]

    @property
    def changes(self) -> list[Change]:
        """Return the addition."""
        name, parent = self.cleaned_data["name"], self.cleaned_data["parent"] or None
        return [Add(category=Category(id=new_id(), name=name, parent=parent, **self.words))]


class DescribeForm(WordsForm):
    """Name and words of a category."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        if self.one.parts:
            del self.fields["codable"]

    @property
    def present(self) -> str:
        """Return the colour that it has."""
        return self.one.colour

    @property
    def changes(self) -> list[Change]:
        """Return what differs."""
        found: list[Change] = []
        if self.cleaned_data["name"] != self.one.name:
            found.append(Rename(id=self.one.id, name=self.cleaned_data["name"]))
        differing = {name: value for name, value in self.words.items() if value != getattr(self.one, name)}
        if differing:
            found.append(Describe(id=self.one.id, **differing))
        return found

    @property
    def words(self) -> dict[str, Any]:
        """Return what was written; a split category takes no codings."""
        self.cleaned_data.setdefault("codable", False)
        return super().words


class MoveForm(ChangeForm):
    """Another place."""

    button = _("Move")
    place = forms.ChoiceField(label=_("New place"))

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        below = {each.id for each in self.system.categories if self.one in self.system.line(each.id)}
        rest = [each for each in self.system.categories if each.id not in below]
        choices: list[tuple[str, Any]] = [("", CHOOSE), ("in:", _("as the last main category"))]
        for each in rest:
            label = self.system.label(each.id)
            choices += [(f"before:{each.id}", _("before “%(name)s”") % {"name": label})]
            choices += [(f"in:{each.id}", _("into “%(name)s”, last") % {"name": label})]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    @property
    def changes(self) -> list[Change]:
        """Return the move."""
        way, _colon, id = self.cleaned_data["place"].partition(":")
        if way == "before":
            return [Move(id=self.one.id, parent=self.system.get(id).parent, before=id)]
        return [Move(id=self.one.id, parent=id or None)]


class MergeForm(ChangeForm):
    """Two become one."""

    button = _("Merge")
    into = forms.ChoiceField(
        label=_("Merge into"), help_text=_("All codings go there, and everything that lies under it.")
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        below = {each.id for each in self.system.categories if self.one in self.system.line(each.id)}
        others = [each for each in self.system.categories if each.id not in below and each.codable]
        self.offer("into", others, CHOOSE)

    @property
    def changes(self) -> list[Change]:
        """Return the merge."""
        return [Merge(id=self.one.id, into=self.cleaned_data["into"])]


class SplitForm(ChangeForm):
    """One becomes several."""

    button = _("Split up")
    parts = forms.CharField(
        label=_("Parts, one in each line"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They stand under it. Its codings wait there until somebody decides where each belongs."),
    )

    @property
    def changes(self) -> list[Change]:
        """Return the split."""
        names = [line.strip() for line in self.cleaned_data["parts"].splitlines() if line.strip()]
        parts = tuple(Category(id=new_id(), name=name, parent=self.one.id, kind=self.one.kind) for name in names)
        return [Split(id=self.one.id, parts=parts)]


class RemoveForm(ChangeForm):
    """A category that no coding uses goes."""

    button = _("Remove")

    @property
    def changes(self) -> list[Change]:
        """Return the removal."""
        return [Remove(id=self.one.id)]


class FileForm(VersionForm):
    """A codebook."""

    file = forms.FileField(
        label=_("Codebook (CSV or QDC)"),
        help_text=_(
            "A table has a column “path”, such as: Needs > Housing. Where there are categories already, the new ones "
            "take their place; their codings stay and are recoded."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.qdc"}),
    )
