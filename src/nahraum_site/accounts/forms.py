"""What people type about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from nahraum_site.accounts.actions import said
from nahraum_site.accounts.models import User
from nahraum_site.accounts.roles import PURPOSE, Role
from nahraum_site.shell.overtaken import sealed, unsealed


class PasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("New password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )
    again = forms.CharField(
        label=_("New password, once more"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *arguments: Any, user: User | None = None, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.user = user
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Compare both and ask the validators."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        elif given.get("password"):
            try:
                validate_password(
                    given["password"], self.user or User(email=given.get("email", ""), name=given.get("name", ""))
                )
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class FirstForm(PasswordForm):
    """The first administrator."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    field_order = ("name", "email", "password", "again")


class PersonForm(forms.Form):
    """Name, roles, organisation and access of one person; with ``email`` for a new one."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=200)
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, role.label) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=300,
        required=False,
        help_text=_("For partners: the association or carrier they belong to."),
    )
    is_active = forms.BooleanField(label=_("May sign in"), required=False)
    before = forms.CharField(widget=forms.HiddenInput, required=False)  # without it somebody is always overtaken

    def __init__(self, *arguments: Any, user: User | None = None, **keywords: Any) -> None:
        if user:
            keywords["initial"] = shown(user)
        super().__init__(*arguments, **keywords)
        for name in ("email",) if user else ("is_active", "before"):
            del self.fields[name]
        self.user = user
        self.purposes = [(role.label, PURPOSE[role]) for role in Role]

    def clean(self) -> dict[str, Any]:
        """A partner belongs to an organisation."""
        given = super().clean() or {}
        if Role.PARTNER in given.get("roles", ()) and not given.get("organisation"):
            self.add_error("organisation", _("A partner belongs to an organisation. Please name it."))
        return given

    def seen(self) -> dict[str, Any]:
        """Return what the page was filled with; nothing where somebody tampered with it."""
        return unsealed(_about(self.user), self.cleaned_data["before"]) if self.user else {}


def shown(user: User) -> dict[str, Any]:
    """Return what a form is filled with."""
    return {**said(user), "before": sealed(_about(user), said(user))}


def _about(user: User) -> str:
    return f"person.{user.uuid}"
