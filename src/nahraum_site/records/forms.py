"""What is typed about the operation."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST = 100_000


class PageForm(forms.Form):
    """Both languages of a page, and which version was edited."""

    german = forms.CharField(
        label=_("German"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 24, "lang": "de"}),
        help_text=_("Headings begin with ##, list entries with a hyphen; [words](address) makes a link."),
    )
    english = forms.CharField(
        label=_("English"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 24, "lang": "en"}), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
