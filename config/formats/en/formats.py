"""How pages write moments: shortly, over 24 hours, and saying that they are in UTC."""

DATE_FORMAT = "M j, Y"
DATETIME_FORMAT = r"M j, Y, H:i \U\T\C"
