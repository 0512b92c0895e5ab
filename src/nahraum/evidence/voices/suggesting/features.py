"""Segments as numbers: words and parts of words, weighted by how telling they are (TF-IDF).

Parts of words (three and four signs in a row) find `Wohnung` in `Wohnungsnot`; they are counted once per different
word, so that long material stays cheap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack

WORD = re.compile(r"\w+")
PART_SIZES = (3, 4)
MOST = 1024  # words, and as many parts of words: those with the greatest weight in all segments
Floats = NDArray[np.float64]
Table = Any  # csr_array: SciPy ships no types


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """D features: the words that count, then parts of words, with the weight (inverse document frequency) of each."""

    words: dict[str, int]
    parts: dict[str, int]
    words_weight: Floats
    parts_weight: Floats

    def rows(self, texts: Sequence[str]) -> Table:
        """Return N x D: (1 + log count) x weight, words and parts each scaled to length 1, then halved in square."""
        counts, vocabulary = counted(texts)
        words = _renumbered(counts, list(vocabulary), self.words)
        parts = counts @ _parts_of(list(vocabulary), self.parts)
        return (hstack([_scaled(words, self.words_weight), _scaled(parts, self.parts_weight)]) * np.sqrt(0.5)).tocsr()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the words; the features behind them are parts of words and explain nothing to people."""
        return tuple(self.words)


def learn_features(texts: Sequence[str], most: int = MOST) -> Features:
    """Choose the features from N texts: in two of them at least, and those that weigh most in all."""
    counts, vocabulary = counted(texts)
    spelled = list(vocabulary)
    every: dict[str, int] = {}
    for word in spelled:
        for part in parts(word):
            every.setdefault(part, len(every))
    words, words_weight = _chosen(counts, spelled, most)
    named, parts_weight = _chosen(counts @ _parts_of(spelled, every), list(every), most)
    return Features(words, named, words_weight, parts_weight)


def counted(texts: Sequence[str]) -> tuple[Table, dict[str, int]]:
    """Return how often each word stands in each text (N x W), and the words' numbers."""
    vocabulary: dict[str, int] = {}
    numbers: list[int] = []
    ends = [0]
    for text in texts:
        numbers += [vocabulary.setdefault(word, len(vocabulary)) for word in WORD.findall(text.lower())]
        ends.append(len(numbers))
    table = csr_array((np.ones(len(numbers)), np.array(numbers, dtype=np.int64), ends), (len(texts), len(vocabulary)))
    table.sum_duplicates()
    return table, vocabulary


def parts(word: str) -> list[str]:
    """Return the parts of a word; a blank stands for its edges."""
    edged = f" {word} "
    return [edged[n : n + size] for size in PART_SIZES for n in range(len(edged) - size + 1)]


def _parts_of(words: Sequence[str], known: dict[str, int]) -> Table:
    """Return how often each known part stands in each word (W x parts)."""
    places = [(n, known[part]) for n, word in enumerate(words) for part in parts(word) if part in known]
    row, column = np.array(places, dtype=np.int64).reshape(-1, 2).T
    return csr_array((np.ones(len(places)), (row, column)), (len(words), len(known)))


def _renumbered(counts: Table, spelled: Sequence[str], known: dict[str, int]) -> Table:
    """Return the counts with the columns of the words that are known."""
    pairs = [(n, known[word]) for n, word in enumerate(spelled) if word in known]
    row, column = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return counts @ csr_array((np.ones(len(pairs)), (row, column)), (len(spelled), len(known)))


def _chosen(counts: Table, names: Sequence[str], most: int) -> tuple[dict[str, int], Floats]:
    """Return the features to keep with their numbers, and their weights log((1 + N) / (1 + texts)) + 1."""
    texts = np.bincount(counts.indices, minlength=counts.shape[1])
    weight = np.log((1 + counts.shape[0]) / (1 + texts)) + 1
    order = np.argsort(-texts * weight**2, kind="stable")
    kept = np.sort(order[texts[order] >= 2][:most])
    return {names[n]: at for at, n in enumerate(kept.tolist())}, weight[kept]


def _scaled(counts: Table, weight: Floats) -> Table:
    """Return rows of TF-IDF of length 1; rows without features stay empty."""
    table = csr_array((1 + np.log(counts.data), counts.indices, counts.indptr), counts.shape) @ diags_array(weight)
    length = np.sqrt(table.multiply(table).sum(axis=1))
    return diags_array(1 / np.where(length > 0, length, 1)) @ table
