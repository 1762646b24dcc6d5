"""Rates have a life: what was heard, which service a parcel has, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARCEL = sa.table(
    "parcel",
    sa.column("service", sa.String),
    sa.column("rate_until", sa.DateTime(timezone=True)),
    sa.column("order_id", sa.Integer),
    sa.column("rate_id", sa.String),
    sa.column("state", sa.String),
    sa.column("requote_at", sa.DateTime(timezone=True)),
)
ORDER = sa.table("order", sa.column("id", sa.Integer), sa.column("quote_id", sa.Integer))
QUOTE = sa.table(
    "quote",
    sa.column("id", sa.Integer),
    sa.column("run_id", sa.Integer),
    sa.column("service", sa.String),
    sa.column("rate_id", sa.String),
)
RUN = sa.table(
    "quote_run",
    sa.column("id", sa.Integer),
    sa.column("expires_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    with op.batch_alter_table("parcel") as table:
        table.add_column(
            sa.Column("service", sa.String(length=80), nullable=False, server_default="")
        )
        table.add_column(sa.Column("rate_until", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("requote_at", sa.DateTime(timezone=True)))
        table.add_column(sa.Column("requotes", sa.Integer(), nullable=False, server_default="0"))
        table.create_index(op.f("ix_parcel_requote_at"), ["requote_at"])
    with op.batch_alter_table("quote_run") as table:
        table.add_column(sa.Column("answers", sa.JSON(), nullable=False, server_default="[]"))
    _fill()
    op.create_table(
        "rate_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=300), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("was_title", sa.String(length=200), nullable=False),
        sa.Column("was_service", sa.String(length=80), nullable=False),
        sa.Column("was_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("quote_id", sa.Integer()),
        sa.Column("now_minor", sa.Integer()),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.id"], name=op.f("fk_rate_decision_parcel_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["quote_run.id"], name=op.f("fk_rate_decision_run_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_rate_decision_quote_id")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_rate_decision_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_decision")),
    )
    op.create_index(op.f("ix_rate_decision_parcel_id"), "rate_decision", ["parcel_id"])
    op.create_table(
        "circuit",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("probe_at", sa.DateTime(timezone=True)),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_circuit")),
    )


def _fill() -> None:
    """A parcel that has a rate got it from its order's quote; one that has none is asked for."""
    quoted = sa.select(QUOTE.c.id).select_from(
        ORDER.join(QUOTE, QUOTE.c.id == ORDER.c.quote_id).join(RUN, RUN.c.id == QUOTE.c.run_id)
    )
    mine = (ORDER.c.id == PARCEL.c.order_id, QUOTE.c.rate_id == PARCEL.c.rate_id)
    service = quoted.with_only_columns(QUOTE.c.service).where(*mine).scalar_subquery()
    until = quoted.with_only_columns(RUN.c.expires_at).where(*mine).scalar_subquery()
    op.execute(
        sa.update(PARCEL)
        .where(PARCEL.c.rate_id.is_not(None))
        .values(service=sa.func.coalesce(service, ""), rate_until=until)
    )
    waits = PARCEL.c.state == "needs_rate"
    op.execute(sa.update(PARCEL).where(waits).values(requote_at=sa.func.current_timestamp()))


def downgrade() -> None:
    op.drop_table("circuit")
    op.drop_table("rate_decision")
    op.drop_index(op.f("ix_parcel_requote_at"), "parcel")
    # Not by copying the tables, as a batch would on SQLite: others refer to their rows.
    op.drop_column("quote_run", "answers")
    for name in ("requotes", "requote_at", "rate_until", "service"):
        op.drop_column("parcel", name)
