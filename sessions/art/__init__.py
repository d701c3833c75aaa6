"""Pictures of the stretches: one mannequin, posed in space, drawn as SVG (design rules, section 16).

``python -m sessions.art`` draws every picture again. Standard library only, the same bytes each time. The product
never imports this package: it serves the drawn files of ``sessions/static/sessions/stretches``.
"""
