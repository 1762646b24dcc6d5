"""What carriers offer, charge and call things: tables and arithmetic, no requests."""
