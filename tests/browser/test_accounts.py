"""An office moves in, in a real browser: first administrator, invitations, code app, passkey, identity provider."""

import base64
import hashlib
import hmac
import os
import re
import struct
import time

import oidc_provider_mock
import pytest
from playwright.sync_api import expect

from tests.browser.driven import MODES, PASSWORD, judge, listen
from tests.site.running import running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEW = "noch-ein-Wort-9-Zeichen"
CLAIMS = {
    "carol": {"email": "carol@musterstadt.example", "email_verified": True, "name": "Carol"},
    "dora": {"email": "dora@musterstadt.example", "email_verified": False, "name": "Dora"},
    "eve": {"email": "eve@anderswo.example", "email_verified": True, "name": "Eve"},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Serve an empty site with an identity provider of our own."""
    people = [oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in CLAIMS.items()]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as provider:
        folder = tmp_path_factory.mktemp("accounts")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("NAHRAUM_", "DJANGO_"))}
        secret = folder / "secret"
        secret.write_text("geheim")
        environment |= {
            "NAHRAUM_VAR": str(folder / "var"),
            "NAHRAUM_OIDC": f"http://localhost:{provider.server_port}",
            "NAHRAUM_OIDC_NAME": "Rathaus-Anmeldung",
            "NAHRAUM_OIDC_SECRET": str(secret),
        }
        with running(environment, folder) as found:
            yield found


class Visitor:
    """A person at a browser; what the console says is kept."""

    def __init__(self, browser, address: str) -> None:
        self.context = browser.new_context(base_url=address, locale="de-DE")
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda said: self.note(said, address))
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))

    def note(self, said, address: str) -> None:
        """Keep what our own pages complain about; the provider's pages are not ours."""
        if said.type == "error" and said.location.get("url", address).startswith(address):
            self.faults.append(said.text)

    def fill(self, **given: str) -> None:
        for label, value in given.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).fill(value)

    def press(self, words: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=words, exact=True).click()

    def sees(self, words: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto("/anmelden/")
        self.page.get_by_label("E-Mail-Adresse").fill(email)
        self.page.get_by_label("Passwort", exact=True).fill(password)
        self.press("Anmelden")

    def sign_out(self) -> None:
        self.page.goto("/abmelden/")
        self.press("Abmelden")


def code_of(secret: str, at: float) -> str:
    """Return the code of an authenticator app, after RFC 6238."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_codes_are_those_of_rfc_6238():
    assert code_of(base64.b32encode(b"12345678901234567890").decode(), 1111111109) == "081804"


@pytest.fixture(scope="module")
def alice(site, browser):
    """Set the site up as its first administrator does."""
    visitor = Visitor(browser, site.address)
    visitor.page.goto(site.link)
    visitor.fill(Name="Alice Beispiel", Neues_Passwort=PASSWORD)
    visitor.page.get_by_label("E-Mail-Adresse").fill("alice@musterstadt.example")
    visitor.page.get_by_label("Neues Passwort, noch einmal").fill(PASSWORD)
    visitor.press("Beginnen")
    visitor.sees("Willkommen. Sie haben hier die Rollen Administration und Sozialplanung.")
    return visitor


def invite(alice: Visitor, name: str, *roles: str) -> str:
    """Invite somebody and return the link that is shown once."""
    alice.page.goto("/menschen/einladen/")
    alice.page.get_by_label("E-Mail-Adresse").fill(f"{name.lower()}@musterstadt.example")
    alice.page.get_by_label("Name", exact=True).fill(name)
    for role in roles:
        alice.page.get_by_label(role, exact=True).check()
    alice.press("Einladung erstellen")
    return alice.page.locator("#link").inner_text().strip()


def test_the_first_administrator_invites_by_a_link_and_the_invited_sign_in(site, browser, alice):
    link = invite(alice, "Bob", "Leitung")
    bob = Visitor(browser, site.address)
    bob.page.goto(link)
    bob.sees("Für Bob (bob@musterstadt.example)")
    bob.page.get_by_label("Neues Passwort", exact=True).fill(NEW)
    bob.page.get_by_label("Neues Passwort, noch einmal").fill(NEW)
    bob.press("Passwort setzen")
    bob.sign_in("bob@musterstadt.example", NEW)
    bob.page.goto("/menschen/")
    bob.sees("Das gehört nicht zu Ihrer Rolle")
    bob.page.goto(link)
    bob.sees("Dieser Link gilt nicht mehr")
    bob.page.goto(site.link)
    bob.sees("Dieser Link gilt nicht mehr")


def test_a_code_app_and_recovery_codes_protect_twice(site, browser, alice):
    link = invite(alice, "Theo", "Forschung")
    theo = Visitor(browser, site.address)
    theo.page.goto(link)
    theo.page.get_by_label("Neues Passwort", exact=True).fill(NEW)
    theo.page.get_by_label("Neues Passwort, noch einmal").fill(NEW)
    theo.press("Passwort setzen")
    theo.sign_in("theo@musterstadt.example", NEW)
    theo.page.goto("/konto/schutz/")
    theo.page.get_by_role("link", name="Code-App einrichten").click()
    theo.sees("Sind Sie es?")
    theo.page.get_by_label("Passwort").fill(NEW)
    theo.press("Bestätigen")
    secret = theo.page.locator("#secret").inner_text()
    theo.page.get_by_label("Code der App").fill("000000")
    theo.press("Einrichten")
    theo.sees("Dieser Code stimmt nicht")
    assert theo.page.locator("#secret").inner_text() == secret
    theo.page.get_by_label("Code der App").fill(code_of(secret, time.time()))
    theo.press("Einrichten")
    theo.sees("Notfallcodes")
    theo.page.goto("/konto/schutz/notfallcodes/")
    codes = theo.page.locator("#codes").inner_text().split()
    assert len(codes) == 10
    theo.sign_out()
    theo.sign_in("theo@musterstadt.example", NEW)
    theo.sees("Zweiter Schritt")
    theo.page.goto("/konto/")
    theo.sees("Zweiter Schritt")  # the password alone opens nothing
    for _again in range(2):  # a recovery code works once
        theo.page.get_by_label("Code", exact=True).fill(codes[0])
        theo.press("Anmelden")
        if not _again:
            expect(theo.page.get_by_role("link", name="Theo")).to_be_visible()
            theo.sign_out()
            theo.sign_in("theo@musterstadt.example", NEW)
    theo.sees("Dieser Code stimmt nicht")
    theo.page.get_by_label("Code", exact=True).fill(code_of(secret, time.time() + 30))
    theo.press("Anmelden")
    expect(theo.page.get_by_role("link", name="Theo")).to_be_visible()
    assert theo.faults == []


def test_a_passkey_opens_without_a_password(site, browser, alice):
    link = invite(alice, "Petra", "Sozialplanung")
    petra = Visitor(browser, site.address)
    devices = petra.context.new_cdp_session(petra.page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    petra.page.goto(link)
    petra.page.get_by_label("Neues Passwort", exact=True).fill(NEW)
    petra.page.get_by_label("Neues Passwort, noch einmal").fill(NEW)
    petra.press("Passwort setzen")
    petra.sign_in("petra@musterstadt.example", NEW)
    petra.page.goto("/konto/schutz/passkeys/neu/")
    petra.page.get_by_label("Passwort").fill(NEW)
    petra.press("Bestätigen")
    petra.page.get_by_label("Ohne Passwort anmelden").check()
    petra.press("Hinzufügen")
    petra.sees("Der Passkey ist hinzugefügt.")
    petra.page.goto("/konto/schutz/passkeys/")
    petra.sees("allein, ohne Passwort")
    petra.sign_out()
    petra.page.goto("/anmelden/")
    petra.press("Mit Passkey anmelden")
    expect(petra.page.get_by_role("link", name="Petra")).to_be_visible()
    petra.page.goto("/konto/protokoll/")
    petra.sees("hat einen zweiten Faktor hinzugefügt")
    assert petra.faults == []


def test_a_passkey_that_is_not_there_is_told_in_words(site, browser):
    visitor = Visitor(browser, site.address)
    devices = visitor.context.new_cdp_session(visitor.page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": False}})
    visitor.page.goto("/anmelden/")
    visitor.press("Mit Passkey anmelden")
    expect(visitor.page.get_by_role("alert")).to_contain_text("Der Passkey wurde nicht benutzt", timeout=70_000)


@pytest.mark.parametrize(
    ("sub", "invited", "said"),
    [
        ("carol", True, "Carol"),
        ("dora", True, "Für Sie gibt es hier noch kein Konto"),  # the provider did not verify the address
        ("eve", False, "Für Sie gibt es hier noch kein Konto"),
    ],
)
def test_the_identity_provider_opens_only_what_was_invited_and_verified(site, browser, alice, sub, invited, said):
    if invited:
        invite(alice, sub.title(), "Freigabe")
    visitor = Visitor(browser, site.address)
    visitor.page.goto("/anmelden/?next=/konto/")
    visitor.press("Mit Rathaus-Anmeldung anmelden")
    visitor.page.wait_for_url(re.compile("/oauth2/authorize"))
    visitor.page.locator("input[name=sub]").fill(sub)
    visitor.page.get_by_role("button", name="Authorize").click()
    visitor.sees(said)
    if sub == "carol":
        assert visitor.page.url.endswith("/konto/")
        visitor.sees("Rollen: Freigabe")
        assert visitor.faults == []
    else:
        visitor.page.goto("/konto/")
        visitor.sees("Passwort vergessen?")


def test_who_cancels_at_the_identity_provider_is_not_signed_in(site, browser, alice):
    visitor = Visitor(browser, site.address)
    visitor.page.goto("/anmelden/")
    visitor.press("Mit Rathaus-Anmeldung anmelden")
    visitor.page.get_by_role("button", name="Deny").click()
    visitor.sees(
        "Die Anmeldung hat nicht geklappt"
    )  # this provider leaves out the state, so that the refusal proves nothing


PUBLIC = {"anmelden": "/anmelden/", "link-vorbei": "/einmal/geraten/"}
OWN = {
    "konto": "/konto/",
    "sitzungen": "/konto/sitzungen/",
    "rollen": "/konto/rollen/",
    "passwort": "/konto/passwort/",
    "schutz": "/konto/schutz/",
    "bestaetigen": "/konto/schutz/app/",
    "mein-protokoll": "/konto/protokoll/",
    "menschen": "/menschen/",
    "einladen": "/menschen/einladen/",
    "protokoll": "/protokoll/",
    "abmelden": "/abmelden/",
}
CONFIRMED = {"code-app": "/konto/schutz/app/", "passkey-neu": "/konto/schutz/passkeys/neu/"}


@pytest.mark.parametrize("mode", MODES)
def test_every_page_about_people_is_whole_and_accessible(site, browser, alice, mode):
    scheme, width = MODES[mode]
    state = alice.context.storage_state()
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, storage_state=state, base_url=site.address
    )
    page = context.new_page()
    heard = listen(page, site.address, "data:")

    def look(name, address):
        page.goto(address)
        judge(page, f"konten-{name}-{mode}")
        assert [fault for fault in heard if fault.startswith("foreign") or "410" not in fault] == [], name
        assert page.locator("html").get_attribute("lang") == "de"

    for name, address in OWN.items():
        look(name, address)
    page.goto("/konto/schutz/app/")
    if page.get_by_label("Passwort").count():
        page.get_by_label("Passwort").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Bestätigen").click()
    for name, address in CONFIRMED.items():
        look(name, address)
    page.goto("/menschen/")
    page.locator("tbody a").first.click()
    look("mensch", page.url)
    context.clear_cookies()
    for name, address in PUBLIC.items():
        look(name, address)
    context.close()


def test_the_keyboard_alone_signs_in(site, browser, alice):
    visitor = Visitor(browser, site.address)
    visitor.page.goto("/anmelden/")
    reached = []
    for _step in range(30):
        visitor.page.keyboard.press("Tab")
        name = visitor.page.evaluate("document.activeElement.name || document.activeElement.id")
        reached.append(name)
        if name == "login":
            visitor.page.keyboard.type("alice@musterstadt.example")
        if name == "password":
            visitor.page.keyboard.type(PASSWORD)
            visitor.page.keyboard.press("Enter")
            break
    expect(visitor.page.get_by_role("link", name="Alice Beispiel")).to_be_visible()
    assert reached.index("login") < reached.index("password")
