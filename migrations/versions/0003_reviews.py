"""What staff decide is written down with their name, and when Shippo made each transaction."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_audit_entry_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"])
    with op.batch_alter_table("provider_transaction") as table:
        table.add_column(sa.Column("created_at", sa.DateTime(timezone=True)))
        table.create_index(op.f("ix_provider_transaction_created_at"), ["created_at"])


def downgrade() -> None:
    with op.batch_alter_table("provider_transaction") as table:
        table.drop_index(op.f("ix_provider_transaction_created_at"))
        table.drop_column("created_at")
    op.drop_table("audit_entry")
