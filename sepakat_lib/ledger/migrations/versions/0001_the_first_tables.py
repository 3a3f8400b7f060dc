"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this version."""
    on_sqlite = op.get_context().dialect.name == "sqlite"

    def whole(column, name):
        check = f"typeof({column}) IN ('integer', 'null')"
        return [sa.CheckConstraint(check, name=op.f(name))] if on_sqlite else []

    op.create_table(
        "changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("parents", sa.JSON(), nullable=False),
        sa.Column("office", sa.Uuid(), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_row"), "changes", ["row"], unique=False)

    op.create_table(
        "conflicts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("row", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("ours", sa.Uuid(), nullable=False),
        sa.Column("theirs", sa.Uuid(), nullable=False),
        sa.Column("settled", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
        sa.UniqueConstraint(
            "row",
            "field",
            "ours",
            "theirs",
            name=op.f("uq_conflicts_row_field_ours_theirs"),
        ),
    )
    op.create_index(op.f("ix_conflicts_row"), "conflicts", ["row"], unique=False)

    op.create_table(
        "copy",
        sa.Column("office", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_copy")),
    )
    op.create_table(
        "drafts",
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", "kind", "about", name=op.f("pk_drafts")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.String(length=200), nullable=False),
        sa.Column("region", sa.String(length=4), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("rule", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_of", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_table(
        "notes",
        sa.Column("about_kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_about"), "notes", ["about"], unique=False)

    op.create_table(
        "opd",
        sa.Column("region", sa.String(length=4), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("urusan", sa.JSON(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opd")),
    )
    op.create_index(op.f("ix_opd_region"), "opd", ["region"], unique=False)
    op.create_index(
        "uq_opd_region_code",
        "opd",
        ["region", "code"],
        unique=True,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )

    op.create_table(
        "unit_costs",
        sa.Column("region", sa.String(length=4), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kecamatan", sa.String(length=13), nullable=True),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("decree", sa.String(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        *whole("price", "ck_unit_costs_price_whole"),
        sa.CheckConstraint("price >= 0", name=op.f("ck_unit_costs_price_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_costs")),
    )
    op.create_index(
        op.f("ix_unit_costs_region"), "unit_costs", ["region"], unique=False
    )

    op.create_table(
        "ceilings",
        sa.Column("region", sa.String(length=4), nullable=False),
        sa.Column("opd_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("decree", sa.String(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        *whole("amount", "ck_ceilings_amount_whole"),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_ceilings_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["opd_id"],
            ["opd.id"],
            name=op.f("fk_ceilings_opd_id_opd"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceilings")),
    )
    op.create_index(op.f("ix_ceilings_opd_id"), "ceilings", ["opd_id"], unique=False)
    op.create_index(op.f("ix_ceilings_region"), "ceilings", ["region"], unique=False)
    op.create_index(
        "uq_ceilings_opd_year",
        "ceilings",
        ["opd_id", "year"],
        unique=True,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )

    op.create_table(
        "issues",
        sa.Column("region", sa.String(length=4), nullable=False),
        sa.Column("plan_year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(length=80), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("direct_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(evidence_id IS NULL) <> (direct_reason IS NULL)",
            name=op.f("ck_issues_one_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_issues_evidence_id_evidence"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
    )
    op.create_index(
        op.f("ix_issues_evidence_id"), "issues", ["evidence_id"], unique=False
    )
    op.create_index(op.f("ix_issues_region"), "issues", ["region"], unique=False)

    op.create_table(
        "pins",
        sa.Column("region", sa.String(length=4), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "colour IN ('red', 'yellow', 'green', 'none')", name=op.f("ck_pins_colour")
        ),
        sa.CheckConstraint(
            "colour IS NULL OR reason IS NOT NULL", name=op.f("ck_pins_override_reason")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_pins_evidence_id_evidence"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pins")),
    )
    op.create_index(op.f("ix_pins_evidence_id"), "pins", ["evidence_id"], unique=False)
    op.create_index(op.f("ix_pins_region"), "pins", ["region"], unique=False)

    op.create_table(
        "causes",
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("above_id", sa.Uuid(), nullable=True),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("library", sa.String(length=80), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('supply', 'use')", name=op.f("ck_causes_side")),
        sa.CheckConstraint("above_id <> id", name=op.f("ck_causes_not_above_itself")),
        sa.ForeignKeyConstraint(
            ["above_id"],
            ["causes.id"],
            name=op.f("fk_causes_above_id_causes"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["evidence.id"],
            name=op.f("fk_causes_evidence_id_evidence"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["issues.id"],
            name=op.f("fk_causes_issue_id_issues"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_causes")),
    )
    op.create_index(op.f("ix_causes_above_id"), "causes", ["above_id"], unique=False)
    op.create_index(
        op.f("ix_causes_evidence_id"), "causes", ["evidence_id"], unique=False
    )
    op.create_index(op.f("ix_causes_issue_id"), "causes", ["issue_id"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("before_id", sa.Uuid(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict IN ('rose', 'fell', 'change_unclear', 'cannot_be_tested')",
            name=op.f("ck_outcomes_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["after_id"],
            ["evidence.id"],
            name=op.f("fk_outcomes_after_id_evidence"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["before_id"],
            ["evidence.id"],
            name=op.f("fk_outcomes_before_id_evidence"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["issues.id"],
            name=op.f("fk_outcomes_issue_id_issues"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
    )
    op.create_index(
        op.f("ix_outcomes_after_id"), "outcomes", ["after_id"], unique=False
    )
    op.create_index(
        op.f("ix_outcomes_before_id"), "outcomes", ["before_id"], unique=False
    )
    op.create_index(
        op.f("ix_outcomes_issue_id"), "outcomes", ["issue_id"], unique=False
    )

    op.create_table(
        "activities",
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("opd_id", sa.Uuid(), nullable=True),
        sa.Column("plan_year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sub_kegiatan", sa.String(length=40), nullable=True),
        sa.Column("decree", sa.String(), nullable=True),
        sa.Column("strategy", sa.String(length=80), nullable=True),
        sa.Column("kecamatan", sa.String(length=13), nullable=True),
        sa.Column("desa", sa.String(length=13), nullable=True),
        sa.Column("target_group", sa.String(), nullable=True),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("baseline", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        *whole("baseline", "ck_activities_baseline_whole"),
        *whole("target", "ck_activities_target_whole"),
        sa.CheckConstraint(
            "target >= 0", name=op.f("ck_activities_target_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["cause_id"],
            ["causes.id"],
            name=op.f("fk_activities_cause_id_causes"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["opd_id"],
            ["opd.id"],
            name=op.f("fk_activities_opd_id_opd"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index(
        op.f("ix_activities_cause_id"), "activities", ["cause_id"], unique=False
    )
    op.create_index(
        op.f("ix_activities_opd_id"), "activities", ["opd_id"], unique=False
    )

    op.create_table(
        "cost_lines",
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("unit_cost_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=True),
        sa.Column("fund", sa.String(), nullable=True),
        sa.Column("volume_1", sa.BigInteger(), nullable=True),
        sa.Column("unit_1", sa.String(), nullable=True),
        sa.Column("volume_2", sa.BigInteger(), nullable=True),
        sa.Column("unit_2", sa.String(), nullable=True),
        sa.Column("volume_3", sa.BigInteger(), nullable=True),
        sa.Column("unit_3", sa.String(), nullable=True),
        sa.Column("volume_4", sa.BigInteger(), nullable=True),
        sa.Column("unit_4", sa.String(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        *whole("amount", "ck_cost_lines_amount_whole"),
        *whole("price", "ck_cost_lines_price_whole"),
        *whole("volume_1", "ck_cost_lines_volume_1_whole"),
        *whole("volume_2", "ck_cost_lines_volume_2_whole"),
        *whole("volume_3", "ck_cost_lines_volume_3_whole"),
        *whole("volume_4", "ck_cost_lines_volume_4_whole"),
        sa.CheckConstraint(
            "amount >= 0", name=op.f("ck_cost_lines_amount_not_negative")
        ),
        sa.CheckConstraint(
            "amount IS NULL OR (price IS NOT NULL AND volume_1 IS NOT NULL)",
            name=op.f("ck_cost_lines_amount_of_price_and_volume"),
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_cost_lines_price_not_negative")),
        sa.CheckConstraint(
            "volume_1 >= 0", name=op.f("ck_cost_lines_volume_1_not_negative")
        ),
        sa.CheckConstraint(
            "volume_2 >= 0", name=op.f("ck_cost_lines_volume_2_not_negative")
        ),
        sa.CheckConstraint(
            "volume_3 >= 0", name=op.f("ck_cost_lines_volume_3_not_negative")
        ),
        sa.CheckConstraint(
            "volume_4 >= 0", name=op.f("ck_cost_lines_volume_4_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activities.id"],
            name=op.f("fk_cost_lines_activity_id_activities"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["unit_cost_id"],
            ["unit_costs.id"],
            name=op.f("fk_cost_lines_unit_cost_id_unit_costs"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_lines")),
    )
    op.create_index(
        op.f("ix_cost_lines_activity_id"), "cost_lines", ["activity_id"], unique=False
    )
    op.create_index(
        op.f("ix_cost_lines_unit_cost_id"), "cost_lines", ["unit_cost_id"], unique=False
    )

    op.create_table(
        "realisations",
        sa.Column("cost_line_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("money", sa.BigInteger(), nullable=False),
        sa.Column("physical", sa.BigInteger(), nullable=True),
        sa.Column("people", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("verifier", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        *whole("money", "ck_realisations_money_whole"),
        *whole("people", "ck_realisations_people_whole"),
        *whole("physical", "ck_realisations_physical_whole"),
        sa.CheckConstraint(
            "answer IS NULL OR verifier IS NOT NULL",
            name=op.f("ck_realisations_answer_to_a_note"),
        ),
        sa.CheckConstraint(
            "money >= 0", name=op.f("ck_realisations_money_not_negative")
        ),
        sa.CheckConstraint(
            "month BETWEEN 1 AND 12", name=op.f("ck_realisations_month")
        ),
        sa.CheckConstraint(
            "people >= 0", name=op.f("ck_realisations_people_not_negative")
        ),
        sa.CheckConstraint(
            "physical BETWEEN 0 AND 1000000",
            name=op.f("ck_realisations_physical_percent"),
        ),
        sa.ForeignKeyConstraint(
            ["cost_line_id"],
            ["cost_lines.id"],
            name=op.f("fk_realisations_cost_line_id_cost_lines"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_realisations")),
    )
    op.create_index(
        op.f("ix_realisations_cost_line_id"),
        "realisations",
        ["cost_line_id"],
        unique=False,
    )
    op.create_index(
        "uq_realisations_month",
        "realisations",
        ["cost_line_id", "year", "month"],
        unique=True,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    if not on_sqlite:
        op.execute(
            "CREATE OR REPLACE FUNCTION sepakat_only_added() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
        )
    for table in ("changes", "evidence"):
        stays = (
            f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            if on_sqlite
            else "FOR EACH ROW EXECUTE FUNCTION sepakat_only_added()"
        )
        for verb in ("UPDATE", "DELETE"):
            name = f"{table}_no_{verb.lower()}"
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} {stays}")
