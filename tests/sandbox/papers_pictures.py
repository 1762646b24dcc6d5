"""Pictures of papers into docs/pictures/: `python -m tests.sandbox.papers_pictures`."""

import tempfile
from pathlib import Path

from PIL import Image

from tests.sandbox.caller import RECIPIENT, SENDER, Caller
from tests.sandbox.readers import fetched, pictures
from tests.sandbox.test_labels import CALLED, DECLARED, LONDON, bought, offered
from tests.sandbox.test_papers import ITEM, slip
from tests.world import ROOT, World

FOLDER = ROOT / "docs" / "pictures"
SHARP, WHOLE = 2.5, 1.5  # pixels to a point: for a label, for an office sheet
GREYS = 32
RING = {**ITEM, "title": "Brass key ring", "variant_title": "", "sku": "KEY-BRS", "quantity": 1}
FIGURES = {"total_price": "24.00", "weight": "0.20"}
CHARGED = {
    **DECLARED,
    "incoterm": "DDU",
    "exporter_identification": {"tax_id": {"number": "12-3456789", "type": "EIN"}},
    "invoiced_charges": {"currency": "USD", "total_shipping": "38.60"},
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World.start(Path(folder), SANDBOX_SEED="pictures")
        try:
            for name, paper, scale in papers(Caller(world.url)):
                keep(name, pictures(paper, scale)[0])
        finally:
            world.stop()


def papers(shippo: Caller) -> list[tuple[str, bytes, float]]:
    home = {"address_from": {**SENDER, "company": "Quayside Goods LLC"}, "address_to": RECIPIENT}
    domestic = {"label_file_type": "PDF_4x6", "metadata": "order Q-10234"}
    label = bought(shippo, offered(shippo, "USPS", **home), **domestic)
    abroad = offered(
        shippo, "USPS", address_from=CALLED, address_to=LONDON, customs_declaration=CHARGED
    )
    sent = bought(shippo, abroad, label_file_type="PDF_A4", metadata="order Q-10235")
    order = {"subtotal_price": "180.00", "total_price": "189.40"}
    return [
        ("label-4x6", fetched(label["label_url"]), SHARP),
        ("label-a4", fetched(sent["label_url"]), WHOLE),
        ("invoice", fetched(sent["commercial_invoice_url"]), WHOLE),
        ("packing-slip", slip(shippo, line_items=[ITEM, {**RING, **FIGURES}], **order), WHOLE),
    ]


def keep(name: str, picture: Image.Image) -> None:
    """With a thin edge, so that white paper is seen on a white page."""
    framed = Image.new("L", (picture.width + 2, picture.height + 2), 170)
    framed.paste(picture, (1, 1))
    framed.quantize(GREYS).save(FOLDER / f"sandbox-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
