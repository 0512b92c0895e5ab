"""An office with four quarters that imports tables through the pages, as a browser would send them."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

AREAS = "nr,name\n01,Hafen\n02,Markt\n03,Mühle\n04,Wall\n"
PASSWORD = "ein-langes-Wort-7"


def cleared() -> None:
    """Take away what other tests of this process published; the transaction of the test gives it back."""
    from nahraum_site.indicators.models import Batch, Domain, Indicator, Project, Value
    from nahraum_site.sources.models import Duty, Upload

    for model in (Value, Batch, Upload, Duty, Indicator, Domain, Project):
        model.objects.all()._raw_delete(model.objects.db)


def found(folder: Path) -> None:
    """Store four quarters and the project, and nothing else."""
    cleared()
    from nahraum_site.indicators.models import Project
    from nahraum_site.places.actions import store_system
    from nahraum_site.places.reading import read_part
    from nahraum_site.records import files

    path = folder / "gebiete.csv"
    path.write_text(AREAS, encoding="utf-8")
    kept = {path.name: files.keep(path.name, files.in_chunks(path), None)}
    levels = [{"id": "quarter", "name": "Quartier", "key": "nr", "label": "name"}]
    levels.append({"id": "city", "name": "Stadt", "all": "Hafenstadt"})
    part = {
        "id": "quartiere",
        "name": "Quartiere 2020",
        "file": path.name,
        "levels": levels,
        "population": "inhabitants",
    }
    system = store_system(read_part(part, kept), part, kept, None)
    about = {"id": "m", "title": "Monitoring", "city": "Hafenstadt", "publisher": "Stadt", "date": "2025-03-31"}
    Project.objects.create(system=system, parts={"project": {**about, "licence": "CC0-1.0"}})


def words(answer: Any) -> str:
    """Return what the page says between its header and its footer, without marks."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def form_of(answer: Any, within: str = "") -> dict[str, list[str]]:
    """Return what a browser would send for a form as it stands; ``within``: a part of its action's address."""
    text = answer.content.decode().partition("<main")[2]
    forms = re.findall(r'<form([^>]*method="post"[^>]*)>(.*?)</form>', text, re.DOTALL)
    body = next(body for mark, body in forms if (within in mark if within else 'class="form"' in mark))
    sent: dict[str, list[str]] = {}
    for mark in re.findall(r"<input([^>]*)>", body):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', mark))
        if about.get("type") in ("file", "submit") or "name" not in about:
            continue
        if about.get("type") == "checkbox" and " checked" not in mark:
            continue
        # a browser sends line breaks as CR LF
        value = unescape(about.get("value", "on" if about.get("type") == "checkbox" else ""))
        sent.setdefault(about["name"], []).append(re.sub(r"\r?\n", "\r\n", value))
    for name, body_ in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body_) or re.search(r'<option value="([^"]*)"', body_)
        sent[name] = [re.sub(r"\r?\n", "\r\n", unescape(chosen[1]))] if chosen else []
    for name, body_ in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', body, re.DOTALL):
        sent[name] = [unescape(body_)]
    return sent


class Desk:
    """One planner's browser."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.answer: Any = None
        self.place = ""

    def get(self, path: str) -> Any:
        """Open a page."""
        return self._went(path, self.client.get(path, follow=True))

    def post(self, path: str, sent: dict[str, Any]) -> Any:
        """Send a form."""
        return self._went(path, self.client.post(path, sent, follow=True))

    def _went(self, path: str, answer: Any) -> Any:
        self.answer = answer
        self.place = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        return answer

    def upload(self, *named: tuple[str, bytes | str], to: str = "/einlesen/") -> Any:
        """Deliver files; one that is taken leads to its description."""
        files = []
        for name, content in named:
            stream = io.BytesIO(content.encode() if isinstance(content, str) else content)
            stream.name = name
            files.append(stream)
        return self.post(to, {"files": files})

    def describe(self, **changed: Any) -> Any:
        """Send the description as it was suggested, apart from some fields; a small file is checked at once."""
        return self.post(self.place, form_of(self.answer) | changed)

    def confirm(self, **more: Any) -> Any:
        """Confirm what is shown."""
        path = re.sub(r"(pruefen|speichern)/.*$", "speichern/", self.place)
        return self.post(path, form_of(self.answer, "speichern") | more)

    def take(self, name: str, content: bytes | str, **changed: Any) -> Any:
        """Upload, describe and confirm; AssertionError with the page where that stops."""
        self.upload((name, content))
        self.describe(**changed)
        self.confirm(seen="on")
        assert "/lieferungen/" in self.place, words(self.answer)
        from nahraum_site.indicators.models import Batch

        return Batch.objects.order_by("pk").last()
