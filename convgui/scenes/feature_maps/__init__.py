"""What every value of a network looks like, as arrays: the scenes Feature maps and Network draw it."""
