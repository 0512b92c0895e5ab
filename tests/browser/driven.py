"""What every browser test drives with and leaves behind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "build" / "screenshots"
PICTURES = os.environ.get("NAHRAUM_PICTURES") != "0"  # CI keeps none
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # maps need WebGL; the rest of a page is drawn faster without pretending that there is a graphics card
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
]
MODES = {"hell": ("light", 1280), "dunkel": ("dark", 1280), "schmal": ("light", 320)}
PASSWORD = "ein-langes-Wort-7"
HIRE = f"""
import django; django.setup()
from allauth.account.models import EmailAddress
from nahraum_site.accounts.models import Assignment, User
for name, role in (("Paula", "planner"), ("Lena", "leader"), ("Vera", "releaser")):
    user = User.objects.create_user(f"{{name.lower()}}@musterstadt.example", "{PASSWORD}", name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Assignment.objects.create(user=user, role=role)
"""


def judge(page: Page, name: str) -> None:
    """Take a picture of a page as it stands; it must be whole in its width, and axe must find nothing."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state()  # a click returns as soon as the next page has begun
    if PICTURES:
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    found = violations(page)
    assert found == [], f"{name}: {found}"


def violations(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds: rule and element. The page's policy stays in force: Playwright evaluates past it.

    Only violations are asked for in detail; to describe every element that passes takes five times as long.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 10, "axe looked at nothing"
    return [(each["id"], node["html"][:200]) for each in found["violations"] for node in each["nodes"][:3]]


def listen(page: Page, *ours: str) -> list[str]:
    """Return a list that fills with errors of the console and with requests to anything that begins otherwise."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(f"error: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("request", lambda asked: None if asked.url.startswith(ours) else heard.append(f"foreign: {asked.url}"))
    return heard
