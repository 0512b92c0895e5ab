"""Issues as the database keeps them: code, msgids and parameters, so that they are told in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from nahraum.base import Issue, Severity
from nahraum_site.records.remedies import in_the_browser


def kept(issue: Issue) -> dict[str, Any]:
    """Return an issue as JSON."""
    plain = asdict(issue)
    plain["severity"] = int(issue.severity)
    plain["params"] = {k: v if isinstance(v, int | float) else str(v) for k, v in issue.params.items()}
    return plain


def told(issues: Iterable[Mapping[str, Any]]) -> list[Issue]:
    """Return kept issues, the gravest first, with the remedies of the site."""
    found = [in_the_browser(Issue(**{**issue, "severity": Severity(issue["severity"])})) for issue in issues]
    return sorted(found, key=lambda issue: (-issue.severity, issue.file, issue.row))
