"""Every transaction of Shippo's we know of says in which mode it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What belongs to no purchase of ours is of the mode in which was bought last."""
    op.add_column("provider_transaction", sa.Column("mode", sa.String(length=32)))
    op.execute(
        "UPDATE provider_transaction SET mode = COALESCE("
        "(SELECT mode FROM label_intent WHERE label_intent.id = provider_transaction.intent_id),"
        " (SELECT mode FROM label_intent ORDER BY label_intent.id DESC LIMIT 1), 'test')"
    )
    with op.batch_alter_table("provider_transaction") as table:
        table.alter_column("mode", existing_type=sa.String(length=32), nullable=False)


def downgrade() -> None:
    op.drop_column("provider_transaction", "mode")
