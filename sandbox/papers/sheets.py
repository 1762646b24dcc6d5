"""Label file types: how large the sheet is, and which pen writes on it."""

from dataclasses import dataclass

from sandbox.papers.pen import Box

INCH = 72.0
MM = INCH / 25.4


@dataclass(frozen=True)
class Sheet:
    ending: str
    width: float  # in points
    height: float
    alone: bool = True  # the label fills the sheet; else it lies on it, with a receipt beneath
    turned: bool = False  # drawn lying, and turned to the left

    @property
    def box(self) -> Box:
        """Where one draws, before it is turned."""
        sides = (self.height, self.width) if self.turned else (self.width, self.height)
        return Box(0, 0, *sides)


SHEETS = {
    "PDF": Sheet("pdf", 8.5 * INCH, 11 * INCH, alone=False),
    "PDF_4x6": Sheet("pdf", 4 * INCH, 6 * INCH),
    "PDF_4x8": Sheet("pdf", 4 * INCH, 8 * INCH, alone=False),
    "PDF_2.3x7.5": Sheet("pdf", 2.3 * INCH, 7.5 * INCH, turned=True),
    "PDF_A4": Sheet("pdf", 210 * MM, 297 * MM, alone=False),
    "PDF_A5": Sheet("pdf", 148 * MM, 210 * MM, alone=False),
    "PDF_A6": Sheet("pdf", 105 * MM, 148 * MM),
    "PNG": Sheet("png", 4 * INCH, 6 * INCH),
    "PNG_2.3x7.5": Sheet("png", 2.3 * INCH, 7.5 * INCH, turned=True),
    "ZPLII": Sheet("zpl", 4 * INCH, 6 * INCH),
}
USUAL = "PDF_4x6"
MIMES = {"pdf": "application/pdf", "png": "image/png", "zpl": "application/zpl"}


def sheet(file_type: str | None) -> Sheet:
    """What nobody asked for, or asked for by a name unknown here, comes as the usual one."""
    return SHEETS.get(file_type or USUAL, SHEETS[USUAL])
