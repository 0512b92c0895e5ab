"""Agreement on the site: who sees what while coders are blind, values worked out by hand, what the team agrees on."""

import csv
import io
from uuid import uuid4

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import SAID, at, page_data, step
from tests.site.test_formulas import refuse_formulas

PAGE = "uebereinstimmung/"


@pytest.fixture
def people(team, enter):
    return {name: enter(user) for name, user in team.items()}


@pytest.fixture
def coded(people, study, text, system):
    """Let Ada and Cem code: of 75 characters both give Housing to 20, Ada alone 2, Cem alone 13, neither 40."""

    def code(name, start, end, category="Wohnen", **more):
        given = {"start": start, "end": end, "category": system[category], **more}
        return step(people[name], study, text, **given).json()["codings"][0][0]

    assert len(SAID) == 75
    return {
        "ada": code("Ada", 0, 22),
        "cem": code("Cem", 0, 20, quotation=True),
        "cem late": code("Cem", 40, 53),
        "both": [code(name, 43, 62, "Verkehr") for name in ("Ada", "Cem")],
    }


def opened(people, study, how="1"):
    assert people["Ada"].post(at(study, "kodierungen/einsehen/"), {"open": how}).status_code == 302


def beside(study, text, rest=""):
    return at(study, f"{PAGE}{text.uuid}/{rest}")


def agreed(study):
    from nahraum_site.voices.coding.models import Coding

    found = Coding.objects.filter(text__collection__study=study, is_agreed=True, removed_at=None)
    return [(each.category, each.start, each.end) for each in found]


def test_who_codes_learns_nothing_before_the_study_is_opened(people, study, text, coded):
    for address in (at(study, PAGE), at(study, f"{PAGE}werte.csv"), beside(study, text)):
        answer = people["Cem"].get(address)
        assert answer.status_code == 403
        assert "Kodierende die Kodierungen der anderen noch nicht" in words(answer)
        assert people["Olga"].get(address).status_code == 404
        assert people["Rita"].get(address).status_code == 200
    lead = people["Ada"].get(at(study, f"{PAGE}?text={text.uuid}"))
    assert lead.status_code == 200
    assert "weil Sie die Studie leiten" in words(lead)
    assert 'name="text"' not in words(lead)
    assert str(text.uuid) not in words(lead).replace(f"text={text.uuid}", "")
    answer = people["Ada"].get(beside(study, text))
    assert answer.status_code == 403
    assert "Sie leiten die Studie" in words(answer)
    posted = {"key": str(uuid4()), "take": coded["ada"]}
    answer = people["Cem"].post(beside(study, text, "festhalten/"), posted, follow=True)
    assert agreed(study) == []
    people["Ada"].post(beside(study, text, "festhalten/"), posted)
    assert agreed(study) == []
    assert people["Rita"].post(beside(study, text, "festhalten/"), posted).status_code == 403
    opened(people, study)
    assert people["Cem"].get(at(study, PAGE)).status_code == people["Cem"].get(beside(study, text)).status_code == 200


def test_who_codes_blind_cannot_have_the_page_shown_by_a_form_that_is_wrong(people, study, text, coded):
    for name in ("Cem", "Ada"):
        for sent in ({"own": "1", "key": str(uuid4())}, {"own": "1"}, {"remove": coded["ada"]}, {}):
            answer = people[name].post(beside(study, text, "festhalten/"), sent)
            assert answer.status_code == 403, sent
            assert "Der Platz" not in words(answer)
    opened(people, study)
    answer = people["Cem"].post(beside(study, text, "festhalten/"), {"own": "1", "key": str(uuid4())})
    assert answer.status_code == 422
    assert "Der Platz" in words(answer)


def test_values_stand_beside_their_definition_and_what_has_none_says_why(people, study, text, coded, system):
    """Observed 60/75. Ada gives 22, Cem 33 of 75: Cohen expects (22·33 + 53·42) / 75², Brennan and Prediger a half."""
    observed, expected = 60 / 75, (22 * 33 + 53 * 42) / 75**2
    by_hand = {
        "Prozentuale Übereinstimmung": observed,
        "Cohens Kappa": (observed - expected) / (1 - expected),
        "Brennan und Prediger": (observed - 0.5) / 0.5,
    }
    rita = people["Rita"]
    asked = f"{PAGE}werte.csv?ebene=character&kategorie={system['Wohnen']}"
    rows = list(csv.DictReader(io.StringIO(rita.get(at(study, asked)).content.decode()), delimiter=";"))
    found = {each["Maß"]: each for each in rows if each["Kategorie"] == "Bedarfe › Wohnen"}
    assert {name: float(found[name]["Wert"]) for name in by_hand} == pytest.approx(by_hand, abs=1e-6)
    assert found["Cohens Kappa"]["Vergeben"] == "Ada: 22, Cem: 33"
    assert float(found["Cohens Kappa"]["95 % von"]) < by_hand["Cohens Kappa"] < float(found["Cohens Kappa"]["95 % bis"])
    assert "Personen" not in found["Gwets AC1"]["Definition"]
    page = words(rita.get(at(study, f"{PAGE}?ebene=character&kategorie={system['Wohnen']}")))
    assert "80,0 %" in page
    assert f"{by_hand['Cohens Kappa']:.2f}".replace(".", ",") in page
    assert "wenn im Zufall jede der zwei Personen" in page
    segments = words(rita.get(at(study, f"{PAGE}?ebene=segment&deckung=90")))
    assert "Es gibt keine Einheit, die beide ausgelassen haben" in segments
    assert "wenn im Zufall jede der zwei Personen" not in segments
    for level, units in (("text", "2 (Texte)"), ("line", "6 (Zeilen)"), ("stretch", "150 (Zeichen)")):
        assert f"Einheiten: {units}" in words(rita.get(at(study, f"{PAGE}?ebene={level}")))  # of two categories
    everywhere = words(rita.get(at(study, f"{PAGE}?ebene=text&kategorie={system['Verkehr']}")))
    assert "nicht bestimmbar" in everywhere
    assert "schon der Zufall immer übereinstimmte" in everywhere
    wrong = rita.get(at(study, f"{PAGE}?ebene=text&wer={uuid4()}&deckung=0"))
    assert wrong.status_code == 422
    assert rita.get(at(study, f"{PAGE}werte.pdf")).status_code == 404


def test_a_text_that_was_coded_through_without_a_coding_is_a_judgement(people, study, collections, text, system, team):
    from tests.site.texts_fixtures import imported

    (other,) = imported(study, collections[1], team["Ada"], "b.txt", b"Nichts davon.", replaced=False)
    for one in (text, other):
        step(people["Ada"], study, one, start=0, end=3, category=system["Wohnen"])
    assert "Noch lässt sich nichts vergleichen" in words(people["Rita"].get(at(study, PAGE)))
    step(people["Cem"], study, text, start=0, end=3, category=system["Wohnen"])
    through = at(study, f"texte/{other.uuid}/kodieren/durch/")
    assert people["Rita"].post(through, {"through": "1"}).status_code == 403
    for _ in range(2):
        assert people["Cem"].post(through, {"through": "1"}).status_code == 302
    assert "Sie haben diesen Text durchkodiert" in words(people["Cem"].get(at(study, f"texte/{other.uuid}/kodieren/")))
    assert "✓ ja" in words(people["Cem"].get(at(study, "kodierungen/")))
    asked = at(study, f"{PAGE}werte.csv?ebene=text")

    def units():
        rows = csv.DictReader(io.StringIO(people["Rita"].get(asked).content.decode()), delimiter=";")
        return {(each["Einheiten"], each["Vergeben"]) for each in rows}

    assert units() == {("2", "Ada: 2, Cem: 1")}
    people["Cem"].post(through, {"through": "0"})
    assert units() == {("1", "Ada: 1, Cem: 1")}


def test_no_table_of_agreement_holds_a_formula(people, study, text, coded, team):
    from nahraum_site.voices.categories.models import CategorySystem

    type(team["Cem"]).objects.filter(pk=team["Cem"].pk).update(name="=1+Cem")
    row = CategorySystem.objects.get(study=study)
    for each in row.current["categories"]:
        each["name"] = f"=1+{each['name']}"
    row.save()
    for kind in ("csv", "xlsx"):
        content = people["Rita"].get(at(study, f"{PAGE}werte.{kind}")).content
        refuse_formulas(content, f"werte.{kind}")


def test_the_team_agrees_place_by_place_and_takes_steps_back(people, study, text, coded, system):
    opened(people, study)
    cem = people["Cem"]
    page = words(cem.get(beside(study, text)))
    for sign in ("andere Grenzen", "nur Cem", "gleich"):
        assert sign in page
    only = words(cem.get(beside(study, text, f"?zeigen=unterschiede&kategorie={system['Verkehr']}")))
    assert "Nichts davon in diesem Text" in only
    decide, key = beside(study, text, "festhalten/"), str(uuid4())
    for _ in range(2):  # sent twice
        answer = cem.post(decide, {"key": key, "line": "1", "take": f"{coded['ada']} {coded['cem']}"})
    assert answer.url.endswith("#z1")
    assert agreed(study) == [(system["Wohnen"], 0, 20), (system["Wohnen"], 0, 22)]
    cem.post(decide, {"remove": id_of(study, 20)})
    assert agreed(study) == [(system["Wohnen"], 0, 22)]
    own = {"key": str(uuid4()), "own": "1", "category": system["Ressourcen"], "first": "2", "wording": "ein Treff"}
    cem.post(decide, own)
    start = SAID.index("ein Treff")
    assert (system["Ressourcen"], start, start + 9) in agreed(study)
    for wrong, said in (({"wording": "Zug"}, "stehen nicht in den Zeilen"), ({"first": "9"}, "die Zeilen 1 bis 4")):
        answer = cem.post(decide, own | {"key": str(uuid4())} | wrong)
        assert answer.status_code == 422
        assert said in words(answer)
    answer = cem.post(decide, own | {"key": str(uuid4()), "wording": "e"})
    assert "mehrmals" in words(answer)
    for take in ("", "x", str(uuid4()), f"{coded['ada']} {uuid4()}"):
        assert cem.post(decide, {"key": str(uuid4()), "take": take}).status_code == 302
    assert len(agreed(study)) == 2
    assert {row[2:4] for row in map(tuple, page_data(cem, study, text)["codings"])} == {
        (0, 22),
        (0, 20),
        (40, 53),
        (43, 62),
    }


def id_of(study, end):
    from nahraum_site.voices.coding.models import Coding

    return str(Coding.objects.get(text__collection__study=study, is_agreed=True, end=end).uuid)


def test_all_that_is_alike_is_agreed_on_after_a_question_and_goes_with_its_text(
    people, study, text, coded, system, team
):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.agreement.models import Decision
    from nahraum_site.voices.coding import counting
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.texts import forgetting

    opened(people, study)
    ask = at(study, f"{PAGE}gleiches/?a={team['Ada'].uuid}&b={team['Cem'].uuid}")
    assert "1 Textstelle mit derselben Kategorie" in words(people["Cem"].get(ask))
    assert agreed(study) == []
    key = str(uuid4())
    for _ in range(2):
        assert people["Cem"].post(f"{ask}&text={text.uuid}", {"key": key}).status_code == 302
    assert agreed(study) == [(system["Verkehr"], 43, 62)]
    assert counting.choices(study, team["Cem"])[0][0] == counting.AGREED
    assert "Es gibt nichts" in words(people["Ada"].get(ask))
    assert people["Cem"].get(ask.replace(str(team["Ada"].uuid), str(uuid4()))).status_code == 404
    undo = at(study, f"{PAGE}zuruecknehmen/")
    people["Ada"].post(undo, {"key": key})  # not her step
    assert len(agreed(study)) == 1
    for _ in range(2):
        people["Cem"].post(undo, {"key": key})
    assert agreed(study) == []
    people["Cem"].post(ask, {"key": str(uuid4())})
    forgetting.delete_texts(text.collection, str(text.collection), team["Ada"])
    assert not Coding.objects.exists()
    assert not Decision.codings.through.objects.exists()
    told = str(list(LogEntry.objects.filter(action__startswith="consensus").values_list("before", "after")))
    assert "'codings': 1" in told
    assert "Platz" not in told
