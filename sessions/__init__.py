"""Top floor: gate, note, stretch plan, portal (app label massage_sessions)."""
