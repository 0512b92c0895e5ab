"""Imprint, privacy page and accessibility statement: written by the administration, begun by the program."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.records.first_texts import FIRST
from nahraum_site.records.models import Page

# Headings, paragraphs, lists, links, emphasis: neither HTML nor pictures.
WRITTEN = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


def page(key: str) -> Page:
    """Return the page, or the first text of it (version 0, not stored). One question."""
    german, english = FIRST[key]
    return Page.objects.filter(key=key).first() or Page(key=key, german=german, english=english, version=0)


def rendered(text: str) -> SafeString:
    """Return the text as HTML that holds no tag of its author."""
    return mark_safe(WRITTEN.render(text))  # noqa: S308 - markup in the text was escaped; a test tries


def change_page(key: str, german: str, english: str, version: int, actor: User) -> Page:
    """Store a new version of a page. WrongRequest if it is no longer the version that was edited."""
    now = {"german": german, "english": english, "changed_at": timezone.now(), "changed_by": actor}
    try:
        with transaction.atomic():
            before = page(key)
            if before.version != version:
                raise IntegrityError
            if version:
                if not Page.objects.filter(key=key, version=version).update(**now, version=version + 1):
                    raise IntegrityError
                found = Page.objects.get(key=key)
            else:
                found = Page.objects.create(key=key, **now)
            log.write(
                actor,
                "page.changed",
                found,
                before={"version": version, "signs": len(before.german)},
                after={"version": found.version, "signs": len(german)},
            )
    except IntegrityError:
        raise WrongRequest(
            _("Somebody else saved this page meanwhile. Below is their text; yours is still in the form.")
        ) from None
    return found
