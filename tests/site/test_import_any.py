"""Any table: every value stored exactly as it was typed, or an error and nothing stored; doubts only when confirmed."""

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.site.cast import enter, forgetful, hire
from tests.site.test_import import desk, planner, stored
from tests.site.wizard import form_of, words

__all__ = ["desk", "enter", "forgetful", "hire", "planner"]

number = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(-500, 500).map(str),
    st.tuples(st.integers(0, 99999), st.integers(0, 99)).map(lambda p: f"{p[0]},{p[1]:02}"),
)
sign = st.sampled_from(["k. A.", ".", "x"])
rubbish = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)
cells = st.one_of(number, number, number, sign, rubbish)
keys = st.one_of(st.sampled_from(["01", "02", "03", "04"]), st.sampled_from(["01", "02", "03", "04", "99", "", "1"]))
tables = st.lists(st.tuples(keys, st.sampled_from(["2022", "2023"]), cells, cells), min_size=1, max_size=8)


def written(rows):
    stream = io.StringIO()
    out = csv.writer(stream, delimiter=";", lineterminator="\n")
    out.writerows([["Gebiet", "Jahr", "Menschen", "Haushalte"], *rows])
    return stream.getvalue()


def expected_of(text):
    """Return what a cell says by the rules of the form: comma for decimals, three signs. Raises ValueError else."""
    text = text.strip()
    states = {"k. A.": 1, "x": 2, ".": 3, "": 1}
    if text in states:
        return states[text], None
    if not re.fullmatch(r"[+-]?\d+(,\d+)?", text, re.ASCII):
        raise ValueError(text)
    return 0, float(text.replace(",", "."))


@pytest.fixture
def blank(desk):
    """Return a function that brings the office back to where it has no deliveries."""
    from nahraum_site.indicators.models import Batch, Value
    from nahraum_site.sources.models import Upload

    def clear():
        Value.objects.all().delete()
        Batch.objects.all().delete()
        Upload.objects.all().delete()

    return clear


@settings(
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=tables)
def test_any_table_is_stored_exactly_or_not_at_all(desk, blank, rows):
    from nahraum_site.indicators.models import Batch, Value
    from nahraum_site.sources.models import Upload

    blank()
    desk.upload(("t.csv", written(rows)))
    if not Upload.objects.exists():
        assert not Value.objects.exists()
        return
    signs = {"missing": "k. A.", "protected": ".", "not_applicable": "x", "decimal": ",", "delimiter": ";"}
    sent = form_of(desk.answer) | signs
    sent |= {"area": "Gebiet", "period_column": "Jahr", "period": "", "shape": "wide", "header_row": "1"}
    sent |= {"column": ["Menschen", "Haushalte"], "variable": ["people", "households"], "encoding": "utf-8"}
    desk.post(desk.place, sent)
    upload = Upload.objects.get()
    severities = {issue["severity"] for issue in upload.issues}
    assert not Value.objects.exists()
    desk.post(f"/einlesen/{upload.uuid}/speichern/", {"version": upload.version})
    if severities & {WARNING, ERROR}:  # a warning was not confirmed, or an error blocks
        assert not Value.objects.exists()
        desk.post(f"/einlesen/{upload.uuid}/speichern/", {"version": upload.version, "seen": "on"})
    if not Batch.objects.exists():
        assert ERROR in severities, words(desk.answer)
        assert not Value.objects.exists()
        return
    assert ERROR not in severities
    here = stored(Batch.objects.get())
    wanted = {}
    for n, (area, period, people, households) in enumerate(rows, start=2):
        for name, text in (("people", people), ("households", households)):
            wanted[area, period, name] = (*expected_of(text), text.strip(), n)
    assert here == wanted


WARNING, ERROR = 1, 2
