"""Django's PostgreSQL backend on the embedded server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from clinic.database import server


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts or joins the server in the first moment a connection is wanted; checks and imports start nothing."""

    def get_connection_params(self) -> dict[str, Any]:
        """Where the server listens; the server runs and has its databases when this returns."""
        where = server.ensure(Path(self.settings_dict["PGDATA"]))
        self.settings_dict["HOST"], self.settings_dict["PORT"] = str(where.socket_folder), str(server.PORT)
        self.settings_dict["USER"] = server.SUPERUSER
        return super().get_connection_params()
