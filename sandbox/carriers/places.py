"""Where in the United States a ZIP code lies, and which places only the post reaches."""

import re

from sandbox.store import Doc

# The first three digits of ZIP codes: from, to, state.
TABLE = """
005 005 NY  006 007 PR  008 008 VI  009 009 PR  010 027 MA  028 029 RI  030 038 NH  039 049 ME
050 054 VT  055 055 MA  056 059 VT  060 069 CT  070 089 NJ  090 098 AE  100 149 NY  150 196 PA
197 199 DE  200 200 DC  201 201 VA  202 205 DC  206 219 MD  220 246 VA  247 268 WV  270 289 NC
290 299 SC  300 319 GA  320 339 FL  340 340 AA  341 349 FL  350 369 AL  370 385 TN  386 397 MS
398 399 GA  400 427 KY  430 459 OH  460 479 IN  480 499 MI  500 528 IA  530 549 WI  550 567 MN
569 569 DC  570 577 SD  580 588 ND  590 599 MT  600 629 IL  630 658 MO  660 679 KS  680 693 NE
700 714 LA  716 729 AR  730 732 OK  733 733 TX  734 749 OK  750 799 TX  800 816 CO  820 831 WY
832 838 ID  840 847 UT  850 865 AZ  870 884 NM  885 885 TX  889 898 NV  900 961 CA  962 966 AP
967 968 HI  969 969 GU  970 979 OR  980 994 WA  995 999 AK
"""
WORDS = TABLE.split()
STATE_OF = {
    f"{prefix:03d}": state
    for first, last, state in zip(WORDS[0::3], WORDS[1::3], WORDS[2::3], strict=True)
    for prefix in range(int(first), int(last) + 1)
}
MILITARY = ("AA", "AE", "AP")

# Cities whose ZIP codes nobody else has: name, state, a ZIP code in its middle, first three digits.
CITIES = {
    name.casefold(): (name, state, middle, tuple(prefixes.split()))
    for name, state, middle, prefixes in (
        ("San Francisco", "CA", "94105", "941"),
        ("New York", "NY", "10001", "100 101 102"),
        ("Brooklyn", "NY", "11201", "112"),
        ("Jersey City", "NJ", "07302", "073"),
        ("Boston", "MA", "02108", "021 022"),
        ("Philadelphia", "PA", "19103", "190 191"),
        ("Chicago", "IL", "60601", "606 607 608"),
        ("Los Angeles", "CA", "90012", "900 901"),
        ("Seattle", "WA", "98101", "980 981"),
        ("Denver", "CO", "80202", "802"),
        ("Albuquerque", "NM", "87102", "871"),
        ("Tucson", "AZ", "85701", "857"),
        ("Cincinnati", "OH", "45202", "452"),
        ("Minneapolis", "MN", "55401", "554"),
        ("Tacoma", "WA", "98402", "984"),
        ("Honolulu", "HI", "96813", "968"),
    )
}
HOME_OF = {
    prefix: name
    for name, _, _, prefixes in CITIES.values()
    for prefix in prefixes
    if name not in ("Boston", "Philadelphia", "Seattle")  # who share theirs with suburbs
}
POST_OFFICE_BOX = re.compile(r"\bp\.?\s*o\.?\s*box\b|\bpost office box\b", re.IGNORECASE)


def only_by_post(address: Doc) -> bool:
    """A post office box, or somebody in the forces: no courier comes there."""
    lines = " ".join(address.get(line) or "" for line in ("street1", "street2"))
    return address["country"] == "US" and (
        address["state"].upper() in MILITARY or bool(POST_OFFICE_BOX.search(lines))
    )
