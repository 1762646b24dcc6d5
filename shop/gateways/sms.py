"""Text messages, through Twilio's own client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shop.gateways.errors import Rejected, Unavailable, Unsure

DEADLINE_S = 10.0
VALID_S = 4 * 3600
"""A text that could not be delivered for four hours is stale news; Twilio drops it then."""

TRY_LATER = {20429}


@dataclass(frozen=True, kw_only=True)
class Sms:
    """Twilio's Messages resource. `ready` is asked before each call."""

    account: str
    secret: str
    sender: str
    url: str
    ready: Callable[[], None]

    @cached_property
    def _client(self) -> Any:
        # Twilio's package is large; only who sends texts should wait for it.
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        http = TwilioHttpClient(timeout=DEADLINE_S, max_retries=0)
        client = Client(self.account, self.secret, http_client=http)
        client.api.base_url = self.url.rstrip("/")
        return client

    def send(self, to: str, text: str, receipts: str) -> str:
        """Send one text and return Twilio's id; `receipts` is where it reports what came of it.

        Raises Rejected with Twilio's error number as `code`, Unavailable when nothing was sent,
        and Unsure when the answer was lost: there is no idempotency key, so it is not sent again.
        """
        from requests import RequestException
        from twilio.base.exceptions import TwilioException, TwilioRestException

        from shop.gateways.http import never_sent

        self.ready()
        try:
            message = self._client.messages.create(
                to=to,
                from_=self.sender,
                body=text,
                status_callback=receipts,
                validity_period=VALID_S,
            )
        except TwilioRestException as error:
            raise _verdict(error) from error
        except RequestException as error:
            if never_sent(error):
                raise Unavailable("no connection to Twilio") from error
            raise Unsure("Twilio's answer was lost") from error
        except (TwilioException, ValueError, KeyError) as error:
            raise Unsure("Twilio's answer could not be read") from error
        return str(message.sid)

    def genuine(self, address: str, fields: dict[str, str], signature: str) -> bool:
        """Whether Twilio signed this call to this address of ours with these fields."""
        from twilio.request_validator import RequestValidator

        return bool(RequestValidator(self.secret).validate(address, fields, signature))


def _verdict(error: Any) -> Exception:
    if error.status == 429 or error.code in TRY_LATER:
        return Unavailable("Twilio asks us to slow down")
    if error.status >= 500:
        return Unsure(f"Twilio answered {error.status}")
    return Rejected(str(error.msg), code=str(error.code or error.status))
