"""Tools of the workshop; nothing here is in the wheel."""
