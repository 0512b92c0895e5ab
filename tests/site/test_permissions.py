"""Each cell of the matrix role x action is a test: somebody with exactly that role asks for the real page.

``TRIES`` says how an action is tried. A new action needs an entry: (method, address); a part that names a thing,
a delivery, may be any uuid - the gate answers before the thing is looked for, so *allowed* shows as 404 instead of 403.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from uuid import UUID

import pytest

from tests.site.cast import enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]
ANY = UUID(int=0)
ROLES = (
    "planner", "researcher", "releaser", "leader", "contact", "neighbourhood_manager", "partner", "administrator",
)  # fmt: skip
EVERYBODY = ("public", *ROLES)

TRIES = {
    "accounts.manage_people": ("GET", "/menschen/"),
    "indicators.draft": ("POST", f"/ausgaben/{ANY}/vorlegen/"),
    "indicators.keep_project": ("GET", "/projekt/"),
    "indicators.edit_catalogue": ("GET", "/indikatoren/neu/"),
    "indicators.read_catalogue": ("GET", "/indikatoren/"),
    "indicators.read_deliveries": ("GET", "/lieferungen/"),
    "indicators.withdraw_delivery": ("POST", f"/lieferungen/{ANY}/zurueckziehen/"),
    "indicators.review": ("POST", f"/ausgaben/{ANY}/veroeffentlichen/"),
    "indicators.save_recipe": ("POST", "/werkstatt/sichern/"),
    "indicators.see_drafts": ("GET", f"/ausgaben/{ANY}/"),
    "indicators.see_values": ("GET", f"/ausgaben/{ANY}/projekt.zip"),
    "indicators.use_workbench": ("GET", "/werkstatt/"),
    "indicators.withdraw": ("POST", f"/ausgaben/{ANY}/zurueckziehen/"),
    "places.give_spaces": ("GET", f"/menschen/{ANY}/sozialraeume/"),
    "places.keep_layers": ("GET", "/gebietsstaende/ebenen/"),
    "places.see_systems": ("GET", "/gebietsstaende/"),
    "places.store_system": ("GET", "/gebietsstaende/neu/"),
    "records.edit_pages": ("GET", "/impressum/bearbeiten/"),
    "records.read_log": ("GET", "/protokoll/"),
    "records.see_health": None,  # a public page that tells some more: a test of its own, below
    "reports.comment": ("POST", f"/berichte/{ANY}/kapitel/{ANY}/kommentare/"),
    "reports.cosign": ("POST", f"/berichte/{ANY}/mitzeichnen/"),
    "reports.read_drafts": ("GET", f"/berichte/{ANY}/"),
    "reports.review": ("POST", f"/berichte/{ANY}/veroeffentlichen/"),
    "reports.see_dashboard": ("GET", "/uebersicht/"),
    "reports.write": ("GET", "/berichte/neu/"),
    "sources.import_tables": ("GET", "/einlesen/"),
    "sources.keep_calendar": ("GET", "/kalender/neu/"),
    "sources.see_calendar": ("GET", "/kalender/"),
    "voices.begin_study": ("GET", "/studien/neu/"),
    "voices.code": ("POST", f"/studien/{ANY}/texte/{ANY}/kodieren/schritt/"),
    "voices.collect": ("GET", f"/studien/{ANY}/erhebungen/neu/"),
    "voices.delete_study": ("GET", f"/studien/{ANY}/loeschen/"),
    "voices.delete_texts": ("GET", f"/studien/{ANY}/erhebungen/{ANY}/texte-loeschen/"),
    "voices.import_texts": ("GET", f"/studien/{ANY}/texte/einlesen/"),
    "voices.keep_register": ("GET", f"/studien/{ANY}/einladungen/"),
    "voices.lead_study": ("GET", f"/studien/{ANY}/team/"),
    "voices.name_lead": ("GET", "/studien/ohne-leitung/"),
    "voices.read_study": ("GET", "/studien/"),
    "voices.read_texts": ("GET", f"/studien/{ANY}/texte/"),
    "voices.release_quotations": ("GET", "/studien/freigaben/"),
    "voices.see_names": ("GET", f"/studien/{ANY}/erhebungen/{ANY}/pseudonyme/"),
    "voices.write_results": ("GET", f"/studien/{ANY}/ergebnisse/bericht/kapitel/"),
}

#: What is expected, written by hand: the roles that may. It must not be read from the rules.
MAY = {
    "accounts.manage_people": "administrator",
    "indicators.draft": "planner",
    "indicators.keep_project": "planner",
    "indicators.edit_catalogue": "planner",
    "indicators.read_deliveries": "planner",
    "indicators.withdraw_delivery": "planner",
    "indicators.read_catalogue": "planner researcher releaser leader",
    "indicators.review": "releaser",
    "indicators.save_recipe": "planner",
    "indicators.see_drafts": "planner releaser",
    "indicators.see_values": "planner",
    "indicators.use_workbench": "planner",
    "indicators.withdraw": "releaser",
    "places.give_spaces": "administrator",
    "places.keep_layers": "planner",
    "places.see_systems": "planner researcher releaser",
    "places.store_system": "planner",
    "records.edit_pages": "administrator",
    "records.read_log": "administrator",
    "records.see_health": "administrator",
    "reports.comment": "planner researcher releaser leader contact neighbourhood_manager",
    "reports.cosign": "releaser leader contact",
    "reports.read_drafts": "planner researcher releaser leader contact neighbourhood_manager",
    "reports.review": "releaser",
    "reports.see_dashboard": "planner researcher releaser leader contact",
    "reports.write": "planner researcher",
    "sources.import_tables": "planner",
    "sources.keep_calendar": "planner",
    "sources.see_calendar": "planner researcher releaser",
    "voices.begin_study": "planner researcher",
    "voices.code": "planner researcher contact neighbourhood_manager",
    "voices.collect": "planner researcher contact neighbourhood_manager",
    "voices.delete_study": "planner researcher",
    "voices.delete_texts": "planner researcher",
    "voices.import_texts": "planner researcher contact neighbourhood_manager",
    "voices.keep_register": "planner researcher contact neighbourhood_manager",
    "voices.lead_study": "planner researcher",
    "voices.name_lead": "administrator",
    "voices.read_study": "planner researcher contact neighbourhood_manager",
    "voices.read_texts": "planner researcher contact neighbourhood_manager",
    "voices.release_quotations": "releaser",
    "voices.see_names": "planner researcher",
    "voices.write_results": "planner researcher contact neighbourhood_manager",
}


def asked(client, method: str, address: str) -> str:
    """Return what came of a request: sign in, refused or allowed."""
    client.raise_request_exception = False
    answer = client.generic(method, address)
    if answer.status_code == 302 and answer.headers["Location"].startswith("/anmelden/?next="):
        return "sign in"
    return "refused" if answer.status_code == 403 else "allowed"


def expected(key: str, who: str) -> str:
    if who in MAY[key].split():
        return "allowed"
    return "sign in" if who == "public" else "refused"


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("key", [key for key in TRIES if TRIES[key]])
def test_a_cell_of_the_matrix(hire, enter, key, who):
    client = enter(None if who == "public" else hire("Somebody", who))
    assert asked(client, *TRIES[key]) == expected(key, who)


def test_every_action_has_a_way_to_try_it_and_an_expectation(django):
    from nahraum_site.accounts.permissions import actions

    declared = {each.key for each in actions()}
    assert declared - TRIES.keys() == set(), "say in TRIES how it is tried and in MAY who may"
    assert TRIES.keys() == MAY.keys()
    assert TRIES.keys() - declared == set()


def patterns(found, before=""):
    for each in found:
        if hasattr(each, "url_patterns"):
            yield from patterns(each.url_patterns, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each


def concrete(route: str) -> str:
    """Return an address for a route: any uuid, number or word."""
    kinds = {"uuid": str(ANY), "int": "0", "str": "x", "path": "x", "slug": "x"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: kinds[found[1] or "str"], route)


def test_every_view_says_who_may_see_it_and_each_role_is_answered_accordingly(hire, enter):
    """Walk every address with every role: the gate lets pass exactly those whom the matrix allows."""
    from django.test import Client
    from django.urls import get_resolver

    from nahraum_site.accounts.gate import FOREIGN

    clients: dict[str, Client] = {who: enter(hire(who.title(), who)) for who in ROLES} | {"public": enter()}
    walked = 0
    for route, pattern in patterns(get_resolver().url_patterns):
        view = pattern.callback
        if view.__module__.startswith(FOREIGN):
            continue
        assert view.needs in {"public", "signed-in", *MAY}, route
        if view.needs in MAY:
            methods = inspect.getclosurevars(view).nonlocals.get("request_method_list", ["GET"])
            method = "POST" if "POST" in methods and "GET" not in methods else "GET"
            for who in EVERYBODY:
                assert asked(clients[who], method, concrete(route)) == expected(view.needs, who), (route, who)
            walked += 1
        elif view.needs == "signed-in":
            assert asked(clients["public"], "GET", concrete(route)) == "sign in", route
    assert walked > 20


def test_a_view_that_says_nothing_is_answered_to_nobody(django):
    from django.core.exceptions import ImproperlyConfigured
    from django.test import RequestFactory

    from nahraum_site.accounts.gate import GateMiddleware

    def forgotten(request):
        return None

    gate = GateMiddleware(forgotten)
    with pytest.raises(ImproperlyConfigured):
        gate.process_view(RequestFactory().get("/"), forgotten, (), {})


def test_the_reference_shows_what_the_program_applies(django):
    from nahraum_site.accounts.matrix import as_markdown

    path = Path(__file__).resolve().parents[2] / "docs" / "reference" / "permissions.md"
    assert path.read_text(encoding="utf-8") == as_markdown(), (
        "run: .venv/bin/python -m django permissions --settings nahraum_site.config.settings > docs/reference/..."
    )


def test_the_reference_says_what_these_tests_expect():
    path = Path(__file__).resolve().parents[2] / "docs" / "reference" / "permissions.md"
    for key, roles in MAY.items():
        (line,) = [line for line in path.read_text(encoding="utf-8").splitlines() if f"`{key}`" in line]
        cells = [cell.strip() for cell in line.split("|")[3:-1]]
        assert cells == ["ja" if who in roles.split() else "–" for who in EVERYBODY], key


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_cell_of_a_page_that_answers_everybody(hire, enter, who):
    """Who may see how the operation is doing gets the table, everybody else one word for a monitoring service."""
    said = words(enter(None if who == "public" else hire("Somebody", who)).get("/gesundheit/"))
    if who in MAY["records.see_health"].split():
        assert "<table" in said
    else:
        assert said.strip() in ("ok", "not ok")


# Things of one's own


def test_nobody_reviews_what_they_made(hire):
    from types import SimpleNamespace

    bob, carol = hire("Bob", "planner", "releaser"), hire("Carol", "releaser")
    edition = SimpleNamespace(author_id=bob.pk)
    assert not bob.has_perm("indicators.review", edition)
    assert carol.has_perm("indicators.review", edition)


def test_spaces_are_given_and_are_ones_own(hire, enter):
    from nahraum_site.places import rules
    from nahraum_site.places.models import Area, AreaSystem

    system = AreaSystem.objects.create(key="t", name="T", finest="Quartier")
    for n, key in enumerate(("01", "02")):
        Area.objects.create(system=system, key=key, name=f"Quartier {key}", parent="Nord", position=n)
    nora, otto = hire("Nora", "neighbourhood_manager"), hire("Otto", "neighbourhood_manager")
    alice = enter(hire("Alice", "administrator"))
    page = f"/menschen/{nora.uuid}/sozialraeume/"
    assert "Quartier 02 (02)" in words(alice.get(page))
    alice.post(page, {"areas": ["02"]})
    owned = {(who.name, key): rules.looks_after.test(who, key) for who in (nora, otto) for key in ("01", "02")}
    assert owned == {("Nora", "01"): False, ("Nora", "02"): True, ("Otto", "01"): False, ("Otto", "02"): False}
    assert alice.post(page, {"areas": ["99"]}).status_code == 200  # no such area: nothing is stored
    assert rules.looks_after.test(nora, "02")
    assert "hat einer Person Sozialräume gegeben" in words(enter(nora).get("/konto/protokoll/"))
    alice.post(page, {"spaces": ["Nord"]})
    assert [rules.looks_after.test(nora, key) for key in ("01", "02")] == [True, True]


def test_who_looks_after_areas_finds_them_on_the_first_page(edition, hire, enter):
    from nahraum_site.places.actions import give_spaces

    nora = hire("Nora", "neighbourhood_manager")
    give_spaces(nora, ["1306", "1301", "nicht-mehr-da"], nora)
    page = words(enter(nora).get("/"))
    assert page.index("Ihre Gebiete") < page.index("Alter Hafen") < page.index("Gewerbegebiet Hafeninsel")
    assert "Ihre Gebiete" not in words(enter(hire("Otto", "neighbourhood_manager")).get("/"))


def test_a_deactivated_person_may_nothing(hire):
    nora = hire("Nora", *ROLES)
    nora.is_active = False
    assert not [key for key in MAY if nora.has_perm(key)]
