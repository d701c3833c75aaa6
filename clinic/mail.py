"""Mail without a mail server: shown on the console and kept readable in a folder."""

import sys
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class ReadableBackend(BaseEmailBackend):
    """Prints each message and writes it to ``CLINIC_MAIL_FOLDER`` as text; used when EMAIL_URL is not set."""

    def send_messages(self, email_messages) -> int:  # type: ignore[no-untyped-def]
        """Number of messages kept. The folder is readable by this user only."""
        folder = Path(settings.CLINIC_MAIL_FOLDER)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number, message in enumerate(email_messages):
            text = f"To: {', '.join(message.to)}\nSubject: {message.subject}\n\n{message.body}\n"
            stamp = timezone.now().strftime("%Y%m%d-%H%M%S-%f")
            (folder / f"{stamp}-{number}.txt").write_text(text, encoding="utf-8")
            sys.stdout.write(f"--- mail (no EMAIL_URL set; kept in {folder}) ---\n{text}---\n")
            sys.stdout.flush()
        return len(email_messages)
