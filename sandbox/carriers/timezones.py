"""Which clock hangs on the wall of an address, by the names Shippo uses."""

from sandbox.store import Doc

OF_STATES = {
    "US/Eastern": "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV",
    "US/Central": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "US/Mountain": "CO ID MT NM UT WY",
    "US/Arizona": "AZ",
    "US/Pacific": "CA NV OR WA",
    "US/Alaska": "AK",
    "US/Hawaii": "HI",
    "America/Puerto_Rico": "PR VI",
}
OF_STATE = {state: zone for zone, states in OF_STATES.items() for state in states.split()}
OF_COUNTRY = {
    "AU": "Australia/Sydney",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "DE": "Europe/Berlin",
    "ES": "Europe/Madrid",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "MX": "America/Mexico_City",
    "NL": "Europe/Amsterdam",
    "NZ": "Pacific/Auckland",
}


def timezone(address: Doc) -> str:
    if address["country"] == "US":
        return OF_STATE.get(str(address["state"]).upper(), "US/Eastern")
    return OF_COUNTRY.get(address["country"], "UTC")
