"""A code to show at the counter instead of a label: the clerk scans it off a phone and prints."""

import io

from PIL import Image, ImageDraw

from sandbox.papers.codes import squares

MODULE, QUIET = 10, 4  # pixels to a module, and white modules around it


def code(number: str) -> bytes:
    matrix = squares(number)
    side = (matrix.size + 2 * QUIET) * MODULE
    picture = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, length in matrix.runs:
        left, top = (x + QUIET) * MODULE, (y + QUIET) * MODULE
        pen.rectangle((left, top, left + length * MODULE - 1, top + MODULE - 1), fill=0)
    paper = io.BytesIO()
    picture.save(paper, "PNG")
    return paper.getvalue()
