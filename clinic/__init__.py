"""Ground floor: people, access, shared words, the practice itself."""
