"""What Claude is told: stable text first, what differs last, other people's text as data."""
