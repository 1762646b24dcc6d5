"""A pen that writes ZPL II, the language of label printers, for 203 dots per inch."""

from sandbox.papers import faces
from sandbox.papers.codes import QUIET, bars, squares
from sandbox.papers.pen import Box, Style
from sandbox.papers.sheets import Sheet

DPI = 203
SCALE = DPI / 72
SIGNS = frozenset("^~\\_")  # a field that holds one of these says it in hexadecimal
SQUARE = 4
EDGE_WORDS = "SAMPLE - DO NOT MAIL - SAMPLE - DO NOT MAIL"


class ZplPen:
    def __init__(self, sheet: Sheet) -> None:
        wide, high = int(sheet.width * SCALE), int(sheet.height * SCALE)
        self._lines = ["^XA", f"^PW{wide}", f"^LL{high}", "^LH0,0", "^CI28"]

    def text(self, words: str, x: float, y: float, style: Style) -> None:
        wide = faces.width(words, style.size, style.bold)
        left = x - wide * {"left": 0, "centre": 0.5, "right": 1}[style.align]
        high = round(style.size * SCALE)
        at = self._at(left, y - style.size * 0.8)
        face = f"^A0N,{high},{round(high * 0.92)}"
        upside = "^FR" if style.white else ""
        line = ""
        if style.align != "left":
            line = f"^FB{round(wide * SCALE)},1,0,{style.align[0].upper()}"
        self._lines.append(f"{at}{upside}{face}{line}{field(words)}")

    def fill(self, box: Box, grey: float = 0.0) -> None:
        if grey > 0.5:
            return  # paper is white, and nothing lies under a label's boxes
        wide = max(1, round(box.right * SCALE) - round(box.x * SCALE))
        high = max(1, round(box.bottom * SCALE) - round(box.y * SCALE))
        self._lines.append(f"{self._at(box.x, box.y)}^GB{wide},{high},{min(wide, high)}^FS")

    def bars(self, number: str, box: Box) -> None:
        modules = sum(bars(number))
        module = max(1, min(10, int(box.width * SCALE / (modules + 2 * QUIET))))
        left = box.x + box.width / 2 - modules * module / SCALE / 2
        high = round(box.height * SCALE)
        self._lines.append(f"^BY{module}")
        self._lines.append(f"{self._at(left, box.y)}^BCN,{high},N,N,N,A{field(number)}")

    def squares(self, number: str, x: float, y: float) -> float:
        self._lines.append(f"{self._at(x, y)}^BQN,2,{SQUARE}^FDMA,{number}^FS")
        return squares(number).size * SQUARE / SCALE

    def watermark(self, box: Box) -> None:
        """A printer of labels knows no grey: the words stand along the right edge instead."""
        at = self._at(box.right + 1, box.y + box.height * 0.2)
        self._lines.append(f"{at}^A0R,16,16{field(EDGE_WORDS)}")

    def paper(self) -> bytes:
        return "\n".join([*self._lines, "^PQ1", "^XZ", ""]).encode()

    def _at(self, x: float, y: float) -> str:
        return f"^FO{max(0, round(x * SCALE))},{max(0, round(y * SCALE))}"


def field(words: str) -> str:
    said = "".join(f"_{ord(sign):02X}" if sign in SIGNS else sign for sign in words)
    return f"{'^FH' if said != words else ''}^FD{said}^FS"
