"""What a browser would send: the fields of a page's form as they stand there."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects the successful controls of the form with an id (HTML 4.10.21.4); buttons only when pressed."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id, self.inside = id, False
        self.fields: dict[str, list[str]] = {}
        self.select = self.area = ""
        self.options: list[tuple[str | None, bool]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = not self.id or given.get("id") == self.id
        if not self.inside:
            return
        name, kind = given.get("name"), given.get("type", "text")
        if tag == "input" and name and (kind not in ("checkbox", "radio", "submit", "file") or "checked" in given):
            if kind not in ("submit", "file"):
                self.add(name, given.get("value") or ("on" if kind in ("checkbox", "radio") else ""))
        elif tag == "select":
            self.select, self.options = name or "", []
        elif tag == "option":
            self.options.append((given.get("value"), "selected" in given))
            self.text = ""
        elif tag == "textarea":
            self.area, self.text = name or "", ""

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if not self.inside:
            return
        if tag == "option":
            value, chosen = self.options[-1]
            self.options[-1] = (self.text.strip() if value is None else value, chosen)
        elif tag == "select" and self.select and self.options:
            chosen = [value for value, is_chosen in self.options if is_chosen] or [self.options[0][0]]
            self.add(self.select, chosen[-1])
            self.select = ""
        elif tag == "textarea" and self.area:
            self.add(self.area, self.text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n"))
            self.area = ""

    def add(self, name, value):
        self.fields.setdefault(name, []).append(value)


def filled(page: str, id: str = "") -> dict[str, list[str]]:
    """Return the fields of the form with this id (or of every form): name -> values in their order."""
    form = _Form(id)
    form.feed(page)
    return form.fields
