"""What every door shares: nouns, rules and the ways to the outside world."""
