"""What builds and documents Lumitag; no part of the program."""
