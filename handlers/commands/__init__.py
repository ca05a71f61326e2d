"""`/lead`: a table of subcommands, each a small function from words to a post."""
