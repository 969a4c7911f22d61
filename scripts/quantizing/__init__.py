"""From served weights in floating point to the same in 8 bits."""
