"""What is left of a sheet that is larger than its label: the sender's receipt."""

from sandbox.papers.label import Label
from sandbox.papers.pen import Box, Pen, Style, line

ADVICE = (
    "Cut along the line, and fix the label flat where nothing covers the bar code.",
    "This is a sample from a sandbox. No carrier takes a parcel for it.",
)


def receipt(pen: Pen, label: Label, box: Box) -> None:
    line(pen, "SENDER'S RECEIPT", box, Style(10, bold=True))
    line(pen, "SAMPLE", box, Style(10, bold=True, align="right"))
    pen.fill(box.below(14).top(0.8))
    facts = (
        ("Tracking number", label.grouped),
        ("Service", label.title),
        ("Shipped", f"{label.date} {label.piece}"),
        ("Weight and size", f"{label.weight} · {label.size}"),
        ("Postage", label.paid),
        ("To", ", ".join(label.recipient)),
        ("Reference", ", ".join(label.references)),
    )
    at = box.below(19)
    for title, words in facts:
        line(pen, title, at.left(84), Style(8))
        line(pen, words, at.beyond(88), Style(8, bold=True))
        at = at.below(11.5)
    for words in ADVICE:
        if at.below(12).height >= 8:
            line(pen, words, at.below(4), Style(7))
            at = at.below(10)
