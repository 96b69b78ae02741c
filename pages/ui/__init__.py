"""What the pages share. Nothing here knows a page."""
