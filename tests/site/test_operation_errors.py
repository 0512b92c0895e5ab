"""What visitors see when something fails: a page of ours that keeps the policy against foreign code, in words."""

from html import unescape

import pytest


def assert_page_of_ours(answer, status, words):
    assert answer.status_code == status
    text = answer.content.decode()
    assert '<html lang="de">' in text
    assert words in text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def fallen(*_given, **_named):
    raise RuntimeError("Geheimnis")


@pytest.fixture
def visitor(django):
    from django.test import Client

    return Client(raise_request_exception=False)


def test_a_view_that_falls_answers_with_our_page(visitor, monkeypatch):
    from nahraum_site.shell import views

    monkeypatch.setattr(views, "url_has_allowed_host_and_scheme", fallen)
    answer = visitor.post("/sprache/", {"language": "en"})
    assert_page_of_ours(answer, 500, "Hier ist etwas schiefgegangen")
    assert "Geheimnis" not in answer.content.decode()


def test_where_the_database_is_away_the_page_asks_for_nothing(visitor, monkeypatch):
    from django.contrib.auth import middleware
    from django.db import connection

    monkeypatch.setattr(connection, "cursor", fallen)
    monkeypatch.setattr(middleware, "get_user", fallen)
    assert_page_of_ours(visitor.get("/"), 500, "Es wurde nichts halb gespeichert")


@pytest.mark.parametrize("host", ["boese.example", "a b"])
def test_a_request_that_nobody_understands_answers_with_our_page(visitor, host):
    answer = visitor.get("/", headers={"host": host})
    assert_page_of_ours(answer, 400, "ließ sich nicht beantworten")
    assert "boese" not in answer.content.decode()


def test_an_identity_provider_that_is_away_leaves_the_password(visitor):
    from django.test import override_settings

    address = "http://127.0.0.1:9"  # nobody listens there
    app = {"provider_id": "oidc", "name": "Rathaus", "client_id": "x", "secret": "y"}
    apps = {"openid_connect": {"APPS": [app | {"settings": {"server_url": address}}]}}
    with override_settings(SOCIALACCOUNT_PROVIDERS=apps):
        answer = visitor.post("/anmelden/oidc/")
    assert answer.status_code == 503
    text = unescape(answer.content.decode())
    assert "mit Ihrem Passwort anmelden" in text
    assert 'href="/anmelden/"' in text
