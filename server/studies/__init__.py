"""Studies: one protocol, one set of dates, one team of staff; every participant belongs to exactly one."""
