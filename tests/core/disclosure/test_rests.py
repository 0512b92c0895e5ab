"""What tells a hidden count although no indicator links it: means that it weights, and those who are left beside it."""

from __future__ import annotations

import numpy as np
import pytest

from nahraum.base import State
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.projects import run_project
from tests.core.disclosure import opladen, reading

TWINS = {"26": 1, "32": 8, "42": 2, "41": 18}  # one child less here, one more next door
SHEET = ("inhabitants", "others")
READY = """[[indicators]]
id = "need"
name = "Bedarf"
domain = "people"
value = "need"
unit = "%"
weight = "{weight}"
"""
TABLE = """[[tables]]
id = "mehr"
file = "mehr.csv"
shape = "wide"
area = "nr"
period = "2024"
variables = {{ {variables} }}
"""


def needs(key):
    return 10 + int(key) * 7 % 23


def edition(folder, columns, *, counts=None, weight="", out_of="under_18", figures=("inhabitants",)):
    """Return the small city with more ``columns`` (name -> key -> number) and, if weighted, a ready-made value."""
    path = opladen.make(folder, counts=counts)
    rows = [";".join((key, *(str(of(key)) for of in columns.values()))) for key in opladen.AREAS]
    (folder / "mehr.csv").write_text("\n".join([";".join(("nr", *columns)), *rows]) + "\n")
    table = TABLE.format(variables=", ".join(f'{name} = "{name}"' for name in columns))
    text = path.read_text().replace("[[domains]]", f"{table}[[domains]]", 1)
    text = text.replace('denominator = ["under_18"]', f'denominator = ["{out_of}"]')
    text = text.replace('["inhabitants", "under_18", "needy_u18", "foreign"]', str(list(figures)).replace("'", '"'))
    if weight:
        text = text.replace("[[indices]]", f"{READY.format(weight=weight)}[[indices]]", 1)
    path.write_text(text)
    return run_project(path)


def published(folder, *given, **more):
    done = protect_edition(edition(folder / "project", *given, **more))
    return done, reading.publish(done, folder / "world")


def others(out_of, counts=()):
    """Return those who are no case: key -> number."""
    position = {"inhabitants": 2, "under_18": 3}[out_of]
    return lambda key: opladen.QUARTERS[key][position] - dict(counts).get(key, opladen.QUARTERS[key][4])


def differing(one, two):
    one, two = reading.files(one), reading.files(two)
    assert one.keys() == two.keys()
    return [name for name in one if one[name] != two[name]]


def test_a_mean_that_hidden_counts_weight_is_the_same_in_another_world(tmp_path):
    columns = {"need": needs}
    done, one = published(tmp_path / "one", columns, weight="needy_u18")
    _done, two = published(tmp_path / "two", columns, weight="needy_u18", counts=TWINS)
    assert differing(one, two) == []
    panel, k, hidden = done.panel, done.panel.index_of("need"), done.panel.index_of(opladen.CHILDREN)
    assert (panel.state[k] == State.NUMBER).all()  # its values are shown; only the means leave areas out
    weighed = panel.state[hidden, 0] == State.NUMBER
    weights = np.array([opladen.QUARTERS[key][4] for key in panel.areas])
    mean = np.average(panel.value[k, 0, weighed], weights=weights[weighed])
    assert panel.city[k, 0] == pytest.approx(mean)
    assert {row["vollstaendig"] for row in reading.table(one, "ebenen") if row["gebiet"] == "Op"} == {"0", "1"}


def test_a_mean_without_any_weight_that_may_be_told_is_protected(tmp_path):
    few = {key: 2 if n % 2 else 1 for n, key in enumerate(opladen.AREAS) if opladen.QUARTERS[key][1] == "Opladen"}
    done, _folder = published(tmp_path, {"need": needs}, weight="needy_u18", counts=few)
    k, level = done.panel.index_of("need"), done.levels[0]
    g = level.areas.index("Op")
    assert (level.state[k, 0, g], level.complete[k, 0, g]) == (State.PROTECTED, False)
    assert np.isnan(level.value[k, 0, g])


@pytest.mark.parametrize("out_of", ["inhabitants", "under_18"])
@pytest.mark.parametrize("weight", ["", "others"])
def test_those_who_are_no_case_are_told_by_no_fact_sheet_and_no_mean(tmp_path, out_of, weight):
    worlds = []
    for name, counts in (("one", {}), ("two", TWINS)):
        columns = {"need": needs, "others": others(out_of, counts.items())}
        done, folder = published(tmp_path / name, columns, counts=counts, weight=weight, out_of=out_of, figures=SHEET)
        worlds.append(folder)
    assert differing(*worlds) == []
    hidden = done.panel.state[done.panel.index_of(opladen.CHILDREN), 0] == State.PROTECTED
    for area, gone in zip(done.panel.areas, hidden, strict=True):
        told = dict(reading.site(worlds[0])["key_figures"][area])
        assert (told["Others"] == "geschützt") == gone
        assert told["Einwohner*innen"] != "geschützt"


def test_a_fact_sheet_counts_all_but_a_few_inhabitants_nowhere(tmp_path):
    """Of Ruhlach's inhabitants two, or one, are no Germans; no indicator counts them."""
    worlds = []
    for few in (1, 2):
        germans = {"others": lambda key, few=few: opladen.QUARTERS[key][2] - (few if key == "32" else 30)}
        worlds.append(published(tmp_path / str(few), germans, figures=SHEET)[1])
    assert differing(*worlds) == []
    told = {key: dict(figures)["Others"] for key, figures in reading.site(worlds[0])["key_figures"].items()}
    assert told["32"] == "geschützt"
    assert told["30"].startswith("3.923")


def test_what_a_shown_indicator_tells_stays_in_the_fact_sheet(tmp_path):
    _done, folder = published(tmp_path, {"need": needs}, figures=("inhabitants", "foreign"))
    figures = reading.site(folder)["key_figures"]
    assert "geschützt" not in {words for each in figures.values() for _label, words in each}
