"""Every page of results says whose codings it shows and why: the usual choice changes with the first agreed coding."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.site.coding_fixtures import apart, at, enter, forgetful, hire, study, system, team
from tests.site.test_results import coded, table_of

__all__ = ["apart", "coded", "enter", "forgetful", "hire", "study", "system", "team"]


def told(answer):
    """Return the sentence of a page, and the address that it offers."""
    page = unescape(answer.content.decode())
    said = page.partition('<p id="wessen">')[2].partition("</p>")[0]
    link = re.search(r'href="([^"]+)"', said)
    return re.sub("<[^>]+>", "", said), link and link[1]


@pytest.fixture
def agreed(coded, system, team):
    """Have the team agree on one coding of the harbour's text."""
    from nahraum_site.voices.coding.models import Coding

    text = coded["Hafen"]
    return Coding.objects.create(text=text, coder=team["Ada"], category=system["Verkehr"], start=0, end=21,
                                 made_with=system["Verkehr"], is_agreed=True)  # fmt: skip


def test_without_agreed_codings_those_of_all_count_and_the_page_says_so(enter, study, system, team, coded):
    reader, row = enter(team["Rita"]), system["Verkehr"]
    said = "Gezeigt sind die Kodierungen aller Kodierenden, weil sich das Team noch auf keine geeinigt hat."
    for path in ("", f"stellen/?zeile={row}&spalte=*", "raumuebergreifend/?mindestens=3", "bericht/"):
        assert told(reader.get(at(study, f"ergebnisse/{path}"))) == (said, None), path
    one, other = told(reader.get(at(study, f"ergebnisse/?wessen={team['Cem'].pk}")))
    assert one.startswith("Gezeigt sind die Kodierungen von Cem, weil sie gewählt sind.")
    assert "wessen=alle" in other
    own, other = told(enter(team["Ada"]).get(at(study, "ergebnisse/")))
    assert own.startswith("Gezeigt sind nur Ihre eigenen Kodierungen, weil")
    assert other is None


def test_agreed_codings_say_how_far_they_reach_and_offer_the_others(enter, study, system, team, coded, agreed):
    reader, row = enter(team["Rita"]), system["Verkehr"]
    for path in ("", f"stellen/?zeile={row}&spalte=*", "raumuebergreifend/?mindestens=3", "bericht/"):
        said, other = told(reader.get(at(study, f"ergebnisse/{path}")))
        assert "auf die sich das Team geeinigt hat: Sobald es solche gibt" in said, path
        assert "Sie stehen in 1 von 4 kodierten Texten" in said, path
        there = reader.get(at(study, "ergebnisse/" + path.partition("?")[0]) + other)
        assert there.status_code == 200
        every, back = told(there)
        assert every.startswith("Gezeigt sind die Kodierungen aller Kodierenden, weil sie gewählt sind."), path
        assert "wessen=gemeinsam" in back
    assert table_of(reader.get(at(study, "ergebnisse/")))[1]["Bedarfe › Verkehr"][:2] == ["1", "0"]
    # within the limit of a question all coded texts have agreed ones: nothing is missing, so nothing is said
    assert "Sie stehen in" not in told(reader.get(at(study, "ergebnisse/?nur=raum%3DHafen")))[0]
