"""Parcels of somebody else's whose numbers staff follow, and what was heard of them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "followed_parcel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("tracking_number", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("followed_by", sa.Integer(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True)),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("registered_at", sa.DateTime(timezone=True)),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("standing", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32)),
        sa.Column("substatus", sa.String(length=64)),
        sa.Column("cause", sa.String(length=32)),
        sa.Column("eta", sa.DateTime(timezone=True)),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.Column("heard_at", sa.DateTime(timezone=True)),
        sa.Column("heard_via", sa.String(length=32)),
        sa.Column("poll_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["followed_by"], ["account.id"], name="fk_followed_parcel_followed_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_followed_parcel"),
        sa.UniqueConstraint(
            "carrier",
            "tracking_number",
            "mode",
            name="uq_followed_parcel_carrier_tracking_number_mode",
        ),
    )
    op.create_index("ix_followed_parcel_poll_at", "followed_parcel", ["poll_at"])
    op.create_table(
        "followed_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("followed_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("via", sa.String(length=32), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("repaired", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_id"], ["followed_parcel.id"], name="fk_followed_snapshot_followed_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_followed_snapshot"),
        sa.UniqueConstraint(
            "followed_id", "digest", name="uq_followed_snapshot_followed_id_digest"
        ),
    )
    op.create_index("ix_followed_snapshot_followed_id", "followed_snapshot", ["followed_id"])


def downgrade() -> None:
    op.drop_index("ix_followed_snapshot_followed_id", "followed_snapshot")
    op.drop_table("followed_snapshot")
    op.drop_index("ix_followed_parcel_poll_at", "followed_parcel")
    op.drop_table("followed_parcel")
