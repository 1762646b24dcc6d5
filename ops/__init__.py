"""How Quayside is built, started, watched, stopped and tested on one machine."""
