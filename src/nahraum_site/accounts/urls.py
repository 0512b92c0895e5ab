"""Addresses of people and the own account."""

from django.urls import include, path

from nahraum_site.accounts import own, views

urlpatterns = [
    path("einrichten/<str:secret>/", views.begin, name="begin"),
    path("einmal/<str:secret>/", views.one_time, name="one-time"),
    path("menschen/", views.people, name="people"),
    path("menschen/einladen/", views.invite, name="invite"),
    path("menschen/<uuid:user>/", views.person, name="person"),
    path("menschen/<uuid:user>/passwort/", views.password_link, name="password-link"),
    path("menschen/<uuid:user>/sitzungen/", views.end_sessions, name="person-sessions"),
    path("menschen/<uuid:user>/schutz/", views.remove_second_factor, name="person-second-factor"),
    path("menschen/<uuid:user>/entfernen/", views.anonymise, name="person-remove"),
    path("konto/", own.account, name="account"),
    path("konto/rollen/", own.roles, name="roles"),
    path("konto/sitzungen/", own.sessions, name="sessions"),
    path("konto/sitzungen/beenden/", own.end_others, name="sessions-end"),
    path("konto/sitzungen/<int:session>/beenden/", own.end_one, name="session-end"),
    path("", include("nahraum_site.accounts.sign_in")),
]
