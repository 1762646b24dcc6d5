"""A pretend outside world with a clock: Shippo, carriers, Twilio and a mail server in one."""
