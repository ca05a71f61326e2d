"""What other systems report: shapes as they are published, figures as they are counted by hand."""
