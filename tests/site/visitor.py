"""Somebody who visits the running site over HTTP: keeps cookies, sends forms as a browser would."""

from __future__ import annotations

import http.client
import re
from html import unescape
from urllib.parse import urlencode, urlsplit

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class Visitor:
    """One browser: a connection that stays open, and cookies."""

    def __init__(self, address: str, *, timeout: float = 60.0) -> None:
        parts = urlsplit(address)
        self.host, self.origin = parts.netloc, f"{parts.scheme}://{parts.netloc}"
        self.connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
        self.cookies: dict[str, str] = {}
        self.text, self.place = "", ""

    def get(self, path: str) -> int:
        """Ask for a page, follow redirects, and return the status."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, **fields: object) -> int:
        """Open the page with the form, fill it in and send it; return the status of what follows."""
        if self.place != path:
            self.get(path)
        hidden = {name: unescape(value) for name, value in FIELD.findall(self.text)}
        body = urlencode({**hidden, **fields}, doseq=True)
        kind = "application/x-www-form-urlencoded"
        return self._ask("POST", path, body, {"Content-Type": kind, "Referer": self.origin + path})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> int:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            if method != "GET":
                raise
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        self.text, self.place = answer.read().decode("utf-8", "replace"), path
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        target = answer.headers.get("Location")
        if answer.status in (301, 302, 303) and target:
            return self._ask("GET", target.removeprefix(self.origin), None, {})
        return answer.status
