"""Quick labels: orders of a parcel alone, with what they are for and no day promised."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PROMISED = ("promise_first", "promise_last")


def upgrade() -> None:
    op.add_column("order", sa.Column("note", sa.String(length=200)))
    with op.batch_alter_table("order") as table:
        for name in PROMISED:
            table.alter_column(name, existing_type=sa.Date(), nullable=True)


def downgrade() -> None:
    """What had no day promised gets the day it was placed."""
    op.execute(
        'UPDATE "order" SET promise_first = date(placed_at), promise_last = date(placed_at)'
        " WHERE promise_last IS NULL"
    )
    with op.batch_alter_table("order") as table:
        for name in PROMISED:
            table.alter_column(name, existing_type=sa.Date(), nullable=False)
    op.drop_column("order", "note")
