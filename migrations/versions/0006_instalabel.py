"""Labels bought by a single call, without a rate: which account, which service, what it cost."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KNOWN_ONLY_AFTERWARDS = {
    "rate_id": sa.String(length=64),
    "rate_until": sa.DateTime(timezone=True),
    "amount_minor": sa.Integer(),
}


def upgrade() -> None:
    op.add_column(
        "quote", sa.Column("name", sa.String(length=80), nullable=False, server_default="")
    )
    op.add_column("quote", sa.Column("carrier_account", sa.String(length=64)))
    op.add_column("parcel", sa.Column("carrier_account", sa.String(length=64)))
    op.add_column("parcel", sa.Column("price_due_at", sa.DateTime(timezone=True)))
    op.create_index(op.f("ix_parcel_price_due_at"), "parcel", ["price_due_at"])
    with op.batch_alter_table("label_intent") as table:
        for name, kind in KNOWN_ONLY_AFTERWARDS.items():
            table.alter_column(name, existing_type=kind, nullable=True)


def downgrade() -> None:
    """What was bought without a rate has none to go back to: it gets an empty one."""
    op.execute("UPDATE label_intent SET rate_id = '' WHERE rate_id IS NULL")
    op.execute("UPDATE label_intent SET rate_until = created_at WHERE rate_until IS NULL")
    op.execute("UPDATE label_intent SET amount_minor = 0 WHERE amount_minor IS NULL")
    with op.batch_alter_table("label_intent") as table:
        for name, kind in KNOWN_ONLY_AFTERWARDS.items():
            table.alter_column(name, existing_type=kind, nullable=False)
    op.drop_index(op.f("ix_parcel_price_due_at"), "parcel")
    op.drop_column("parcel", "price_due_at")
    op.drop_column("parcel", "carrier_account")
    op.drop_column("quote", "carrier_account")
    op.drop_column("quote", "name")
