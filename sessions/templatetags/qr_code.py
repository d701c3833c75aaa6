"""An address as a QR code, drawn into the page: no picture file, no script, black on white."""

from __future__ import annotations

import qrcode
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

#: Blank modules around the code, as its standard asks.
_QUIET = 4


@register.simple_tag
def qr_code(address: str, words: str) -> SafeString:
    """``address`` as an SVG of square modules; ``words`` tells it to who cannot see it."""
    code = qrcode.QRCode(border=_QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address)
    code.make()
    rows = code.get_matrix()
    path = "".join(
        f"M{column} {row}h1v1h-1z" for row, modules in enumerate(rows) for column, dark in enumerate(modules) if dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{words}" shape-rendering="crispEdges">'
        '<path d="M0 0h{size}v{size}h-{size}z" fill="#fff"/><path d="{path}" fill="#000"/></svg>',
        size=len(rows),
        words=words,
        path=path,
    )
