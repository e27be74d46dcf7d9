"""What the user can do, one table an area of the window."""
