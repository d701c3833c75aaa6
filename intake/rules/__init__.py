"""Pure rules: answers and dates in, verdicts out; no database, no clock."""
