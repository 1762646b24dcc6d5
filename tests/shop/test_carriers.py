"""Carriers: whose service it is, and where the customer is sent."""

from __future__ import annotations

import pytest

from shop.carriers import carrier_of, known, listed, public_page

HOSTS = ("tools.usps.com", "http://127.0.0.1:8090")


@pytest.mark.parametrize(
    ("service", "provider", "token"),
    [
        ("usps_priority", "USPS", "usps"),
        ("ups_ground", "UPS", "ups"),
        ("dhl_express_worldwide", "DHL Express", "dhl_express"),
        ("hermes_uk_postable", "Evri UK", "hermes_uk"),
        ("gls_us_ground", "GLS US", "gls_us"),
    ],
)
def test_a_carriers_token_is_read_from_the_service_not_from_its_display_name(
    service, provider, token
):
    assert carrier_of(service, provider) == token


def test_the_address_shippo_gave_is_followed_to_a_listed_host_only():
    told = "http://127.0.0.1:8090/carriers/usps/9400"
    assert public_page("usps", "9400", told, HOSTS) == told
    evil = "https://evil.example/9400"
    assert public_page("usps", "9400", evil, HOSTS) == known("usps").page.format(n="9400")


def test_a_number_is_quoted_into_the_page():
    assert "a%20b%2F%3F" in (public_page("usps", "a b/?", None, HOSTS) or "")


def test_of_a_carrier_we_do_not_know_there_is_no_page():
    assert public_page("nobody", "1", None, HOSTS) is None
    assert known("far_post").name == "Far Post"


@pytest.mark.parametrize(
    "url",
    [
        "http://tools.usps.com/x",
        "https://tools.usps.com@evil.example/",
        "https://tools.usps.com:8443/",
        "https://tools.usps.com.evil.example/",
        "https://user:pw@tools.usps.com/",
        "http://127.0.0.1:8091/",
        "http://127.0.0.1/",
        "javascript:alert(1)",
        "//tools.usps.com/x",
        "https://tools.usps.com:99999/",
        "https://tools.usps.com:port/",
        "https://[tools.usps.com/",
        "https://tools.usps.com/\nx",
        "https:\\\\tools.usps.com\\x",
        "",
    ],
)
def test_what_only_looks_like_a_listed_host_is_none(url):
    assert not listed(url, HOSTS)
