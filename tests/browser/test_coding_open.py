"""Open coding in a real browser: new categories by keyboard and by mouse, and the tree of all of them."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.driven import judge
from tests.browser.test_coding import desk, press, saved, served
from tests.site.coding_fixtures import SAID

__all__ = ["desk", "served"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_categories_are_made_by_keyboard_from_a_name_and_from_the_words(desk):
    page = desk("Cem")
    page.locator("#text").focus()
    press(page, "Control+Home", *["Shift+ArrowRight"] * 9)
    page.keyboard.type("Enge")
    new = page.get_by_role("option", name="Neue Kategorie „Enge“ anlegen und damit kodieren")
    expect(new).to_have_attribute("aria-selected", "true")
    expect(page.locator("#neu-hinweis")).to_contain_text("bleibt, auch wenn der Text gelöscht wird")
    press(page, "Tab")  # under which one: the list stays
    assert page.evaluate("document.activeElement.id") == "neu-unter"
    page.keyboard.type("Bedarfe")
    expect(page.get_by_role("option", name=re.compile("„Enge“ unter „Bedarfe“"))).to_be_visible()
    judge(page, "kodieren-neue-kategorie")
    press(page, "Shift+Tab", "Enter")
    expect(page.locator("#gesagt")).to_have_text("Kodiert: Bedarfe › Enge")
    saved(page)
    assert SAID[:9] == "Der Platz"
    assert rows_now(page)[0, 9] == ("Enge", False)
    assert page.evaluate("document.activeElement.id") == "text"
    # the same words once more: the category is found, none is made
    press(page, "Control+End", "Enter")
    page.keyboard.type("enge")
    expect(page.locator("#vorschlaege > li")).to_have_text(["Bedarfe › Enge"])
    press(page, "Escape")
    # in vivo: the last line has more words than a name takes
    press(page, "Control+End", "Enter", "+")
    last = SAID.rindex("\n") + 1
    assert page.input_value("#suche") == "Der Bus kommt nie"  # five words at most, no signs around them
    press(page, *["Backspace"] * 4, "Enter")
    expect(page.locator("#gesagt")).to_have_text("Kodiert: Bedarfe › Der Bus kommt")  # the last place is remembered
    saved(page)
    assert rows_now(page)[last, len(SAID)] == ("Der Bus kommt", False)
    press(page, "Control+z")
    expect(page.locator("#gesagt")).to_have_text("Zurückgenommen.")
    assert (last, len(SAID)) not in rows_now(page)
    page.reload()
    page.wait_for_selector("html[data-coding=ready]")
    page.locator("#text").focus()
    page.keyboard.type("der bus")
    expect(page.locator("#vorschlaege > li").first).to_have_text("Bedarfe › Der Bus kommt")  # undoing left it
    expect(page.locator("#neu-unter")).to_have_value(re.compile(".+"))
    page.close()


def rows_now(page):
    """Return the codings that the server knows, with names of categories that came since the page was loaded."""
    told = page.evaluate(
        """async () => {
            const data = JSON.parse(document.getElementById('kodier-daten').textContent);
            const now = await (await fetch(data.state)).json();
            const more = await (await fetch(data.more)).json();
            const names = Object.fromEntries(more.categories.map(each => [each.id, each.name]));
            return now.codings.filter(row => !row[6]).map(row => [row[2], row[3], names[row[1]], row[5]]);
        }"""
    )
    return {(start, end): (name, bool(quotation)) for start, end, name, quotation in told}


def test_categories_are_made_by_mouse_and_all_are_reached_in_the_tree(desk):
    page = desk("Dana")
    page.locator("#z2").dblclick(position={"x": 40, "y": 12})
    words = page.evaluate("getSelection().toString()").strip()
    assert words
    page.get_by_role("button", name="Wortlaut als Kategorie").click()
    assert page.input_value("#suche") == words
    page.get_by_role("option", name=re.compile(f"Neue Kategorie „{words}“")).click()
    expect(page.locator("#gesagt")).to_have_text(f"Kodiert: {words}")
    saved(page)
    assert [name for name, _ in rows_now(page).values()] == [words]
    page.get_by_text("Alle Kategorien", exact=True).click()
    tree = page.get_by_role("tree", name="Alle Kategorien")
    expect(tree.get_by_role("treeitem", name=words, exact=True)).to_be_visible()
    judge(page, "kodieren-baum")
    page.set_viewport_size({"width": 320, "height": 900})
    page.locator("#suche").fill("Neues Wort")
    judge(page, "kodieren-baum-schmal")
    press(page, "Escape")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#z4").dblclick(position={"x": 40, "y": 12})
    tree.get_by_role("treeitem", name="Sicherheit").click()  # the twelfth: no number key leads to it
    saved(page)
    assert "Sicherheit" in {name for name, _ in rows_now(page).values()}
    expect(page.locator("#z4 .c")).to_have_count(1)
    # the tree by keyboard: close, open, walk, choose
    top = tree.get_by_role("treeitem", name="Bedarfe")
    top.focus()
    press(page, "ArrowLeft")
    expect(top).to_have_attribute("aria-expanded", "false")
    expect(tree.get_by_role("treeitem", name="Wohnen")).to_be_hidden()
    press(page, "ArrowRight", "ArrowRight", "Enter")
    saved(page)
    assert "Wohnen" in {name for name, _ in rows_now(page).values()}
    page.close()


def test_what_does_not_reach_the_server_stays_in_the_field_and_what_does_reaches_others(desk):
    other, page = desk("Cem"), desk("Ada")
    page.locator("#text").focus()
    press(page, "Control+Home", "Shift+ArrowRight")
    page.route("**/kodierungen/kategorien/", lambda route: route.abort())
    page.keyboard.type("Zuversicht")
    press(page, "Enter")
    expect(page.locator("#gesagt")).to_contain_text("nicht angelegt")
    assert page.input_value("#suche") == "Zuversicht"
    page.unroute("**/kodierungen/kategorien/")
    press(page, "Enter")
    expect(page.locator("#gesagt")).to_have_text("Kodiert: Zuversicht")
    saved(page)
    page.close()
    other.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # Cem comes back to his page
    expect(other.locator("#gesagt")).to_contain_text("inzwischen geändert")
    other.locator("#suche").fill("zuver")
    expect(other.locator("#vorschlaege > li").first).to_have_text("Zuversicht")
    expect(other.locator("link#farben")).to_have_count(1)
    other.close()


def test_five_hundred_categories_are_offered_fluently(served, desk):
    page = desk("Ada")

    def with_many(route):
        """Let the page bring 500 categories more, under one."""
        answer = route.fetch()
        before, data, after = re.split(r'(?<="kodier-daten" type="application/json">)(.*?)(?=</script>)', answer.text())
        told = json.loads(data)
        more = [{**each, "codable": True, "hint": ""} for each in told["categories"][:1] for _ in range(501)]
        for n, each in enumerate(more):
            label = f"Viele › Nummer {n}" if n else "Viele"
            each |= {"id": f"viele-{n}", "name": label.rpartition(" ")[2], "label": label, "depth": int(n > 0)}
        told["categories"] += more
        route.fulfill(response=answer, body=before + json.dumps(told) + after)

    page.route("**/kodieren/", with_many)
    page.reload()
    page.wait_for_selector("html[data-coding=ready]")
    page.locator("#text").focus()
    opening, typing = page.evaluate(
        """async () => {
            const timed = async act => {
                const begun = performance.now();
                act();
                await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                return performance.now() - begun;
            };
            const open = await timed(() => { document.querySelector('.tree').open = true; });
            const field = document.getElementById('suche');
            field.focus();
            field.value = 'n';
            return [open, await timed(() => field.dispatchEvent(new Event('input')))];
        }"""
    )
    assert max(opening, typing) < 1000, (opening, typing)
    assert page.locator("#vorschlaege [data-id]").count() > 500
    press(page, "Escape")
    many = page.get_by_role("treeitem", name="Viele", exact=True)
    assert page.locator("#baum [role=treeitem]").count() > 500
    assert page.get_by_role("treeitem").count() < 20  # main categories first: the many lie closed
    many.focus()
    press(page, "ArrowRight", "End")
    assert page.evaluate("document.activeElement.dataset.id") == "viele-500"
    page.close()
