"""The console's pages, and the server around them. Nothing in core imports from here."""
