"""The real study: 372 statements of six spaces by main and sub category; counts must be those of the file.

No statement stands here: rows of the file are texts, known by their number.
"""

import csv
from collections import Counter

import numpy as np
import pytest

from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.cross_space import cross_space
from nahraum.evidence.voices.matrix import matrix

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def statements(shared):
    with (shared / "data" / "leverkusen" / "statements.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def names(statements):
    return {column: sorted({row[column] for row in statements}) for column in ("space", "main", "sub")}


@pytest.fixture(scope="module")
def study(statements, names):
    """Every statement is a text that one code marks as a whole."""
    count = len(statements)
    length = np.array([len(row["text"]) for row in statements])
    code = [names["main"].index(row["main"]) * len(names["sub"]) + names["sub"].index(row["sub"]) for row in statements]
    nobody = np.zeros(count, dtype=np.int64)
    return Codings(np.arange(count), nobody, np.array(code), nobody, length, length, np.ones((1, count), dtype=bool))


def test_the_matrix_of_spaces_and_categories_is_that_of_the_file(statements, names, study):
    spaces, mains, subs = (names[column] for column in ("space", "main", "sub"))
    assert (len(statements), len(spaces), len(mains), len(subs)) == (372, 6, 3, 4)
    row = np.array([spaces.index(each["space"]) for each in statements])
    found = matrix(study, row, np.arange(12), (6, 12))
    counted = Counter((each["space"], each["main"], each["sub"]) for each in statements)
    for r, space in enumerate(spaces):
        for k in range(12):
            expected = counted[space, mains[k // 4], subs[k % 4]]
            assert found.codings[r, k] == found.texts[r, k] == len(found.behind(r, k)) == expected
    assert (found.codings > 0).all(), "all 72 cells are filled"
    assert all(reach.spaces == 6 and reach.is_cross_space and reach.one_more for reach in cross_space(found.segments))
