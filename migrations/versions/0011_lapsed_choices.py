"""An offer says what a shopper had chosen before it, and why it was taken in its place."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quote") as table:
        table.add_column(sa.Column("instead_of_id", sa.Integer()))
        table.add_column(sa.Column("verdict", sa.String(length=32)))
        table.create_foreign_key("fk_quote_instead_of_id", "quote", ["instead_of_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("quote") as table:
        table.drop_constraint("fk_quote_instead_of_id", type_="foreignkey")
        table.drop_column("verdict")
        table.drop_column("instead_of_id")
