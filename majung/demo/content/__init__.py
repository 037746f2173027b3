"""What the demo company is made of: plain data and pure functions, no database, no clock."""
