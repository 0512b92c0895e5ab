"""Search against a slow, obvious reference, and what a person asks for by hand."""

import re
import sqlite3
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.search import Index, find, folded, load, loaded, needs, parse, save
from nahraum.evidence.voices.search.file import dumped
from nahraum.evidence.voices.search.query import And, Near, Not, Or, Phrase
from nahraum.evidence.voices.search.words import fold, spans

PIECES = [
    "Öffnung", "oeffnung", "O\u0308ffnung", "öff", "Café", "cafe", "Cafe\u0301", "Bus", "bus", "BUS", "Straße",
    "STRASSE", "geht's", "gehts", "Bar\u00adriere", "Barriere", "19.11.2020", "Welt-Café", "Bewohner*innen", "Yılmaz",
    "Ğ", "a", "b", "ab", "1️⃣", "👩\u200d👧", "n\u0303", "हिन्दी", "가", "각", "ſ", "ﬁn", "½", "_x_", "'", "’", "\u200d",
    "ǿ", "ͺ",
]  # fmt: skip
GAPS = [" ", "\n", ", ", "-", "", ". ", "\u00a0", "🙂", "'"]
texts = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), max_size=25).map(
    lambda parts: "".join(piece + gap for piece, gap in parts)
)
TERMS = ["Öffnung", "bus", "=Bus", "caf*", "=Caf*", "a", "b", "a*", '"a b"', '"bus a*"', "geht’s", "Welt-Café", "2020",
         "öff*", '="a b"', "barriere", "strasse", "=Straße", "Bewohner*innen", "yilmaz", "n", "가*", "f*"]  # fmt: skip
queries = st.recursive(
    st.sampled_from(TERMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) OR ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) AND ({two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}) NOT ({two[1]})"),
        st.tuples(st.sampled_from(TERMS), st.integers(0, 6), st.sampled_from(TERMS)).map(
            lambda near: f"({near[0]} OR a) NEAR/{near[1]} {near[2]}"
        ),
    ),
    max_leaves=5,
)


def slow_words(text):
    """Go through a text sign by sign: (start, end, exact, tolerant)."""
    found, at = [], 0
    while at < len(text):
        if not text[at].isalnum():
            at += 1
            continue
        end = at + 1
        while end < len(text):
            run = end
            while run < len(text) and text[run] in "\u00ad\u200c\u200d\u2060\ufeff":
                run += 1
            following = text[run : run + 1]
            if text[end].isalnum() or unicodedata.category(text[end])[0] == "M":
                end += 1
            elif run > end and following.isalnum():
                end = run
            elif text[end] in "'’ʼ" and re.match(r"[^\W\d_]", text[end + 1 : end + 2]):
                end += 1
            else:
                break
        word = re.sub("[\u00ad\u200c\u200d\u2060\ufeff'’ʼ]", "", text[at:end])
        found.append((at, end, unicodedata.normalize("NFC", word), fold(word)))
        at = end
    return found


def slow(words, query):
    """Return the stretches of words (first, last) that a query finds in one text, from the definition alone."""
    match query:
        case Phrase(wanted):
            return {
                (n, n + len(wanted) - 1)
                for n in range(len(words) - len(wanted) + 1)
                if all(is_meant(word, words[n + k]) for k, word in enumerate(wanted))
            }
        case Or(one, two):
            return slow(words, one) | slow(words, two)
        case And(one, two):
            left, right = slow(words, one), slow(words, two)
            return left | right if left and right else set()
        case Not(one, two):
            return set() if slow(words, two) else slow(words, one)
        case Near(one, two, between):
            left, right = slow(words, one), slow(words, two)
            pairs = {
                (min(a, c), max(b, d))
                for a, b in left
                for c, d in right
                if 0 <= c - b - 1 <= between or 0 <= a - d - 1 <= between
            }
            return {(a, b) for a, b in pairs if not any(a <= c and d <= b and (c, d) != (a, b) for c, d in pairs)}


def is_meant(wanted, word):
    spelt = word[2] if wanted.exactly else word[3]
    return spelt.startswith(wanted.text) if wanted.begins else spelt == wanted.text


@given(st.lists(texts, min_size=1, max_size=4), queries)
def test_the_same_hits_as_a_slow_obvious_reference(given_texts, written):
    query = parse(written)
    index = Index.of({str(n): text for n, text in enumerate(given_texts)})
    wanted = []
    for number, text in enumerate(given_texts):
        words = slow_words(text)
        wanted += sorted((number, words[a][0], words[b][1]) for a, b in slow(words, query))
        assert all(b <= a for (_, b), (a, _) in zip(spans(text), spans(text)[1:], strict=False))
    assert list(find(index, query)) == wanted
    alone = {number for number, _start, _end in wanted}
    assert alone <= {n for n, text in enumerate(given_texts) if holds(folded(text).split(" "), query)}


def holds(words, query):
    return all(
        any(word.startswith(w.text) if w.begins else word == w.text for w in any_of for word in words)
        for any_of in needs(query)
    )


few = st.sampled_from(["a", "b", '"a b"', "ab*", "(a OR b)", '("a b" OR b)'])


@given(
    st.lists(st.lists(st.sampled_from(["a", "b", "ab", "c"]), max_size=12).map(" ".join), min_size=1, max_size=2),
    st.recursive(
        few,
        lambda inner: st.one_of(
            st.tuples(inner, st.integers(0, 3), few).map(lambda near: f"({near[0]} NEAR/{near[1]} {near[2]})"),
            st.tuples(inner, st.sampled_from(["AND", "OR", "NOT"]), inner).map(lambda two: f"({' '.join(two)})"),
        ),
        max_leaves=4,
    ),
)
@example(["a b b"], "a NEAR/3 b")
@example(["b b a"], "a NEAR/3 b")
def test_nearness_in_crowded_texts_is_as_its_definition(given_texts, written):
    try:
        query = parse(written)
    except WrongRequest:
        return  # NEAR of AND or NOT
    index = Index.of({str(n): text for n, text in enumerate(given_texts)})
    wanted = []
    for number, text in enumerate(given_texts):
        words = slow_words(text)
        wanted += sorted((number, words[a][0], words[b][1]) for a, b in slow(words, query))
    assert list(find(index, query)) == wanted


@given(st.text(), st.text("aÄß9²٣'’ʼ-_. \n😀𐐀"), st.lists(texts, max_size=2))
def test_every_text_is_taken_apart_as_sign_by_sign(strange, usual, some):
    for text in [strange, usual, *some]:
        assert spans(text) == [(start, end) for start, end, *_ in slow_words(text)]
        assert all(fold(unicodedata.normalize(kind, text)) == fold(text) for kind in ("NFC", "NFD"))


def hits(query, *given_texts):
    index = Index.of({str(n): text for n, text in enumerate(given_texts)})
    return [given_texts[number][start:end] for number, start, end in find(index, query)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("oeffnung", ["Öffnung"]),
        ("offnung", []),
        ("=öffnung", []),
        ("cafe", ["Café"]),
        ("pflege*", ["Pflegeberatung", "pflege"]),
        ('"kurze Wege"', ["kurze Wege"]),
        ("„kurze weg*“", ["kurze Wege"]),
        ("Bus NEAR/2 Schule", ["Bus zur neuen Schule"]),
        ("Schule NEAR/1 Bus", []),
        ("Schule NAHE/2 Bus", ["Bus zur neuen Schule"]),
        ("bewohner", ["Bewohner"]),
        ("Bewohner*innen", ["Bewohner:innen"]),
        ("gehts", ["geht’s"]),
        ("barriere*", ["Bar\u00adrieren"]),
        ("2020", ["2020"]),
        ("19.11.2020", ["19.11.2020"]),
        ("Bus NOT Fahrrad", ["Bus"]),
        ("Bus NICHT Café", []),
        ("Bus UND Fahrrad", []),
        ("Bus cafe", ["Café", "Bus"]),
        ("Fahrrad ODER (Bus AND NOT Auto)", ["Bus"]),
    ],
)
def test_what_a_person_asks_for(query, found):
    text = (
        "Nach der Öffnung des Cafés oder: Welt-Café. Pflegeberatung und pflege, kurze Wege; der Bus zur neuen Schule. "
        "Die Bewohner:innen: so geht’s, ohne Bar\u00adrieren, am 19.11.2020."
    )
    assert hits(query, text) == found


def test_neither_phrase_nor_nearness_runs_from_one_text_into_the_next():
    assert hits('"kurze Wege"', "kurze", "Wege") == []
    assert hits("kurze NEAR/9 Wege", "kurze", "Wege") == []


@pytest.mark.parametrize(
    ("query", "place", "says"),
    [
        ("", 1, "ends where a word"),
        ("Bus AND", 8, "ends where a word"),
        ("OR Bus", 1, "“OR” stands between"),
        ("NICHT Bus", 1, "“NICHT” stands between"),
        ("Bus )", 5, "no opening bracket"),
        ("a (Bus OR Bahn", 3, "not closed"),
        ("Bus ()", 6, "missing before this"),
        ('Bus "kurze Wege', 5, "quotation mark is not closed"),
        ("Bus NEAR Bahn", 5, "NEAR/5"),
        ("Bus NEAR/999 Bahn", 5, "0 to 100"),
        ("Bus NEAR/3 (Bahn AND Rad)", 12, "not AND or NOT"),
        ("Bus NEAR/3 (a OR (Bahn NOT Rad))", 12, "not AND or NOT"),
        ("Bus 🙂", 5, "no word in “🙂”"),
        ('""', 1, "no word"),
        ("=", 1, "no word"),
        ("*innen", 1, "pflege*"),
        ("(" * 40 + "a", 31, "More than 30"),
        ("a" * 501, 501, "longer than 500"),
    ],
)
def test_a_wrong_query_is_told_with_its_place(query, place, says):
    with speaking("en"), pytest.raises(WrongRequest, match=re.escape(says)) as told:
        parse(query)
    assert told.value.where == str(place)
    assert str(told.value).startswith(f"Character {place}: ")


def test_a_query_of_the_greatest_length_is_answered():
    assert len(hits(" OR ".join("a" * 100), "a")) == 1
    assert hits(" ".join("a" * 250), "a b") == ["a"]


@given(st.lists(texts, min_size=2, max_size=4), st.data())
def test_an_index_grows_and_shrinks_to_the_same_bytes(given_texts, data):
    named = {f"t{n}\n": text for n, text in enumerate(given_texts)}
    whole = Index.of(named)
    gone = data.draw(st.sampled_from(list(named)))
    rest = {name: text for name, text in named.items() if name != gone}
    assert dumped(whole.without(gone)) == dumped(Index.of(rest))
    first, *others = named
    assert dumped(Index.of({first: named[first]}).joined(Index.of({n: named[n] for n in others}))) == dumped(whole)
    again = loaded(dumped(whole))
    assert (again.texts, again.forms, again.folds) == (whole.texts, whole.forms, whole.folds)
    assert np.array_equal(again.form, whole.form)


def test_the_words_of_a_removed_text_are_gone_from_the_file(tmp_path):
    path = tmp_path / "index"
    index = Index.of({"one": "Alle wollen Bänke.", "two": "Wilhelmine will Bänke."})
    save(index, path)
    assert b"Wilhelmine" in path.read_bytes()
    save(load(path).without("two"), path)
    left = path.read_bytes()
    assert b"Wilhelmine" not in left
    assert b"wilhelmine" not in left
    assert b"two" not in left
    assert [each.name for each in tmp_path.iterdir()] == ["index"]
    assert len(find(load(path), "bänke")) == 1


def test_a_damaged_foreign_or_missing_file_asks_to_be_built_again(tmp_path, monkeypatch):
    path = tmp_path / "index"
    save(Index.of({"one": "Bus"}), path)
    whole = path.read_bytes()
    for broken in [b"", b"no index", whole[:-20], whole[:100] + bytes([whole[100] ^ 255]) + whole[101:]]:
        with speaking("en"), pytest.raises(WrongRequest, match="Build it again"):
            loaded(broken)
    with speaking("en"), pytest.raises(WrongRequest, match="cannot be read"):
        load(tmp_path / "nothing")
    monkeypatch.setattr("nahraum.evidence.voices.search.file.VERSION", "of tomorrow")
    with speaking("en"), pytest.raises(WrongRequest, match="another version"):
        load(path)


def test_a_text_stands_once_in_an_index():
    index = Index.of({"one": "Bus"})
    with speaking("en"), pytest.raises(WrongRequest, match="“one” is in the index already"):
        index.joined(index)
    with speaking("en"), pytest.raises(WrongRequest, match="“two” is not in the index"):
        index.without("two")
    assert len(find(index.without("one"), "bus OR rad NOT a")) == 0


@given(st.lists(texts, min_size=1, max_size=4), queries)
def test_behind_fts5_as_a_first_sieve_the_hits_are_the_same(given_texts, written):
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize='unicode61 remove_diacritics 0')")
    base.executemany("INSERT INTO t(rowid, words) VALUES (?, ?)", [(n, folded(x)) for n, x in enumerate(given_texts)])
    query = parse(written)
    sieve = " AND ".join(
        "(" + " OR ".join(f'"{w.text}"' + "*" * w.begins for w in sorted(any_of, key=str)) + ")"
        for any_of in needs(query)
    )
    left = {n for (n,) in base.execute("SELECT rowid FROM t WHERE t MATCH ?", [sieve])}
    whole = Index.of({str(n): text for n, text in enumerate(given_texts)})
    some = Index.of({str(n): text for n, text in enumerate(given_texts) if n in left})
    assert [(whole.texts[t], s, e) for t, s, e in find(whole, query)] == [
        (some.texts[t], s, e) for t, s, e in find(some, query)
    ]
