"""A parcel's story in words and steps, for every door that shows it."""
