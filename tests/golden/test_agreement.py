"""Agreement of coders against published values (../shared/reference/agreement.json), to three decimals."""

import json

import numpy as np
import pytest

from nahraum.evidence.voices.agreement import (
    Scale,
    alpha,
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    gwet_ac1,
    percent,
    ratings,
    unitised,
)

pytestmark = pytest.mark.real_data
EXACT = 1e-3


@pytest.fixture(scope="module")
def published(shared):
    return json.loads((shared / "reference" / "agreement.json").read_text(encoding="utf-8"))


def rows(text):
    return [None if each == "." else int(each) if each.isdigit() else each for each in text.split()]


@pytest.fixture(scope="module")
def four(published):
    found = published["krippendorff_4x12"]
    return ratings([rows(found[coder]) for coder in "ABCD"])


@pytest.mark.parametrize("scale", list(Scale))
def test_alpha_of_four_coders_on_every_scale(published, four, scale):
    assert alpha(four, scale) == pytest.approx(published["krippendorff_4x12"]["alpha"][scale], abs=EXACT)


@pytest.mark.parametrize(
    ("measure", "name"),
    [
        (percent, "percent"),
        (fleiss, "fleiss_kappa"),
        (gwet_ac1, "gwet_ac1"),
        (brennan_prediger, "brennan_prediger"),
    ],
)
def test_chance_corrected_agreement_of_four_coders(published, four, measure, name):
    assert measure(four) == pytest.approx(published["krippendorff_4x12"][name], abs=1e-5)


def test_congers_kappa_of_gwets_table(published):
    """Gwet's table has the one judgement of the last unit in his third column, Krippendorff's in the second."""
    found = published["krippendorff_4x12"]
    table = [rows(found[coder]) for coder in "ABCD"]
    table[1][-1], table[2][-1] = None, table[1][-1]
    assert conger(ratings(table)) == pytest.approx(found["conger_kappa"], abs=1e-5)


@pytest.mark.parametrize("name", ["krippendorff_binary_2x10", "krippendorff_nominal_2x12"])
def test_alpha_of_two_coders(published, name):
    found = published[name]
    assert alpha(ratings([rows(found["A"]), rows(found["B"])])) == pytest.approx(found["alpha_nominal"], abs=EXACT)


def test_cohens_kappa_of_tables(published):
    for each in published["cohen_2x2"]:
        cells = np.array(each["table"]).ravel()
        both = ratings([[0, 0, 1, 1], [0, 1, 0, 1]], times=cells)
        assert cohen(both) == pytest.approx(each["kappa"], abs=EXACT)


def test_fleiss_of_fourteen_raters(published):
    counts = published["fleiss_10x5_14_raters"]["counts"]
    units = [[value for value, n in enumerate(row) for _ in range(n)] for row in counts]
    found = fleiss(ratings(list(zip(*units, strict=True))))
    assert found == pytest.approx(published["fleiss_10x5_14_raters"]["kappa"], abs=EXACT)


@pytest.mark.parametrize("kind", ["nominal", "binary"])
def test_alpha_of_stretches_of_a_text(published, kind):
    found = published["unitizing_u_alpha"]
    coders = []
    for name in ("Alex", "Paul", "Suzan"):
        units = [each.split(":") for each in found[name].split()]
        spans = [([int(n) for n in span.split("-")], int(value)) for span, value in units]
        coders.append([(start - 1, end, value) for (start, end), value in spans])
    assert unitised(coders, found["length"], values=kind == "nominal") == pytest.approx(found[kind], abs=EXACT)


def test_brennan_and_prediger_as_maxqda_prints_it(published):
    for observed, values, kappa in published["brennan_prediger_maxqda"]["examples"]:
        both = ratings([[1, 1], [1, 0]], times=[observed, 1 - observed])
        assert brennan_prediger(both, values=values) == pytest.approx(kappa, abs=EXACT)
