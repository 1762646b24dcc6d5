"""What the measuring needs besides: something to compare with, and somebody to ask."""
