"""One catalogue of sentences: complete, well-formed, and added to without collisions."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from scripts import translate


def test_every_sentence_has_its_german() -> None:
    german = {entry.msgid for entry in translate.read_catalogue() if entry.translated()}
    assert not [f"{places[0]}: {msgid}" for msgid, places in sorted(translate.used().items()) if msgid not in german]


def test_no_german_sentence_has_other_placeholders_than_its_english() -> None:
    assert not [fault for entry in translate.read_catalogue() for fault in translate.faults_of(entry)]


def test_the_catalogue_is_sorted_and_has_no_doubles() -> None:
    msgids = [entry.msgid for entry in translate.read_catalogue()]
    assert msgids == sorted(set(msgids))


def test_gettext_itself_accepts_the_catalogue() -> None:
    msgfmt = shutil.which("msgfmt")
    if msgfmt is None:
        pytest.skip("msgfmt is not here: install gettext")
    done = subprocess.run(
        [msgfmt, "--check", "-o", "/dev/null", translate.CATALOGUE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_sentences_are_found_in_code() -> None:
    code = (
        '_("one")\ngettext("t" "wo")\n_("three" if x else "four")\nngettext("{n} area", "{n} areas", n)\n'
        'Issue(code="area-unknown", message="five", remedy="six")\n_(name)\nprint("not this")\n'
        'def refuse(code, message): ...\nrefuse("not-this", "seven")\nmessage = "eight"\n'
    )
    found = sorted(translate.in_code(ast.parse(code)))
    assert [msgid for msgid, _ in found] == sorted(
        ["one", "two", "three", "four", "{n} area", "five", "six", "seven", "eight"]
    )


def test_sentences_are_found_in_templates(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}<h1 title="{% translate "Atlas" %}">{{ _("Index") }}</h1>\n'
        "{% blocktranslate trimmed count n=n %}{{ n }} area\n of the city"
        "{% plural %}{{ n }} areas{% endblocktranslate %}",
        encoding="utf-8",
    )
    assert {msgid for msgid, _ in translate.in_template(page)} == {"Atlas", "Index", "%(n)s area of the city"}


def test_a_german_sentence_that_loses_a_placeholder_is_refused() -> None:
    assert translate.faults_of(polib.POEntry(msgid="row {row}", msgstr="Zeile"))
    assert translate.faults_of(polib.POEntry(msgid="row {row}", msgstr=" "))
    assert not translate.faults_of(polib.POEntry(msgid="row {row:d}", msgstr="Zeile {row}"))
    one = polib.POEntry(msgid="{n} area", msgid_plural="{n} areas", msgstr_plural={0: "ein Gebiet", 1: "{n} Gebiete"})
    assert not translate.faults_of(one)


def test_two_people_adding_at_once_lose_nothing(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from scripts import translate\n"
        "translate.CATALOGUE = Path(sys.argv[1]); sys.exit(translate.add())"
    )
    catalogue = tmp_path / "de" / "django.po"
    command = [sys.executable, "-c", code, str(catalogue)]
    people = [
        subprocess.Popen(command, cwd=translate.ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        for _ in range(4)
    ]
    for number, person in enumerate(people):
        person.communicate(json.dumps({f"sentence {number}": f"Satz {number}", "shared": "gemeinsam"}))
    assert [person.returncode for person in people] == [0, 0, 0, 0]
    written = polib.pofile(str(catalogue))
    assert [entry.msgid for entry in written] == ["sentence 0", "sentence 1", "sentence 2", "sentence 3", "shared"]
    assert catalogue.with_suffix(".mo").exists()
