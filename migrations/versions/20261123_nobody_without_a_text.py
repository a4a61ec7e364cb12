"""nobody is asked anything in a study without a consent text"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SURELY_SIXTEEN = 17  # years after the year of birth, when no more than that is known
YOUNGEST = 12


def upgrade() -> None:
    """Until now joining a study without a text asked for no consent. Whose days are not over waits for her own now, and
    under sixteen for a parent's; what she answered stays, as for everybody who is asked again."""
    person = sa.table(
        "participant",
        sa.column("id", sa.Uuid()),
        sa.column("study_id", sa.Uuid()),
        sa.column("birth_year", sa.Integer()),
        sa.column("ends_on", sa.Date()),
        sa.column("left_at"),
        sa.column("cleared_at"),
        sa.column("asked_again_at"),
        sa.column("waiting", sa.String()),
        sa.column("parents_until", sa.Date()),
    )
    text = sa.table("consent_text", sa.column("study_id", sa.Uuid()))
    bind = op.get_bind()
    today = bind.scalars(sa.select(sa.func.current_date())).one()
    asked = sa.and_(
        person.c.cleared_at.is_not(None),
        person.c.left_at.is_(None),
        person.c.ends_on >= today - timedelta(days=1),
        person.c.study_id.not_in(sa.select(text.c.study_id)),
    )
    # Of whom no year is known nobody can say that she is sixteen: as if she had been twelve today.
    years = bind.scalars(sa.select(person.c.birth_year).where(asked).distinct()).all()
    for year in years:
        until = date((year if year is not None else today.year - YOUNGEST) + SURELY_SIXTEEN, 1, 1)
        if until > today:
            of_year = person.c.birth_year.is_(None) if year is None else person.c.birth_year == year
            bind.execute(sa.update(person).where(asked, of_year).values(parents_until=until))
    bind.execute(
        sa.update(person).where(asked).values(waiting="consent", asked_again_at=person.c.cleared_at, cleared_at=None)
    )


def downgrade() -> None:
    """Who waits goes on waiting: nobody is cleared by going back."""
