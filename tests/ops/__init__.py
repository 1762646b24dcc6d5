"""The bootstrap, the supervisor and the servers, tried with small stand-ins."""
