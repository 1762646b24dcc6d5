"""What single carriers leave out: some tell the town, some the country only, some no substatus."""

from sandbox.store import Doc

# UNSURE which carrier leaves out what, but for Evri's country: that many do is known.
LOCATES = {"hermes_uk": ("country",), "dpd_de": ("city", "country")}
WITHOUT_SUBSTATUS = frozenset({"colissimo"})


def located(carrier: str, place: Doc | None) -> Doc | None:
    """A place as precisely as this carrier tells it."""
    if place is None or carrier not in LOCATES:
        return place
    return {line: said if line in LOCATES[carrier] else "" for line, said in place.items()}
