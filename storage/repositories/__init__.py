"""All SQL: one repository per noun, methods named for the question they answer."""
