"""Everything outbound to Slack: cards, Markdown conversion, splitting, posting and its errors."""
