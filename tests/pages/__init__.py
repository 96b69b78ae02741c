"""The pages, run as scripts without a browser."""
