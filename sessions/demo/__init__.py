"""The fictional practice of the demo: invented people, told through the same actions as the pages use."""
