"""The workbench: what stands in the form is the recipe, and the recipe stands in the form."""

import re

import pytest

from tests.site.cast import enter, forgetful, hire, words  # noqa: F401 - fixtures
from tests.site.filled import filled

HTMX = {"hx-request": "true"}


@pytest.fixture
def planner(edition, hire, enter):  # noqa: F811
    return enter(hire("Petra", "planner"))


def opened(client, recipe=None):
    answer = client.get("/werkstatt/", {"version": str(recipe.uuid)} if recipe else {})
    assert answer.status_code == 200
    return filled(answer.content.decode(), "werkstatt")


def version(index, name="Probe", **sections):
    """Store a version whose first index is this."""
    from nahraum_site.indicators.actions.stock import save_recipe
    from nahraum_site.indicators.models import Recipe

    parts = {**Recipe.objects.last().parts, "indices": index if isinstance(index, list) else [index], **sections}
    return save_recipe(parts, name=name, reason="Zum Vergleich", user=None)


def recipe_of(parts):
    """Return what the core makes of the first index of these sections."""
    from nahraum.evidence.indicators.recipe_toml import from_mapping
    from nahraum_site.indicators import assembly

    project = assembly.ready(assembly.stock()).inputs.project
    first = {key: value for key, value in parts["indices"][0].items() if key != "periods"}
    return from_mapping(first, project.indicators, project.domains)


DEEP = {
    "id": "tief",
    "name": "Ein tiefer Baum",
    "high_is": "good",
    "tree": {
        "children": [
            {
                "id": "aussen",
                "name": "Außen",
                "weight": 0.123456789,
                "children": [
                    {"id": "innen", "name": "Innen", "children": [{"id": "unemployment", "weight": 2.0}]},
                    {"id": "daneben", "name": "Daneben", "children": [{"id": "basic_security"}]},
                ],
            },
            {
                "id": "zweite",
                "name": "Zweite",
                "children": [{"id": "dritte", "name": "Dritte", "children": [{"id": "recent_arrivals"}]}],
            },
        ]
    },
    "steps": [
        {"step": "select", "min_inhabitants": 300.0, "exclude": [{"area": "01", "reason": "Hafen; kein Wohngebiet"}]},
        {"step": "treat", "method": "winsorise", "max_points": 3},
        {"step": "impute", "min_share": 0.75},
        {"step": "normalise", "level": 0, "scale": "mad", "centres": {"unemployment": "median"}},
        *({"step": "aggregate", "level": level, "method": "arithmetic"} for level in (1, 2, 3)),
        {"step": "round", "digits": 2},
        {
            "step": "classify",
            "method": "cuts",
            "cuts": [-1.5, 0.25],
            "closed": ["left", "right"],
            "labels": ["a", "b", "c, d"],
        },
        {"step": "classify", "id": "zweite", "method": "quantiles", "count": 4, "type": 9, "fuzz": True},
    ],
}


@pytest.mark.parametrize("name", ["lebenslagen", "berlin", "gisd", "imd", "darmstadt", "coinr", "deep"])
def test_recipe_to_form_to_recipe_is_lossless(planner, name):
    from nahraum_site.indicators.models import Recipe
    from nahraum_site.places.models import Area

    DEEP["steps"][0]["exclude"][0]["area"] = Area.objects.first().key
    index = DEEP if name == "deep" else {"id": "index", "name": "Index", "preset": name}
    before = version(index)
    fields = opened(planner, before) | {"version_name": "Nochmals", "version_reason": "unverändert"}
    answer = planner.post("/werkstatt/sichern/", fields)
    assert answer.status_code == 302, re.findall(r'role="alert"[^>]*>(.*?)</p>', words(answer))
    after = Recipe.objects.first()
    assert after.name == "Nochmals"
    assert recipe_of(after.parts) == recipe_of(before.parts)
    assert after.based_on == before


def test_further_indices_dynamics_and_periods_are_kept(planner):
    from nahraum_site.indicators.models import Recipe

    base = version([{"id": "a", "preset": "berlin", "periods": ["2023", "2024"]}, {"id": "b", "preset": "imd"}])
    fields = opened(planner, base) | {"version_name": "Mit zwei", "version_reason": "beide bleiben"}
    assert planner.post("/werkstatt/sichern/", fields).status_code == 302
    after = Recipe.objects.first()
    assert after.parts["indices"][1] == {"id": "b", "preset": "imd"}
    assert after.parts["indices"][0]["periods"] == ["2023", "2024"]
    assert after.parts.get("dynamics") == base.parts.get("dynamics")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("steps.1.min_share", "viel"),
        ("steps.0.flag_below", "dreihundert"),
        ("robustness.runs", "-4"),
        ("robustness.weights", "7"),
        ("profile.strong", "x"),
        ("tree.children.0.weight", "schwer"),
        ("tree.children.0.children.1.weight", "12 kg"),
        ("tree.children.0.weight", "-2"),
    ],
)
def test_a_text_that_does_not_fit_is_named_where_it_stands_and_kept(planner, field, text):
    fields = opened(planner) | {field: text}
    page = planner.post("/werkstatt/probe/", fields)
    assert page.status_code == 200
    said = words(page)
    assert f'data-field="{field}"' in said
    assert re.search(r'id="fehler".*?„[^<]{8,}“ passt nicht:', said, re.DOTALL), "the setting is named in its own words"
    tag = re.search(rf'<\w+ id="{re.escape(field)}"[^>]*>', said)[0]
    assert 'aria-invalid="true"' in tag
    assert filled(said, "werkstatt")[field] == [text], "what was typed stays"
    piece = words(planner.post("/werkstatt/probe/", fields, headers=HTMX))
    assert f'data-field="{field}"' in piece
    assert "<form" not in piece
    saved = planner.post("/werkstatt/sichern/", fields | {"version_name": "Geht nicht", "version_reason": "x"})
    assert saved.status_code == 422
    assert "Geht nicht" in words(saved)


def test_steps_are_added_in_their_place_and_left_out(planner):
    fields = opened(planner)
    more = filled(words(planner.post("/werkstatt/probe/", fields | {"add-step": "treat"})), "werkstatt")
    assert [more[f"steps.{n}.step"] for n in range(3)] == [["select"], ["treat"], ["impute"]]
    less = filled(words(planner.post("/werkstatt/probe/", more | {"remove-step": "1"})), "werkstatt")
    assert {k: v for k, v in less.items() if k.startswith("steps.")} == {
        k: v for k, v in fields.items() if k.startswith("steps.")
    }


def test_indicators_are_added_to_a_group_and_left_out(planner):
    from nahraum_site.indicators.stock import Indicator

    fields = opened(planner)
    unticked = {**fields, "use": [path for path in fields["use"] if path != "tree.children.0.children.0"]}
    gone = fields["tree.children.0.children.0.id"][0]
    after = filled(words(planner.post("/werkstatt/probe/", unticked)), "werkstatt")
    ids = [v[0] for k, v in after.items() if k.startswith("tree.") and k.endswith(".id")]
    assert gone not in ids
    assert Indicator.objects.filter(key=gone).exists()
    back = filled(words(planner.post("/werkstatt/probe/", after | {"tree.children.1.add": gone})), "werkstatt")
    assert gone in [v[0] for k, v in back.items() if k.startswith("tree.children.1.children.") and k.endswith(".id")]


def test_minimum_of_300_set_and_unset_names_every_change_of_rank(planner):
    """Ranks counted here in plain Python from the scores alone, once with and once without the small areas."""
    from nahraum_site.indicators import assembly
    from nahraum_site.indicators.models import Recipe

    base = Recipe.objects.first()
    fields = opened(planner)
    before = planner.post("/werkstatt/probe/", fields, headers=HTMX)
    rows = dict(re.findall(r'<tr data-area="(\w+)"[^>]*><td class="num">(\d+)</td>', words(before)))
    inputs = assembly.ready(assembly.stock()).inputs
    people = dict(zip(inputs.panel.areas, inputs.panel.variables["inhabitants"][-1], strict=True))
    small = {key for key in rows if people[key] < 300}
    assert small
    kept = sorted((int(rank), key) for key, rank in rows.items() if key not in small)
    names = {area.key: area.name for area in inputs.places.system.at(inputs.places.system.finest.id)}
    answer = words(
        planner.post(
            "/werkstatt/probe/",
            fields | {"steps.0.min_inhabitants": "300", "gegen": str(base.uuid)},
            headers=HTMX,
        )
    )
    after = dict(re.findall(r'<tr data-area="(\w+)"[^>]*><td class="num">(\d+|–)</td>', answer))
    assert all(after[key] == "–" for key in small)
    changed = re.search(r"Jede Änderung eines Ranges.*?</details>", answer, re.DOTALL)[0]
    told = re.findall(r"<li>(.*?) \((\w+)\): von Rang (\d+) auf (\d+)", changed) or re.findall(
        r"<li>(.*?)</li>", changed
    )
    moved = {key: (int(rank), int(after[key])) for rank, key in kept if int(after[key]) != rank}
    assert moved
    for key, (old, new) in moved.items():
        assert any(names[key] in str(each) and str(old) in str(each) and str(new) in str(each) for each in told), key
    dropped = answer[answer.index("Fallen heraus") : answer.index("Jede Änderung eines Ranges")]
    assert all(names[key] in dropped for key in small)
    unset = words(planner.post("/werkstatt/probe/", fields | {"gegen": str(base.uuid)}, headers=HTMX))
    assert "Keine." in re.search(r"Jede Änderung eines Ranges.*?</details>", unset, re.DOTALL)[0]


def test_two_maps_stand_side_by_side_and_the_chosen_area_shows_its_profile(planner):
    from nahraum_site.indicators import assembly

    other = version({"id": "index", "preset": "berlin"}, name="Wie in Berlin")
    inputs = assembly.ready(assembly.stock()).inputs
    key = inputs.panel.areas[5]
    fields = opened(planner) | {"gegen": str(other.uuid), "gebiet": key}
    answer = words(planner.post("/werkstatt/probe/", fields, headers=HTMX))
    assert answer.count('<svg class="bench__map"') == 2
    assert f'<option value="{key}" selected>' in answer
    assert answer.count("<figcaption>") == 2
    # by hand: unemployment of this area against the city's, over the standard deviation of the areas
    k = inputs.panel.index_of("unemployment")
    cases, base = inputs.panel.numerator[k, -1], inputs.panel.denominator[k, -1]
    rates = [c / b * 100 for c, b in zip(cases, base, strict=True) if c == c and b]
    mean = sum(rates) / len(rates)
    spread = (sum((rate - mean) ** 2 for rate in rates) / len(rates)) ** 0.5
    z = (cases[5] / base[5] * 100 - sum(c for c in cases if c == c) / sum(b for b in base if b == b) * 100) / spread
    name = inputs.project.indicators[k].name
    row = re.search(rf'<th scope="row">{re.escape(name)}</th><td class="num">([^<]*)</td>', answer)
    assert float(row[1].replace(",", ".").replace("\N{MINUS SIGN}", "-")) == pytest.approx(z, abs=0.02)


def test_chance_in_small_counts_follows_after_a_pause_and_says_so(planner):
    fields = opened(planner) | {"robustness.small_counts": "true"}
    quick = words(planner.post("/werkstatt/probe/", fields, headers=HTMX))
    assert "?ganz=1" in quick
    assert "Zufall in kleinen Zahlen" not in quick[quick.index('id="fest"') :]
    whole = words(planner.post("/werkstatt/probe/?ganz=1", fields, headers=HTMX))
    assert "?ganz=1" not in whole
    assert "Zufall" in whole[whole.index('id="fest"') :]
    assert "?ganz=1" not in words(planner.post("/werkstatt/probe/", fields)), "without JavaScript all comes at once"


def test_versions_are_listed_with_who_why_and_what_differs(planner):
    fields = opened(planner) | {
        "steps.0.min_inhabitants": "300",
        "robustness.runs": "500",
        "version_name": "Ohne kleine Quartiere",
        "version_reason": "Berlin lässt sie auch weg",
    }
    assert planner.post("/werkstatt/sichern/", fields).status_code == 302
    page = words(planner.get("/werkstatt/fassungen/"))
    assert "Berlin lässt sie auch weg" in page
    assert "Petra" in page
    assert "Musterstadt" in page, "the edition that uses the first version"
    from nahraum_site.indicators.models import Recipe

    new = Recipe.objects.first()
    page = words(planner.get("/werkstatt/fassungen/", {"neu": str(new.uuid)}))
    told = re.search(r'id="unterschied".*?</section>', page, re.DOTALL)[0]
    assert "300 in B" in told
    assert "500 in B" in told
    assert told.count("<li>") == 2


def test_an_indicator_that_was_retired_does_not_close_the_workbench(planner):
    from django.utils import timezone

    from nahraum_site.indicators.models import Indicator

    Indicator.objects.filter(key="unemployment").update(retired_at=timezone.now())
    page = words(planner.get("/werkstatt/"))
    assert "unemployment" in page
    assert 'id="werkstatt"' in page
    assert "unemployment" not in [v[0] for k, v in filled(page, "werkstatt").items() if k.endswith(".id")]


@pytest.mark.parametrize("role", ["researcher", "leader", "releaser", "administrator", "contact", "partner", None])
def test_unprotected_values_are_for_planners_only(edition, hire, enter, role):  # noqa: F811
    client = enter(hire("Rosa", role)) if role else enter(None)
    for path in ("/werkstatt/", "/werkstatt/fassungen/"):
        assert client.get(path).status_code in (302, 403)
    for path in ("/werkstatt/probe/", "/werkstatt/doppelt/", "/werkstatt/sichern/"):
        answer = client.post(path, {"name": "x"}, headers=HTMX)
        assert answer.status_code == (403 if role else 200)  # a piece of a page says that the session ended
        assert "data-area" not in words(answer)
        assert len(answer.content) < (40_000 if role else 1_000)


@pytest.mark.parametrize("query", ["version=unsinn", "gegen=1", "version=00000000-0000-0000-0000-000000000000"])
def test_addresses_that_are_none_are_not_found(planner, query):
    assert planner.get(f"/werkstatt/?{query}").status_code == 404


def test_every_option_of_the_recipe_can_be_reached(planner):
    from nahraum.evidence.indicators.workbench.options import options

    fields = opened(planner)
    for step in ("treat", "roll_up", "round"):
        fields = filled(words(planner.post("/werkstatt/probe/", fields | {"add-step": step})), "werkstatt")
    page = words(planner.post("/werkstatt/probe/", fields))
    here = {text[0]: key for key, text in fields.items() if key.endswith(".step")}
    for part in options():
        path = here.get(part.step, part.step).removesuffix(".step")
        for option in part.options:
            if part.step in ("recipe", "node", "exclusion"):
                continue
            assert option.sentence in page, (part.step, option.name)
            if option.kind not in ("records", "table"):
                assert f'name="{path}.{option.name}"' in page, (part.step, option.name)


def test_an_open_direction_is_out_by_default_and_warned_of_where_it_is_chosen(planner):
    from nahraum_site.indicators.stock import Indicator

    kita = Indicator.objects.get(key="kita")
    kita.part = {**kita.part, "direction": "neutral"}
    kita.save()
    default = version({"id": "index"})
    page = words(planner.get("/werkstatt/", {"version": str(default.uuid)}))
    fields = filled(page, "werkstatt")
    ids = [v[0] for k, v in fields.items() if k.startswith("tree.") and k.endswith(".id")]
    assert "kita" not in ids
    assert "unemployment" in ids
    assert "Richtung offen" not in page
    chosen = words(planner.post("/werkstatt/probe/", fields | {"tree.children.0.add": "kita"}))
    assert chosen.count("Richtung offen") == 1
    result = chosen[chosen.index('id="ergebnis"') :]
    assert "Ihre Werte zählen so, wie sie dastehen." in result
    assert kita.part["name"] in result[: result.index("Ihre Werte zählen")]


def test_the_form_speaks_german_and_writes_commas(planner):
    page = words(planner.get("/werkstatt/"))
    fields = filled(page, "werkstatt")
    assert {v[0] for k, v in fields.items() if k.endswith(".weight") and k.startswith("tree.children")} == {"1"}
    assert fields["profile.strong"] == ["1,5"]
    assert fields["profile.limits"] == ["1\r\n1,5\r\n2"]
    assert "far below the city value" not in page
    assert any("weit unter dem Stadtwert" in v[0] for k, v in fields.items() if k.endswith(".labels"))
    for raw in ("<code", "population_sd, mad", ">inhabitants<"):
        assert raw not in page, raw
    assert '<option value="inhabitants" selected>Einwohner*innen</option>' in page


def test_enter_in_a_field_computes_and_name_and_reason_stay(planner):
    page = words(planner.get("/werkstatt/"))
    form = page[page.index('<form id="werkstatt"') :]
    pressed = re.search(r"<button[^>]*>", form)[0]  # the one that a browser presses for Enter
    assert "name=" not in pressed
    assert "formaction=" not in pressed
    typed = {"version_name": "Halb fertig", "version_reason": "Weil es\r\nso ist"}
    for pressing in ({}, {"remove-step": "0"}, {"add-step": "treat"}):
        shown = words(planner.post("/werkstatt/probe/", opened(planner) | typed | pressing))
        assert {name: filled(shown, "werkstatt")[name] for name in typed} == {k: [v] for k, v in typed.items()}
        assert "row__error" not in shown


def test_a_recipe_outlives_that_the_data_go_away_meanwhile(planner):
    from django.utils import timezone

    from nahraum_site.indicators.models import Batch, Recipe

    fields = opened(planner) | {"steps.0.min_inhabitants": "300", "version_name": "Ohne kleine", "version_reason": "x"}
    del fields["csrfmiddlewaretoken"]
    before, present = Recipe.objects.count(), Batch.objects.filter(withdrawn_at=None)
    keys = list(present.values_list("pk", flat=True))
    present.update(withdrawn_at=timezone.now())
    for path in ("/werkstatt/probe/", "/werkstatt/doppelt/", "/werkstatt/sichern/"):
        answer = planner.post(path, fields)
        assert answer.status_code == 422, path
        assert "Es wurde noch keine Tabelle eingelesen." in words(answer)
        kept = filled(words(answer), "werkstatt")
    assert Recipe.objects.count() == before
    Batch.objects.filter(pk__in=keys).update(withdrawn_at=None)
    again = filled(words(planner.post("/werkstatt/probe/", kept)), "werkstatt")
    assert {name: again[name] for name in fields} == {
        name: text if isinstance(text, list) else [text] for name, text in fields.items()
    }


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1", "", "٣"])
def test_a_step_of_no_number_is_left_alone(planner, number):
    fields = opened(planner)
    answer = planner.post("/werkstatt/probe/", fields | {"remove-step": number})
    assert answer.status_code == 200
    steps = {name: text for name, text in fields.items() if name.startswith("steps.")}
    assert steps.items() <= filled(words(answer), "werkstatt").items()
