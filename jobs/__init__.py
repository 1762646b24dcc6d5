"""What happens later: one background story a module."""
