"""Shippo's official SDK makes addresses here and has them validated."""

import pytest
import shippo
from shippo.models import components, errors

from tests.contract.sdk import every_page, quote, recipient, sender


def say(sdk: shippo.Shippo, **lines: object) -> components.Address:
    """A validated address of Alice's."""
    given = {"name": "Alice", "country": "US", "validate": True, **lines}
    return sdk.addresses.create(components.AddressCreateRequest(**given))


def codes(address: components.Address) -> list[str]:
    """Each of them one that Shippo's list of codes knows."""
    known = components.AddressValidationResultsMessageCodeEnum
    return [known(message.code).value for message in address.validation_results.messages]


def test_an_address_comes_back_as_it_was_given(sdk: shippo.Shippo) -> None:
    given = {
        "company": "Adams & Co.",
        "street2": "Floor 20",
        "street3": "left",
        "street_no": "350",
        "phone": "+1 555 0100",
        "email": "alice@quayside.test",
        "is_residential": False,
        "metadata": "customer 7",
    }
    address = sdk.addresses.create(recipient(**given))
    assert {name: getattr(address, name) for name in given} == given
    assert (address.is_complete, address.test, address.latitude) == (True, True, None)
    assert address.validation_results == components.AddressValidationResults()
    assert sdk.addresses.get(address.object_id) == address


def test_only_the_country_is_needed_and_the_rest_makes_it_complete(sdk: shippo.Shippo) -> None:
    bare = sdk.addresses.create(components.AddressCreateRequest(country="DE"))
    assert (bare.is_complete, bare.street1, bare.country) == (False, "", "DE")
    assert sdk.addresses.create(recipient(state="")).is_complete is False
    berlin = {"state": "", "city": "Berlin", "zip": "10117", "country": "Germany"}
    abroad = sdk.addresses.create(sender(**berlin))
    assert (abroad.is_complete, abroad.country) == (True, "DE")


def test_what_is_misspelt_is_corrected_in_place_and_loses_its_metadata(sdk: shippo.Shippo) -> None:
    address = say(
        sdk, street1="1 Market Stret", city="San Fransisco", zip="94105", metadata="customer 7"
    )
    assert (address.street1, address.city, address.state, address.zip) == (
        "1 Market St",
        "San Francisco",
        "CA",
        "94105-1420",
    )
    assert address.validation_results.is_valid is True
    assert address.metadata == ""
    assert codes(address) == [
        "locality_change",
        "administrative_area_change",
        "street_type_change",
        "Default Match",
    ]
    kinds = [message.type for message in address.validation_results.messages]
    assert kinds == ["address_correction"] * 3 + ["address_warning"]
    assert {message.source for message in address.validation_results.messages} == {
        "Shippo Address Validator"
    }


def test_a_good_address_gets_its_nine_digits_and_no_advice(sdk: shippo.Shippo) -> None:
    place = {"street1": "1200 Dock Street", "city": "Tacoma", "state": "WA", "zip": "98402"}
    first, second = say(sdk, **place), say(sdk, **place)
    assert codes(first) == []
    assert first.street1 == "1200 Dock St"
    assert first.zip == second.zip
    assert len(first.zip) == 10
    assert first.is_residential is True
    assert say(sdk, **place, company="Quayside").is_residential is False


SKYSCRAPER = {"street1": "350 5th Ave", "city": "New York", "state": "NY", "zip": "10118"}


def test_a_house_of_many_doors_is_valid_and_wants_to_know_which(sdk: shippo.Shippo) -> None:
    address = say(sdk, **SKYSCRAPER)
    assert address.validation_results.is_valid is True
    assert codes(address) == ["Default Match"]
    assert "apartment or suite number" in address.validation_results.messages[0].text
    assert codes(say(sdk, **SKYSCRAPER, street2="Floor 20")) == []


CHICAGO = {"city": "Chicago", "state": "IL", "zip": "60601"}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ({**CHICAGO, "street1": "12 Unknown St"}, "Unknown Street"),
        ({**CHICAGO, "street1": "1 Nowhere Ln"}, "Address Not Found"),
        ({**CHICAGO, "street1": "1 Ambiguous Way"}, "Multiple Responses"),
        ({**CHICAGO, "street1": "1 Undeliverable Rd"}, "Non-Deliverable ZIP4"),
        ({**CHICAGO, "street1": "1 Out of Service Rd"}, "service_error"),
        ({**CHICAGO, "street1": "Main St"}, "premise_number_missing"),
        ({**CHICAGO, "street1": "PO Box"}, "box_number_missing"),
        ({**CHICAGO, "street1": ""}, "street_detail_missing"),
        ({**CHICAGO, "street1": "1 Main St", "zip": "94105"}, "Invalid City/State/Zip"),
        ({**CHICAGO, "street1": "1 Main St", "state": "CA"}, "Invalid City/State/Zip"),
        ({**CHICAGO, "street1": "1 Main St", "state": "XX"}, "Invalid State"),
        ({**CHICAGO, "street1": "1 Main St", "zip": "ABC"}, "invalid_postal_code"),
        ({**CHICAGO, "street1": "1 Main St", "zip": "00001"}, "postal_code_not_found"),
        ({"street1": "1 Main St", "city": "Springfield", "state": "IL"}, "verification_error"),
    ],
)
def test_an_undeliverable_address_is_kept_and_told_so(
    sdk: shippo.Shippo, lines: dict[str, str], code: str
) -> None:
    address = say(sdk, **lines)
    assert address.validation_results.is_valid is False
    assert code in codes(address)
    assert all(message.text for message in address.validation_results.messages)


def test_a_post_office_box_is_an_address_too(sdk: shippo.Shippo) -> None:
    address = say(sdk, **CHICAGO, street1="P.O. Box 12")
    assert (address.street1, address.validation_results.is_valid) == ("PO Box 12", True)
    assert address.is_residential is None


def test_outside_the_states_an_address_passes_as_it_is(sdk: shippo.Shippo) -> None:
    address = say(sdk, street1="Unter den Linden 2", city="Berlinn", country="DE")
    assert address.validation_results.is_valid is True
    assert (address.city, codes(address)) == ("Berlinn", [])


def test_an_address_validated_by_its_id_is_another_one(sdk: shippo.Shippo) -> None:
    known = sdk.addresses.create(recipient(city="New Yrok", metadata="customer 7"))
    checked = sdk.addresses.validate(known.object_id)
    assert checked.object_id != known.object_id
    assert (checked.city, checked.metadata) == ("New York", "")
    assert sdk.addresses.get(known.object_id) == known
    assert sdk.addresses.get(checked.object_id) == checked


def test_addresses_are_listed_five_at_a_time_newest_first(sdk: shippo.Shippo) -> None:
    made = [sdk.addresses.create(recipient(metadata=f"{n}")).object_id for n in range(7)]
    first = sdk.addresses.list()
    assert [each.object_id for each in first.results] == made[:1:-1]
    assert (first.previous, "page=2" in first.next) == (None, True)
    assert [each["object_id"] for each in every_page(first.next)] == made[1::-1]
    assert len(sdk.addresses.list(results=100).results) == 7


def test_an_address_made_before_can_be_shipped_to(sdk: shippo.Shippo) -> None:
    address = sdk.addresses.create(recipient())
    assert quote(sdk, address_to=address.object_id).address_to == address


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"country": ""}, '{"country":["This field is required."]}'),
        ({"country": "Atlantis"}, '{"country":["Please use the ISO-2 code of the country."]}'),
        ({"metadata": "x" * 101}, '{"metadata":["Ensure this field has no more than 100'),
        ({"street1": "x" * 101}, '{"street1":["Ensure this field has no more than 100'),
        ({"email": "nobody"}, '{"email":["Enter a valid email address."]}'),
    ],
)
def test_a_field_that_is_wrong_is_named(
    sdk: shippo.Shippo, given: dict[str, str], said: str
) -> None:
    with pytest.raises(errors.SDKError) as refused:
        sdk.addresses.create(recipient(**given))
    assert refused.value.status_code == 400
    assert refused.value.body.startswith(said)
