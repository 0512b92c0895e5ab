"""Replacing moves codings and nothing else; the key opens for those who hold its secret."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.pseudonyms import Decision, Key, Kind, opened, pseudonymise, sealed, suggest

SECRET = bytes(range(32))


@st.composite
def decided(draw):
    text = draw(st.text(alphabet="ab🙂ä\u0308\n ", max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return text, [
        Decision(start=s, end=e, kind=draw(st.sampled_from(Kind)), identity=draw(st.sampled_from("xyz")))
        for s, e in pairs
    ]


@given(decided(), st.data())
def test_under_each_coding_lies_the_same_text_apart_from_replacements(made, data):
    text, decisions = made
    place = st.integers(0, len(text))
    codings = data.draw(st.lists(st.tuples(place, place).map(sorted), max_size=12))
    new, moves, key = pseudonymise(text, decisions, Key())
    start, end = np.array(codings, dtype=np.int64).reshape(-1, 2).T
    moved = list(zip(*(each.tolist() for each in moves.moved(start, end)), strict=True))
    for (s, e), (new_s, new_e) in zip(codings, moved, strict=True):
        # A slow reference: every sign of the old text on its own, a replaced stretch as one sign.
        for each in decisions:  # what is cut into is taken whole
            s = each.start if each.start < s < each.end else s
        for each in decisions:
            e = each.end if each.start < e < each.end else e
        wanted, at = "", s
        while at < e:
            here = next((each for each in decisions if each.start == at), None)
            wanted += key.pseudonym(here.kind, here.identity) if here else text[at]
            at = here.end if here else at + 1
        assert new[new_s:new_e] == wanted
        assert 0 <= new_s <= new_e <= len(new)


@given(decided())
def test_the_key_brings_the_old_text_back_where_every_form_is_its_own(made):
    text, decisions = made
    alone = [Decision(start=d.start, end=d.end, kind=d.kind, identity=str(n)) for n, d in enumerate(decisions)]
    new, _moves, key = pseudonymise(text, alone, Key())
    for entry in key.entries:
        new = new.replace(entry.pseudonym, key.originals(entry.pseudonym)[0])
    assert new == text


def test_one_person_keeps_one_pseudonym_through_a_collection():
    texts = ["Anna Meier: Ich komme.", "Frau Meiers Treff, Tel. 0214 5550142. Herr Koch hilft Anna."]
    key, made = Key(), []
    for text, decisions in zip(texts, suggest(texts), strict=True):
        with speaking("en"):
            new, _moves, key = pseudonymise(text, decisions, key)
        made.append(new)
    assert made == [
        "[Person 1]: Ich komme.",
        "Frau [Person 1]s Treff, Tel. [Telephone 1]. Herr [Person 2] hilft [Person 1].",
    ]
    assert key.originals("[Person 1]") == ("Anna Meier", "Meier", "Anna")
    assert key.originals("[Person 9]") == ()


def test_a_pseudonym_that_stands_in_the_text_already_is_not_given_again():
    text = "[Person 1] kennt Anna."
    new, _moves, _key = pseudonymise(text, [Decision(start=17, end=21, kind=Kind.PERSON, identity="a")], Key())
    assert new == "[Person 1] kennt [Person 2]."


@pytest.mark.parametrize(
    ("stretches", "says"),
    [([(0, 3), (2, 5)], "“abc” and “cde”"), ([(2, 2)], "empty"), ([(0, 9)], "leaves"), ([(-1, 2)], "leaves")],
)
def test_stretches_that_cannot_be_replaced_are_refused(stretches, says):
    decisions = [Decision(start=s, end=e, kind=Kind.OTHER, identity="x") for s, e in stretches]
    with speaking("en"), pytest.raises(WrongRequest, match=re.escape(says)):
        pseudonymise("abcdef", decisions, Key())


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 7)])
def test_codings_outside_the_text_are_refused(start, end):
    _new, moves, _key = pseudonymise("abcdef", [], Key())
    with speaking("en"), pytest.raises(WrongRequest, match="6 characters"):
        moves.moved(np.array([start]), np.array([end]))


def key_of_anna():
    return Key().naming(Kind.PERSON, "anna|meier|", "Anna Meier", "").naming(Kind.MAIL, "a", "a@b.example", "")


def test_a_sealed_key_opens_with_its_secret_alone():
    key = key_of_anna()
    data = sealed(key, SECRET)
    assert opened(data, SECRET) == key
    assert b"Anna" not in data
    assert sealed(key, SECRET) != data  # a fresh nonce every time
    for broken, secret in [(data, bytes(32)), (data[:-1], SECRET), (b"", SECRET), (data[:20], SECRET)]:
        with speaking("en"), pytest.raises(WrongRequest, match="cannot be opened"):
            opened(broken, secret)
    for place in range(len(data)):
        with pytest.raises(WrongRequest):
            opened(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], SECRET)
    with speaking("en"), pytest.raises(WrongRequest, match="32 bytes"):
        sealed(key, b"short")
