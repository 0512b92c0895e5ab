"""A study of Musterstadt: Rita leads it, Nora codes, Lars reads; Otto plans elsewhere and belongs to no team."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.site.cast import enter, forgetful, hire, words

__all__ = [
    "areas",
    "at",
    "enter",
    "forgetful",
    "hire",
    "lars",
    "lead",
    "nora",
    "note",
    "otto",
    "rita",
    "study",
    "typed",
    "words",
]


@pytest.fixture
def areas(forgetful):
    """Store two areas of a town, which need not be published."""
    from nahraum_site.places.models import Area, AreaSystem

    system = AreaSystem.objects.create(key="t", name="T", finest="Quartier")
    names = {"1306": "Alter Hafen", "1301": "Hafeninsel"}
    for n, (key, name) in enumerate(names.items()):
        Area.objects.create(system=system, key=key, name=name, parent="Nord", position=n)


@pytest.fixture
def rita(areas, hire):
    return hire("Rita", "researcher")


@pytest.fixture
def nora(hire):
    return hire("Nora", "neighbourhood_manager")


@pytest.fixture
def lars(hire):
    return hire("Lars", "contact")


@pytest.fixture
def otto(hire):
    return hire("Otto", "planner", "administrator")


@pytest.fixture
def study(rita, nora, lars):
    """Return the study, in two areas."""
    from nahraum_site.voices import actions

    made = actions.begin("Am Hafen", rita)
    actions.change_plan(made, {"spaces": ["1306", "1301"]}, 1, rita)
    made.refresh_from_db()
    actions.set_team(made, {rita.pk: "lead", nora.pk: "coder", lars.pk: "reader"}, 2, rita)
    made.refresh_from_db()
    return made


@pytest.fixture
def lead(rita, enter):
    return enter(rita)


def at(study, rest="") -> str:
    return f"/studien/{study.uuid}/{rest}"


class _Form(HTMLParser):
    """Collects what a browser would send from the first form of a page's content."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.inside, self.area, self.select = False, "", ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "main":
            self.inside = True
        if not self.inside:
            return
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.found.setdefault(given.get("name", ""), given.get("value", ""))
        if tag == "textarea":
            self.area = given["name"]
            self.found[self.area] = ""
        if tag == "select":
            self.select = given["name"]
        if tag == "option" and ("selected" in given or self.select not in self.found):
            self.found[self.select] = given.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data.lstrip("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = ""
        if tag == "form":
            self.inside = False


def typed(answer) -> dict[str, str]:
    """Return the fields of the form of a page as a browser would send them."""
    form = _Form()
    form.feed(answer.content.decode())
    form.found.pop("", None)
    return form.found


def note(client, study, **given):
    """Note a collection through the form; return the stored one."""
    answer = client.post(at(study, "erhebungen/neu/"), {"method": "world_cafe", "version": "0", **given})
    assert answer.status_code == 302, words(answer)
    return study.collections.order_by("-pk").first()
