"""What every record shares: an id that pages may show, and the trigger of append-only tables."""

import uuid
from typing import Any, TypeVar

import pgtrigger
from django.db import models
from django.db.models.functions import JSONObject


class Record(models.Model):
    """A row with a bigint key that never leaves the server and a UUID for addresses and forms."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Type and id only: names and health text must not reach logs or error pages."""
        return f"{self._meta.verbose_name} {self.uuid}"


M = TypeVar("M", bound=models.Model)


def columns(model: type[models.Model]) -> JSONObject:
    """All columns of a row, to come along with another one's; ``from_told`` makes the row of them again."""
    return JSONObject(**{field.attname: field.attname for field in model._meta.concrete_fields})


def from_told(model: type[M], told: dict[str, Any]) -> M:
    """A row that came along with another one's as a ``JSONObject`` of its columns; not for saving."""
    known = {name: field for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    return model(**{name: known[name].to_python(value) for name, value in told.items()})


def append_only() -> pgtrigger.Protect:
    """The trigger of a table whose rows are never changed nor deleted, by whatever path."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
