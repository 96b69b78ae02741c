"""The ASGI side of the console: which requests are answered at all, by whom, and how they travel."""
