"""What an event is about, what polling repaired, when a parcel is watched, what we did with it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook_event") as table:
        table.add_column(
            sa.Column("subject", sa.String(length=120), nullable=False, server_default="")
        )
        table.add_column(sa.Column("parcel_id", sa.Integer()))
        table.create_foreign_key("fk_webhook_event_parcel_id", "parcel", ["parcel_id"], ["id"])
        table.create_index("ix_webhook_event_subject", ["subject"])
        table.create_index("ix_webhook_event_parcel_id", ["parcel_id"])
    with op.batch_alter_table("track_snapshot") as table:
        table.add_column(
            sa.Column("repaired", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("parcel") as table:
        table.add_column(sa.Column("watch_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("packed_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("packed_by", sa.Integer()))
        table.add_column(sa.Column("handed_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("handed_by", sa.Integer()))
        table.create_foreign_key("fk_parcel_packed_by", "account", ["packed_by"], ["id"])
        table.create_foreign_key("fk_parcel_handed_by", "account", ["handed_by"], ["id"])
        table.create_index("ix_parcel_watch_at", ["watch_at"])
    # What has been silent since before this was watched is looked at once.
    op.execute(
        "UPDATE parcel SET watch_at = created_at WHERE tracking_number IS NOT NULL"
        " AND standing NOT IN ('delivered', 'returned', 'cancelled')"
    )


def downgrade() -> None:
    with op.batch_alter_table("parcel") as table:
        table.drop_index("ix_parcel_watch_at")
        table.drop_constraint("fk_parcel_handed_by", type_="foreignkey")
        table.drop_constraint("fk_parcel_packed_by", type_="foreignkey")
        for name in ("handed_by", "handed_at", "packed_by", "packed_at", "watch_at"):
            table.drop_column(name)
    with op.batch_alter_table("track_snapshot") as table:
        table.drop_column("repaired")
    with op.batch_alter_table("webhook_event") as table:
        table.drop_index("ix_webhook_event_parcel_id")
        table.drop_index("ix_webhook_event_subject")
        table.drop_constraint("fk_webhook_event_parcel_id", type_="foreignkey")
        table.drop_column("parcel_id")
        table.drop_column("subject")
