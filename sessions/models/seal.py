"""The chain of signed records: what each signature, addition and strike stood for, each entry upon the one before."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.base import append_only
from sessions.models.note import SessionNote

#: What the first entry stands upon.
NO_HASH = "0" * 64


class Seal(models.Model):
    """One entry of the chain: the content of a signed note, an addition or a strike, row by row, by hash.

    ``entry`` is the canonical text of what was sealed (``sessions.rules.seal``), ``about`` the uuid of the sealed
    record. The database numbers the entries without a gap and makes ``hash``: SHA-256 (hex) of number, previous hash
    and entry, a line each. Only signed records are chained, not every act and read of the audit log: a chain has one
    end, and whoever writes to it waits for the one before, which each page that logs a read would then do.
    """

    number = models.BigIntegerField(unique=True, editable=False, default=0)
    note = models.ForeignKey(SessionNote, on_delete=models.PROTECT, related_name="seals")
    about = models.UUIDField(unique=True)
    entry = models.TextField()
    previous_hash = models.CharField(max_length=64, editable=False, default="")
    hash = models.CharField(max_length=64, editable=False, default="")

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                # The lock is held to the end of the transaction, so that the number and the hash of the entry before
                # are certain. It is the last lock an action takes: nobody who holds it waits for another.
                name="chained",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("before", "record")],
                func=f"""
                    PERFORM pg_advisory_xact_lock('massage_sessions_seal'::regclass::oid::bigint);
                    SELECT s.number, s.hash INTO before FROM massage_sessions_seal s ORDER BY s.number DESC LIMIT 1;
                    NEW.number := coalesce(before.number, 0) + 1;
                    NEW.previous_hash := coalesce(before.hash, '{NO_HASH}');
                    NEW.hash := encode(sha256(convert_to(
                        concat_ws(chr(10), NEW.number, NEW.previous_hash, NEW.entry), 'UTF8')), 'hex');
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        """Number only, as in every log."""
        return f"seal {self.number}"
