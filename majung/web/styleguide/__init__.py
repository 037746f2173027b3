"""``/styleguide/``: every component in all its states, for those who build screens."""
