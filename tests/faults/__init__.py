"""A whole shop is killed, stopped, cut off and lied to; its books must agree with Shippo's."""
