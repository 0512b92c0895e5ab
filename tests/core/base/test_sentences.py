"""How sentences name things: each key once, names in the quotation marks of the language, a full stop at the end."""

import pytest

from nahraum.base import Issue, Severity
from nahraum.base.areas import listed, named
from nahraum.base.language import quoted, speaking
from nahraum.evidence.indicators.definition import _near
from nahraum.evidence.indicators.workbench.differences import _dropped_and_entered


def test_a_name_that_holds_its_key_names_it_once():
    names = {"06010102": "Schloßstraße (06010102)", "2": "Markt (alt)"}
    assert named("06010102", names) == "Schloßstraße (06010102)"
    assert listed(["2"], names) == "Markt (alt) (2)"


def test_names_stand_in_german_quotation_marks_each():
    assert quoted(["a", "b"]) == "„a“, „b“"
    assert _near("s1_percentage", ["s1_percent", "d1_percentage"]) == " Meinten Sie „d1_percentage“, „s1_percent“?"
    with speaking("en"):
        assert quoted(["a", "b"]) == "“a”, “b”"


@pytest.mark.parametrize(
    ("dropped", "entered", "said"),
    [(1, 1, "1 Gebiet fällt heraus, 1 kommt hinzu."), (2, 0, "2 Gebiete fallen heraus, 0 kommen hinzu.")],
)
def test_one_area_is_told_in_the_singular(dropped, entered, said):
    assert _dropped_and_entered(dropped, entered) == said


def test_a_sentence_that_ends_in_a_reason_gets_its_full_stop():
    issue = Issue(code="c", severity=Severity.NOTICE, message="{reason}", value="7", params={"reason": "Tippfehler"})
    assert "Tippfehler. Gefunden: „7“." in str(issue)
    assert Issue(code="c", severity=Severity.NOTICE, message="{reason}", params={"reason": "Ja!"}).sentence == "Ja!"
