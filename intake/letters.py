"""Letters that are kept with a clearance: checked by what they are, stored under names of our own."""

from __future__ import annotations

import io
import uuid
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

#: Largest letter in bytes (clinical reference 1.1).
LARGEST = 15_000_000
#: Most pixels of a picture; a larger one is a bomb or a mistake.
MOST_PIXELS = 40_000_000
_KINDS = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg")}


def checked(upload: BinaryIO) -> tuple[ContentFile, str]:
    """(the file as it will be stored, its type) of a letter: a PDF as it is, a PNG or JPEG decoded and written anew.

    Raises ``ValidationError`` with the remedy for anything else, a file over 15 MB, and a picture that cannot be read.
    """
    data = upload.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValidationError(_("The letter is larger than 15 MB. Scan it in a lower quality and try again."))
    if data.startswith(b"%PDF-"):
        return ContentFile(data, name=f"{uuid.uuid4()}.pdf"), "application/pdf"
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_KINDS)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(_("The picture has too many pixels. Take it again in a lower resolution."))
            kind, ending = _KINDS[picture.format or ""]
            written = io.BytesIO()
            picture.convert("RGB").save(written, format=picture.format)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("The letter is not a PDF, PNG or JPEG that can be read. Choose another file.")
        ) from error
    return ContentFile(written.getvalue(), name=f"{uuid.uuid4()}.{ending}"), kind
