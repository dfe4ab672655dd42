"""Times of a day of 24 hours, as the reports and logs have them."""

DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
