"""Whole roads through the product in a real browser, by the controls that people use."""
