"""Pure rules and values: no input, no output, no clock; standard library and pydantic only."""
