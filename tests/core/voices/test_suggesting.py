"""Suggestions of codes: the mathematics against slow and obvious references, and no text on both sides."""

import csv
import math
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.categories import Category, System
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.suggesting.features import learn_features
from nahraum.evidence.voices.suggesting.learning import Examples, examples, folds, learn, ranked
from nahraum.evidence.voices.suggesting.proposing import Proposed, Rate, places_of, proposer, uncoded
from nahraum.evidence.voices.suggesting.ridge import solve, sums

TEXTS = [
    "Der Bus fährt selten, der Bus fehlt.",
    "Kein Bus am Abend",
    "Die Miete steigt; Mieten sind hoch",
    "Hohe Miete am Abend",
    "...",
]


def parts_of(word):
    edged = f" {word} "
    return [edged[n : n + size] for size in (3, 4) for n in range(len(edged)) if len(edged[n : n + size]) == size]


def by_definition(counters, kept):
    """One text after the other: (1 + log count) x (log((1 + N) / (1 + texts)) + 1), scaled to length 1."""
    total = len(counters)
    rows = []
    for counter in counters:
        row = [
            (1 + math.log(counter[name])) * (math.log((1 + total) / (1 + sum(name in c for c in counters))) + 1)
            if name in counter
            else 0.0
            for name in kept
        ]
        length = math.sqrt(sum(value**2 for value in row))
        rows.append([value / length if length else 0.0 for value in row])
    return np.array(rows)


def test_features_follow_their_definition():
    learned = learn_features(TEXTS)
    words = [Counter(re.findall(r"\w+", text.lower())) for text in TEXTS]
    parts = [Counter(part for word, n in c.items() for part in parts_of(word) * n) for c in words]
    assert set(learned.words) == {w for w in set().union(*words) if sum(w in c for c in words) > 1}
    assert set(learned.parts) == {p for p in set().union(*parts) if sum(p in c for c in parts) > 1}
    expected = np.hstack([by_definition(words, learned.words), by_definition(parts, learned.parts)]) / math.sqrt(2)
    assert learned.rows(TEXTS).toarray() == pytest.approx(expected)


def test_the_features_that_weigh_most_are_kept():
    learned = learn_features(TEXTS, most=2)
    # two texts each: bus, am, abend, miete; of equals the first that came
    assert set(learned.words) == {"bus", "am"}


def test_words_never_seen_are_nothing():
    assert learn_features(TEXTS).rows(["xyzzy", ""]).nnz == 0


@given(st.integers(2, 12), st.integers(1, 6), st.integers(1, 3), st.floats(0.1, 10), st.integers(0, 2**32 - 1))
def test_weights_are_those_of_ridge_regression(n, features, codes, penalty, seed):
    """Least squares over the rows with one more row per feature that asks its weight to be zero; the offset is free."""
    random = np.random.default_rng(seed)
    rows = random.random((n, features)) * (random.random((n, features)) < 0.6)
    answers = (random.random((n, codes)) < 0.4).astype(float)
    upper = np.hstack([rows, np.ones((n, 1))])
    lower = np.hstack([math.sqrt(penalty) * np.eye(features), np.zeros((features, 1))])
    wanted = np.linalg.lstsq(np.vstack([upper, lower]), np.vstack([answers, np.zeros((features, codes))]))[0]
    found = solve(sums(csr_array(rows), answers), penalty)
    assert found.by_feature == pytest.approx(wanted[:-1], abs=1e-8)
    assert found.offset == pytest.approx(wanted[-1], abs=1e-8)
    half = n // 2
    left_out = sums(csr_array(rows), answers) - sums(csr_array(rows[half:]), answers[half:])
    if half:
        assert solve(left_out, penalty).by_feature == pytest.approx(
            solve(sums(csr_array(rows[:half]), answers[:half]), penalty).by_feature, abs=1e-8
        )


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_texts_stay_whole_and_folds_are_of_like_size(text):
    fold = folds(np.array(text))
    assert all(len(set(fold[np.array(text) == each])) == 1 for each in text)
    sizes = np.bincount(fold)
    assert len(sizes) == min(5, len(set(text)))
    assert sizes.min() > 0
    assert sizes.max() - sizes.min() <= max(Counter(text).values())


def material(texts=6, each=4):
    """Two codes with words of their own, in many texts."""
    said = ("Der Bus kommt nie pünktlich", "Die Miete ist zu hoch")
    words, text, given = [], [], []
    for t in range(texts):
        for n in range(each):
            code = n % 2
            words.append(f"{said[code]} sagt Person{t}x{n}")
            text.append(t)
            given.append([code == k for k in range(2)])
    return Examples(words, np.array(text), np.array(given))


def test_what_is_plain_is_found_and_explained():
    helper = learn(material())
    assert helper.measured.hit_rate.tolist() == [1.0, 1.0]
    assert helper.measured.commonest.tolist() == [0.5, 1.0]
    assert (helper.measured.segments, helper.measured.folds) == (24, 5)
    assert helper.measured.right.tolist() == helper.measured.given.tolist() == [12, 12]
    first, nothing = helper.suggest(["Kein Bus mehr", "xyzzy qqq"], most=1)
    assert [(each.code, each.because) for each in first] == [(0, ("bus",))]
    assert nothing == ()


def test_no_text_is_learned_from_and_asked_about():
    """Each text says one word over and over and has one code: whoever saw a part of the text knows the rest."""
    words = [f"Sache{t} und Dinge{t}" for t in range(6) for _ in range(10)]
    text = np.repeat(np.arange(6), 10)
    given = np.zeros((60, 2), dtype=bool)
    given[np.arange(60), text % 2] = True
    assert learn(Examples(words, np.arange(60), given), most=1).measured.hit_rate[0] == 1
    assert learn(Examples(words, text, given), most=1).measured.hit_rate[0] <= 0.5


def test_the_same_examples_give_the_same_suggestions():
    one, two = learn(material()), learn(material())
    assert one.weights.by_feature.tolist() == two.weights.by_feature.tolist()
    assert one.measured.hit_rate.tolist() == two.measured.hit_rate.tolist()


@pytest.mark.parametrize(("texts", "each"), [(2, 40), (3, 4), (1, 2)])
def test_too_few_examples_are_refused(texts, each):
    with speaking("en"), pytest.raises(WrongRequest, match="Too few examples"):
        learn(material(texts, each))


def test_a_code_with_few_examples_is_never_suggested_and_its_segments_count_as_missed():
    made = material()
    rare = np.zeros((24, 3), dtype=bool)
    rare[:, :2] = made.given
    rare[0] = [False, False, True]
    helper = learn(Examples(made.words, made.text, rare))
    assert helper.too_few.tolist() == [2]
    assert helper.measured.hit_rate.tolist() == [23 / 24, 23 / 24]
    assert all(each.code != 2 for found in helper.suggest(made.words) for each in found)


def test_of_equal_scores_the_earlier_code_comes_first():
    assert ranked(np.array([[1.0, 2.0, 2.0], [0.0, 0.0, 0.0]]), 2).tolist() == [[1, 2], [0, 1]]


def test_a_stretch_is_one_example_with_all_its_codes():
    rows = np.array([(0, 0, 1, 0, 3), (0, 1, 2, 0, 3), (1, 0, 0, 4, 6), (0, 0, 1, 2, 3)])
    made = examples(Codings(*rows.T, np.array([9, 9]), np.ones((2, 2), dtype=bool)), ["🚌 bus da", "abcdefgh"], 3)
    assert list(made.words) == ["🚌 b", "b", "ef"]
    assert made.text.tolist() == [0, 0, 1]
    assert made.given.astype(int).tolist() == [[0, 1, 1], [0, 1, 0], [1, 0, 0]]


@pytest.mark.real_data
def test_in_leverkusen_suggestions_are_right_far_more_often_than_the_commonest_codes(shared):
    """Learned in five folds of spaces: 372 statements, twelve categories."""
    with (shared / "data" / "leverkusen" / "statements.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = sorted({(row["main"], row["sub"]) for row in rows})
    spaces = sorted({row["space"] for row in rows})
    given = np.array([[(row["main"], row["sub"]) == code for code in codes] for row in rows])
    text = np.array([spaces.index(row["space"]) for row in rows])
    measured = learn(Examples([row["text"] for row in rows], text, given)).measured
    assert measured.segments == 372
    assert measured.hit_rate[0] > 2 * measured.commonest[0]
    assert measured.hit_rate[2] > 2 * measured.commonest[2]
    assert measured.is_useful


def test_a_proposer_names_categories_in_force_only():
    """Six texts, each says two things twice; a third of the codings stands at a category that is not in force."""
    said = ("Der Bus kommt nie pünktlich. ", "Die Miete ist zu hoch. ")
    texts = ["".join(f"{said[n % 2]}{t}{n} " for n in range(4)) for t in range(6)]
    system = System(
        id="s",
        name="S",
        categories=(
            Category(id="top", name="Needs", codable=False),
            Category(id="rent", name="Rent", parent="top"),
            Category(id="bus", name="Bus", parent="top"),
            Category(id="rare", name="Rare"),
        ),
    )
    rows = []
    for t, text in enumerate(texts):
        starts = [m.start() for m in re.finditer("D", text)]
        for n, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
            rows += [(t, 0, n % 2, start, end), (t, 0, 2, start, end)]
    columns = np.array([*rows, (0, 0, 3, 0, 5)]).T
    codings = Codings(*columns, np.array([len(text) for text in texts]), np.ones((1, 6), dtype=bool))
    # of two categories both are suggested for all 25 segments, the one with the rare category among them
    found = proposer(codings, ("bus", "rent", "replaced", "rare"), system, texts)
    quality = found.quality
    assert quality.rates == (
        Rate(category="rent", given=12, suggested=25, right=12),
        Rate(category="bus", given=12, suggested=25, right=12),
    )
    assert (quality.hit_rate, quality.commonest) == ((24 / 25, 24 / 25), (12 / 25, 24 / 25))
    assert (quality.never, quality.segments, quality.is_useful) == (("rare",), 25, True)
    assert found.propose(["Kein Bus mehr"], most=1) == ((Proposed(category="bus", because=("bus",)),),)
    assert found.propose([]) == ()


def test_codings_outside_the_system_are_too_few_examples():
    nothing = Codings(*np.array([[0, 0, 0, 0, 3]]).T, np.array([3]), np.ones((1, 1), dtype=bool))
    with speaking("en"), pytest.raises(WrongRequest, match="Too few examples"):
        proposer(nothing, ("gone",), System(id="s", name="S"), ["abc"])


def test_paragraphs_without_a_coding_are_those_that_none_touches():
    text = "eins\n\n  zwei  \ndrei"
    assert [text[slice(*each)] for each in uncoded(text, ())] == ["eins", "zwei", "drei"]
    # the first is touched at its last sign, the second only beside it: the stretch ends where it begins
    assert [text[slice(*each)] for each in uncoded(text, [(3, 8)])] == ["zwei", "drei"]
    assert uncoded(text, [(0, len(text))]) == ()


def test_words_are_kept_by_their_places_only():
    said = "Der BUS, der Bus! 🚌 E\u0301s İst"
    assert places_of(said, ("bus", "der", "miete")) == ((4, 7), (0, 3))
    assert [said[start:end] for start, end in places_of(said, ("bus",))] == ["BUS"]
    assert places_of("", ("bus",)) == ()
