"""That a beep was answered, and nothing else: the only thing this station may know of answers."""

from sqlalchemy import Date, Integer, TableClause, Uuid, column, table

ANSWERED: TableClause = table(
    "answered_beep",
    column("participant_id", Uuid()),
    column("local_date", Date()),
    column("slot", Integer()),
)
"""The keys of answered beeps, from the view that is all the desk may see of answers (`server.grants`)."""
