"""Addresses of people and the own account."""

from django.urls import include, path

from nahraum_site.accounts import views

urlpatterns = [
    path("einrichten/<str:secret>/", views.begin, name="begin"),
    path("einmal/<str:secret>/", views.one_time, name="one-time"),
    path("menschen/", views.people, name="people"),
    path("menschen/einladen/", views.invite, name="invite"),
    path("menschen/<uuid:user>/", views.person, name="person"),
    path("menschen/<uuid:user>/passwort/", views.password_link, name="password-link"),
    path("konto/", views.account, name="account"),
    path("konto/rollen/", views.roles, name="roles"),
    path("anmelden/", include("allauth.urls")),
]
