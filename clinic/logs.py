"""Log lines that stay one line each and never carry health data."""

import json
import logging
import re
from datetime import UTC, datetime

#: What opens something: no name, date or id of a record is as long.
_SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")


class OneLine(logging.Formatter):
    """One JSON object a line: control characters are escaped, so a request cannot forge a line.

    A token in an address is masked. Only the exception's type and place are kept, never its text: error texts of a
    database quote the row.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _SECRET.sub("…", record.getMessage().split("?", 1)[0])[:500],
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frame = record.exc_info[2]
            while frame and frame.tb_next:
                frame = frame.tb_next
            if frame:
                line["where"] = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}"
        return json.dumps(line)
