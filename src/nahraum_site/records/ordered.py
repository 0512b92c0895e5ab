"""JSON that keeps the order of its keys on every database: PostgreSQL's own type sorts them."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class OrderedJSON(models.TextField):
    """A mapping or list, stored as JSON text; dates become ISO texts."""

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Any:
        """Return what was stored."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """Return a value as it is; a text is JSON."""
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """Return the text to store."""
        return None if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the text for a serialiser."""
        return self.get_prep_value(self.value_from_object(obj)) or ""
