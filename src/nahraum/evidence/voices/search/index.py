"""Where every word of many texts stands, in columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.search.words import fold, form, spans

Column = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Index:
    """N words of T texts, text after text. An index never changes; `joined` and `without` return another.

    ``texts``: the caller's name of each text. ``begins``: the number of its first word, T + 1 numbers, the last is N.
    ``forms``: the different words as written, in the order of (fold, form), so that all spellings of a word and all
    words with one beginning lie side by side; ``folds``: their folds. ``form``: for each word the number of its form.
    ``start``, ``end``: code points. ``order``: the words, those of one form together.
    """

    texts: tuple[str, ...]
    begins: Ints
    forms: tuple[str, ...]
    folds: tuple[str, ...]
    form: Column
    start: Column
    end: Column
    order: Column

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Index:
        """Take every text apart; the keys name them."""
        number: dict[str, int] = {}  # of each word as it stands there; several may have one form
        parts = []
        for text in texts.values():
            found = spans(text)
            words = [number.setdefault(text[start:end], len(number)) for start, end in found]
            places = (words, [start for start, _end in found], [end for _start, end in found])
            parts.append(np.array([np.array(each, dtype=np.int32) for each in places]))
        columns = np.concatenate([np.zeros((3, 0), dtype=np.int32), *parts], axis=1)
        return _in_order(tuple(texts), [part.shape[1] for part in parts], map(form, number), *columns)

    def joined(self, other: Index) -> Index:
        """Return the texts of both; raises WrongRequest where both hold the same."""
        if doubled := set(self.texts) & set(other.texts):
            raise WrongRequest(_("The text “{text}” is in the index already.").format(text=min(doubled)))
        return _in_order(
            self.texts + other.texts,
            np.diff(np.concatenate([self.begins, self.begins[-1] + other.begins[1:]])),
            self.forms + other.forms,
            np.concatenate([self.form, other.form + np.int32(len(self.forms))]),
            np.concatenate([self.start, other.start]),
            np.concatenate([self.end, other.end]),
        )

    def without(self, text: str) -> Index:
        """Return the other texts; a word that stood in this text only is in none of the new columns."""
        if text not in self.texts:
            raise WrongRequest(_("The text “{text}” is not in the index.").format(text=text))
        gone = self.texts.index(text)
        kept = np.ones(len(self.form), dtype=bool)
        kept[self.begins[gone] : self.begins[gone + 1]] = False
        return _in_order(
            self.texts[:gone] + self.texts[gone + 1 :],
            np.delete(np.diff(self.begins), gone),
            self.forms,
            self.form[kept],
            self.start[kept],
            self.end[kept],
        )

    def text_of(self, word: Ints) -> Ints:
        """Return in which text words stand."""
        return np.searchsorted(self.begins, word, side="right") - 1

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each form."""
        return {each: n for n, each in enumerate(self.forms)}

    @cached_property
    def _form_begins(self) -> Ints:
        """Where each form begins in `order`."""
        return np.concatenate([[0], np.cumsum(np.bincount(self.form, minlength=len(self.forms)))])

    def words_of(self, first: int, last: int) -> Ints:
        """Return the numbers of all words with one of the forms ``first`` to before ``last``, in order."""
        at = self._form_begins
        found = self.order[at[first] : at[last]].astype(np.int64)
        return found if last - first == 1 else np.sort(found)


def _in_order(
    texts: tuple[str, ...],
    words: Iterable[int],
    forms: Iterable[str],
    form: Column,
    start: Column,
    end: Column,
) -> Index:
    """Build an index from columns whose forms are in any order, doubled or used no more: same texts, same bytes."""
    given = list(forms)
    used = np.bincount(form, minlength=len(given)) > 0
    kept = sorted({(fold(each), each) for each, here in zip(given, used, strict=True) if here})
    number = {each: n for n, (_fold, each) in enumerate(kept)}
    new = np.array([number.get(each, -1) for each in given], dtype=np.int32)
    return Index(
        texts=texts,
        begins=np.concatenate([[0], np.cumsum(list(words), dtype=np.int64)]).astype(np.int64),
        forms=tuple(each for _fold, each in kept),
        folds=tuple(fold for fold, _form in kept),
        form=new[form],
        start=start,
        end=end,
        order=np.argsort(new[form], kind="stable").astype(np.int32),
    )
