"""Voids and refunds of labels, cancelled orders, and purchases that wait for leave to spend."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ONE = "state IN ('wanted', 'sending', 'unknown', 'filed', 'granted')"


def upgrade() -> None:
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.String(length=64), nullable=False),
        sa.Column("parcel_id", sa.Integer()),
        sa.Column("intent_id", sa.Integer()),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("refund_id", sa.String(length=64)),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_by", sa.Integer()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("deadline_at", sa.DateTime(timezone=True)),
        sa.Column("looked_at", sa.DateTime(timezone=True)),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("filed_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("kept_at", sa.DateTime(timezone=True)),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("tracking_number", sa.String(length=64)),
        sa.Column("amount_minor", sa.Integer()),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_refund_parcel_id")),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["label_intent.id"], name=op.f("fk_refund_intent_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_refund_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index(op.f("ix_refund_parcel_id"), "refund", ["parcel_id"])
    op.create_index(op.f("ix_refund_due_at"), "refund", ["due_at"])
    op.create_index(op.f("ix_refund_tracking_number"), "refund", ["tracking_number"])
    op.create_index(op.f("ix_refund_transaction_id"), "refund", ["transaction_id"])
    op.create_index(
        "uq_refund_one_transaction",
        "refund",
        ["transaction_id"],
        unique=True,
        postgresql_where=sa.text(ONE),
        sqlite_where=sa.text(ONE),
    )
    # Written out, since a batch would copy the table on SQLite, and this says the same to both.
    op.execute(
        "ALTER TABLE track_snapshot ADD COLUMN refund_id INTEGER"
        " CONSTRAINT fk_track_snapshot_refund_id REFERENCES refund (id)"
    )
    op.create_index(op.f("ix_track_snapshot_refund_id"), "track_snapshot", ["refund_id"])
    op.add_column("label_intent", sa.Column("hold", sa.String(length=32)))
    op.add_column("label_intent", sa.Column("approved_at", sa.DateTime(timezone=True)))
    op.create_index(op.f("ix_label_intent_sent_at"), "label_intent", ["sent_at"])
    op.add_column("order", sa.Column("cancelled_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("order", "cancelled_at")
    op.drop_index(op.f("ix_label_intent_sent_at"), "label_intent")
    op.drop_column("label_intent", "approved_at")
    op.drop_column("label_intent", "hold")
    op.drop_index(op.f("ix_track_snapshot_refund_id"), "track_snapshot")
    with op.batch_alter_table("track_snapshot") as table:
        table.drop_column("refund_id")
    op.drop_table("refund")
