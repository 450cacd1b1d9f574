"""The picture that carries a secret into an authenticator app: SVG in the page, no style in it."""

import io

import segno
from markupsafe import Markup


def picture(text: str) -> Markup:
    """Return the QR code of a text as an SVG element that takes the width it is given."""
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        made, kind="svg", xmldecl=False, svgns=True, omitsize=True, svgclass=None, lineclass=None
    )
    # What segno writes is made of numbers; the text itself does not stand in it.
    return Markup(made.getvalue().decode())  # noqa: S704
