"""Rules of the ground floor: pure functions, values in and values out."""
