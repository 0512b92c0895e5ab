"""Forms of photographs and recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nahraum.evidence.voices.texts import Card, area_of
from nahraum.evidence.voices.texts.recordings import LONGEST_BEGINNING, sound_of
from nahraum_site.voices.forms import VersionForm

MOST_CARDS, LONGEST = 500, 2000
LARGEST_MB = 500
EMPTY_ROWS = 3  # offered where no script adds them
PLACES = ("left", "top", "width", "height")


class CardsForm(VersionForm):
    """What stands on the cards of a photograph, a row for each, and whether the team may see it."""

    shown = forms.BooleanField(
        label=_("The photograph shows nothing by which anybody can be recognised"),
        required=False,
        help_text=_(
            "No face, no name, no handwriting that insiders know. Only then the whole team sees it beside the text; "
            "otherwise only those who lead the study do, and the log says so."
        ),
    )

    def __init__(self, data: QueryDict | None = None, *, cards: Iterable[Card] = (), **keywords: Any) -> None:
        super().__init__(data, **keywords)
        self.rows = list(_sent(data)) if data is not None else [_row(each) for each in cards]
        if not data:
            self.rows += [_row(Card(words=""))] * EMPTY_ROWS

    def clean(self) -> dict[str, Any]:
        """Read the rows; those without words are left out."""
        given = super().clean() or {}
        if len(self.rows) > MOST_CARDS:
            raise forms.ValidationError(gettext("At most {count} cards, please.").format(count=MOST_CARDS))
        given["cards"] = [self._card(n, row) for n, row in enumerate(self.rows, 1) if row["words"].strip()]
        return given

    def _card(self, n: int, row: dict[str, str]) -> Card | None:
        if len(row["words"]) > LONGEST:
            self.add_error(None, gettext("Row {n}: at most {count} characters, please.").format(n=n, count=LONGEST))
        places = [row[name].strip().replace(",", ".") for name in PLACES]
        if not any(places):
            return Card(words=row["words"])
        try:
            left, top, width, height = (round(float(each) * 10) for each in places)
        except (ValueError, OverflowError):
            self.add_error(
                None, gettext("Row {n}: the place in the picture is four numbers from 0 to 100.").format(n=n)
            )
            return None
        area = area_of(left, top, width, height)
        if area is None:
            self.add_error(None, gettext("Row {n}: that place does not lie in the picture.").format(n=n))
        return Card(words=row["words"], area=area)


def _sent(data: QueryDict) -> Iterator[dict[str, str]]:
    columns = [data.getlist(name) for name in ("words", *PLACES)]
    for words, *places in zip(*columns, strict=False):
        yield {"words": words, **dict(zip(PLACES, places, strict=True))}


def _row(card: Card) -> dict[str, str]:
    places = [f"{each / 10:g}" for each in card.area] if card.area else [""] * len(PLACES)
    return {"words": card.words, **dict(zip(PLACES, places, strict=True))}


class RecordingForm(forms.Form):
    """The recording of a text."""

    file = forms.FileField(
        label=_("Recording"),
        help_text=format_lazy(_("MP3, M4A, Ogg, FLAC, WAV or WebM; at most {most} MB."), most=LARGEST_MB),
    )
    shown = forms.BooleanField(
        label=_("Those who speak agreed that the whole team hears them"),
        required=False,
        help_text=_("A voice is recognised. Otherwise only those who lead the study hear it, and the log says so."),
    )

    def clean_file(self) -> Any:
        """Refuse what is no recording, and what is too large."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_MB << 20:
            raise forms.ValidationError(
                gettext("The recording has {size} MB; at most {most} MB are kept.").format(
                    size=file.size >> 20, most=LARGEST_MB
                )
            )
        if not sound_of(file.read(LONGEST_BEGINNING)):
            raise forms.ValidationError(
                gettext("This is no recording that browsers play. Save it as MP3, M4A, Ogg, FLAC or WAV.")
            )
        file.seek(0)
        return file
