"""The writing door of the top floor, one module per subject: the session note, the stretch plan."""
