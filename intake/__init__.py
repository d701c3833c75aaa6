"""Middle floor: asking, flagging, deciding."""
