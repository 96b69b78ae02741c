"""Read models: one query a question, plain frozen values for pages and the command line."""
