"""Django's SQLite backend with the pragmas of a server and a fair queue of writers."""
