"""Installing, renewing, removing: the rules, on both databases where rows matter."""
