"""handoff"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import core.types
from accounts.policies import lower_walls, raise_walls
from referral.triggers import lower_triggers, raise_triggers

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("expected_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("arrived_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_batch_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_batch_made_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_batch_code")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "email",
                "sms",
                "whatsapp",
                name="channelkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
        sa.Column("digest_at", sa.Time(), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("proved_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("failing_since", core.types.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", core.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_channel_agency_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint(
            "agency_id", "kind", "address", name=op.f("uq_channel_agency_id_kind_address")
        ),
    )
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channel_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "duty_shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "post",
            sa.Enum(
                "first", "deputy", name="post", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("ended_at", core.types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("weekdays <> ''", name=op.f("ck_duty_shift_weekdays")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_duty_shift_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_duty_shift_agency_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
    )
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_shift_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_shift_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_shift_area"), ["area"], unique=False)

    op.create_table(
        "letterhead",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("number_pattern", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("signer_title", sa.String(), nullable=True),
        sa.Column("signer_nip", sa.String(), nullable=True),
        sa.Column("copies_to", sa.String(), nullable=True),
        sa.Column("changed_at", core.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_letterhead_agency_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_letterhead")),
    )
    op.create_table(
        "shift_hand_over",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
            name=op.f("fk_shift_hand_over_agency_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["given_by"],
            ["account.id"],
            name=op.f("fk_shift_hand_over_given_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"],
            ["account.id"],
            name=op.f("fk_shift_hand_over_taken_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_hand_over")),
    )
    with op.batch_alter_table("shift_hand_over", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shift_hand_over_agency_id"), ["agency_id"], unique=False
        )

    op.create_table(
        "asking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column(
            "how",
            sa.Enum(
                "one_by_one",
                "at_once",
                "choose",
                name="how",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("choose_minutes", sa.Integer(), nullable=True),
        sa.Column("choose_until", core.types.Instant(timezone=True), nullable=True),
        sa.Column("started_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("filled_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("stopped_at", core.types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("choose_minutes > 0", name=op.f("ck_asking_minutes")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_asking_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_asking_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking")),
    )
    with op.batch_alter_table("asking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asking_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asking_case_id"), ["case_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_agency_id", sa.Uuid(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "consent",
                "mandatory_report",
                "vital_interest",
                "best_interest",
                "court_order",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "giver",
            sa.Enum(
                "survivor",
                "caregiver",
                "official",
                "court",
                name="giver",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "mode",
            sa.Enum(
                "written",
                "verbal_with_witness",
                "thumbprint",
                "by_phone",
                "not_asked",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("copy_given", sa.Boolean(), nullable=False),
        sa.Column("given_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("ends_on_arrival", sa.Boolean(), nullable=False),
        sa.Column(
            "assent",
            sa.Enum(
                "yes",
                "no",
                "not_able",
                name="assent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("caregiver_informed", sa.Boolean(), nullable=True),
        sa.Column("notes_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("withdrawn_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "ends_at is null or ends_at > given_at", name=op.f("ck_consent_ends_later")
        ),
        sa.CheckConstraint(
            "withdrawn_at is null or withdrawn_at >= given_at",
            name=op.f("ck_consent_withdrawn_later"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_consent_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_consent_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["receiver_agency_id"], ["agency.id"], name=op.f("fk_consent_receiver_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["account.id"],
            name=op.f("fk_consent_recorded_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["account.id"],
            name=op.f("fk_consent_withdrawn_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_consent_receiver_agency_id"), ["receiver_agency_id"], unique=False
        )

    op.create_table(
        "exclusion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("excluded_agency_id", sa.Uuid(), nullable=True),
        sa.Column("excluded_account_id", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", core.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_exclusion_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_exclusion_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["excluded_account_id"],
            ["account.id"],
            name=op.f("fk_exclusion_excluded_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["excluded_agency_id"],
            ["agency.id"],
            name=op.f("fk_exclusion_excluded_agency_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_exclusion_made_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusion_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exclusion_case_id"), ["case_id"], unique=False)

    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sender_agency_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_agency_id", sa.Uuid(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "refer",
                "transfer",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "sent",
                "acknowledged",
                "info_requested",
                "waitlisted",
                "accepted",
                "accepted_with_conditions",
                "declined",
                "redirected",
                "expired",
                "cancelled",
                "diverted",
                "no_show",
                "handed_over",
                "in_service",
                "completed",
                "closed",
                "entered_in_error",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "urgency",
            sa.Enum(
                "emergency",
                "urgent",
                "routine",
                name="urgency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("urgency_sign", sa.String(), nullable=True),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("asking_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "bond",
            sa.Enum(
                "return",
                "onward",
                "redirected",
                "diverted",
                name="bond",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("moved_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("moves_made", sa.Integer(), nullable=False),
        sa.Column("started_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("asked_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("requested_by", core.types.Instant(timezone=True), nullable=True),
        sa.Column("acknowledge_by", core.types.Instant(timezone=True), nullable=True),
        sa.Column("decide_by", core.types.Instant(timezone=True), nullable=True),
        sa.Column("escalate_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("start_by", core.types.Instant(timezone=True), nullable=True),
        sa.Column("expires_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("attend_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("identity_open", sa.Boolean(), nullable=False),
        sa.Column("is_by_phone", sa.Boolean(), nullable=False),
        sa.Column("person_named_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("appointed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("conditions_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("typed_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "consent_id is not null or state in ('draft', 'cancelled', 'entered_in_error')",
            name=op.f("ck_referral_has_basis"),
        ),
        sa.CheckConstraint(
            "receiver_agency_id is not null or state = 'draft'",
            name=op.f("ck_referral_has_receiver"),
        ),
        sa.ForeignKeyConstraint(
            ["asking_id"], ["asking.id"], name=op.f("fk_referral_asking_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_referral_batch_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_referral_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name=op.f("fk_referral_consent_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_referral_made_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offer.id"], name=op.f("fk_referral_offer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["referral.id"], name=op.f("fk_referral_parent_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["receiver_agency_id"], ["agency.id"], name=op.f("fk_referral_receiver_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_agency_id"], ["agency.id"], name=op.f("fk_referral_sender_agency_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("code", name=op.f("uq_referral_code")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_asking_id"), ["asking_id"], unique=False)
        batch_op.create_index("ix_referral_attend", ["attend_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_consent_id"), ["consent_id"], unique=False)
        batch_op.create_index(
            "ix_referral_inbox", ["receiver_agency_id", "state", "decide_by"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_referral_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(
            "ix_referral_outbox", ["sender_agency_id", "state", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_referral_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_referral_waiting", ["state", "expires_at"], unique=False)

    op.create_table(
        "answer_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.Column("code_sent_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("code_ends_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=True),
        sa.Column("open_until", core.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_answer_link_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel.id"],
            name=op.f("fk_answer_link_channel_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_answer_link_referral_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_answer_link_token_hash")),
    )
    with op.batch_alter_table("answer_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_link_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_answer_link_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "arrival",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_point_id", sa.Uuid(), nullable=True),
        sa.Column("expected_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("said_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_point_id"],
            ["meeting_point.id"],
            name=op.f("fk_arrival_meeting_point_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_arrival_referral_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["said_by"], ["account.id"], name=op.f("fk_arrival_said_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_arrival")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "letter",
                "social_report",
                "police_report",
                "forensic_request",
                "medical",
                "identity",
                "consent",
                "other",
                name="attachmentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_attachment_made_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_attachment_referral_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attachment_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "clock_mark",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_clock_mark_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_clock_mark_referral_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("referral_id", "round", "what", name=op.f("pk_clock_mark")),
    )
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("due_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("done_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column(
            "found",
            sa.Enum(
                "safe",
                "needs_help",
                "not_reached",
                "lost",
                name="reached",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_follow_up_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_follow_up_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["account.id"], name=op.f("fk_follow_up_done_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_follow_up_referral_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_follow_up_due", ["agency_id", "done_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "glass_break",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("until", core.types.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reviewed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("was_right", sa.Boolean(), nullable=True),
        sa.Column("review_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_glass_break_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("fk_glass_break_by")),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_glass_break_referral_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"],
            ["account.id"],
            name=op.f("fk_glass_break_reviewed_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass_break")),
    )
    with op.batch_alter_table("glass_break", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_glass_break_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_glass_break_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "hand_over",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("arrived_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("receiver_confirmed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("receiver_confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("sender_confirmed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("sender_confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("case_moved_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("own_case_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["own_case_id"],
            ["case_file.id"],
            name=op.f("fk_hand_over_own_case_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["receiver_confirmed_by"],
            ["account.id"],
            name=op.f("fk_hand_over_receiver_confirmed_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_hand_over_referral_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sender_confirmed_by"],
            ["account.id"],
            name=op.f("fk_hand_over_sender_confirmed_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_hand_over")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "taken",
                "released",
                "lapsed",
                name="holding",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("until", core.types.Instant(timezone=True), nullable=True),
        sa.Column("warned_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", core.types.Instant(timezone=True), nullable=True),
        sa.CheckConstraint("places > 0", name=op.f("ck_hold_places")),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_hold_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_hold_made_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["pool.id"], name=op.f("fk_hold_pool_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_hold_referral_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hold_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index("ix_hold_lapsing", ["state", "until"], unique=False)
        batch_op.create_index(batch_op.f("ix_hold_pool_id"), ["pool_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hold_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "paper",
            sa.Enum(
                "letter",
                "record",
                "consent",
                name="paper",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("spelt", sa.String(), nullable=False),
        sa.Column("issued_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_letter_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["account.id"], name=op.f("fk_letter_issued_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_letter_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint(
            "agency_id", "referral_id", "paper", name=op.f("uq_letter_agency_id_referral_id_paper")
        ),
        sa.UniqueConstraint(
            "agency_id", "year", "number", name=op.f("uq_letter_agency_id_year_number")
        ),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", core.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_note_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["account.id"], name=op.f("fk_note_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_note_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("is_emergency", sa.Boolean(), nullable=False),
        sa.Column("due_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("sent_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("failed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("seen_at", core.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_notice_agency_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_notice_channel_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_notice_referral_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "agency_id", "channel_id", "cause", name=op.f("uq_notice_agency_id_channel_id_cause")
        ),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index("ix_notice_due", ["sent_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "referral_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", core.types.Instant(timezone=True), nullable=False),
        sa.Column(
            "name",
            sa.Enum(
                "send",
                "acknowledge",
                "ask",
                "give_answer",
                "accept",
                "accept_conditionally",
                "meet_conditions",
                "put_on_list",
                "decline",
                "redirect",
                "expire",
                "lapse",
                "divert",
                "cancel",
                "hand_over",
                "miss",
                "begin",
                "complete",
                "close",
                "reopen",
                "mark_error",
                name="name",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_state",
            sa.Enum(
                "draft",
                "sent",
                "acknowledged",
                "info_requested",
                "waitlisted",
                "accepted",
                "accepted_with_conditions",
                "declined",
                "redirected",
                "expired",
                "cancelled",
                "diverted",
                "no_show",
                "handed_over",
                "in_service",
                "completed",
                "closed",
                "entered_in_error",
                name="from_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "draft",
                "sent",
                "acknowledged",
                "info_requested",
                "waitlisted",
                "accepted",
                "accepted_with_conditions",
                "declined",
                "redirected",
                "expired",
                "cancelled",
                "diverted",
                "no_show",
                "handed_over",
                "in_service",
                "completed",
                "closed",
                "entered_in_error",
                name="to_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "party",
            sa.Enum(
                "sender",
                "receiver",
                "clock",
                name="party",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("due_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by_phone_from_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_referral_move_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["account.id"],
            name=op.f("fk_referral_move_confirmed_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_referral_move_referral_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_move")),
        sa.UniqueConstraint(
            "referral_id", "number", name=op.f("uq_referral_move_referral_id_number")
        ),
    )
    with op.batch_alter_table("referral_move", schema=None) as batch_op:
        batch_op.create_index("ix_referral_move_at", ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_referral_move_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "referral_need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_referral_need_referral_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_need")),
        sa.UniqueConstraint("referral_id", "need", name=op.f("uq_referral_need_referral_id_need")),
    )
    with op.batch_alter_table("referral_need", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_need_need"), ["need"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_referral_need_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "return_referral",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "met",
                "partly",
                "not_met",
                "lost_contact",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("next_date", sa.Date(), nullable=True),
        sa.Column("written_at", core.types.Instant(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("read_at", core.types.Instant(timezone=True), nullable=True),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["read_by"],
            ["account.id"],
            name=op.f("fk_return_referral_read_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_return_referral_referral_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["account.id"],
            name=op.f("fk_return_referral_written_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_return_referral")),
    )
    with op.batch_alter_table("fact_report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposal", sa.JSON(none_as_null=True), nullable=True))

    raise_triggers(op.get_bind())
    raise_walls(op.get_bind())


def downgrade() -> None:
    lower_triggers(op.get_bind())
    lower_walls(op.get_bind())  # the wall of cases looks at referrals
    with op.batch_alter_table("fact_report", schema=None) as batch_op:
        batch_op.drop_column("proposal")

    op.drop_table("return_referral")
    with op.batch_alter_table("referral_need", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_need_referral_id"))
        batch_op.drop_index(batch_op.f("ix_referral_need_need"))

    op.drop_table("referral_need")
    with op.batch_alter_table("referral_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_move_referral_id"))
        batch_op.drop_index("ix_referral_move_at")

    op.drop_table("referral_move")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_referral_id"))
        batch_op.drop_index("ix_notice_due")
        batch_op.drop_index(batch_op.f("ix_notice_agency_id"))
        batch_op.drop_index(batch_op.f("ix_notice_account_id"))

    op.drop_table("notice")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_referral_id"))
        batch_op.drop_index(batch_op.f("ix_note_agency_id"))

    op.drop_table("note")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_referral_id"))
        batch_op.drop_index(batch_op.f("ix_letter_agency_id"))

    op.drop_table("letter")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hold_referral_id"))
        batch_op.drop_index(batch_op.f("ix_hold_pool_id"))
        batch_op.drop_index("ix_hold_lapsing")
        batch_op.drop_index(batch_op.f("ix_hold_agency_id"))

    op.drop_table("hold")
    op.drop_table("hand_over")
    with op.batch_alter_table("glass_break", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_glass_break_referral_id"))
        batch_op.drop_index(batch_op.f("ix_glass_break_agency_id"))

    op.drop_table("glass_break")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_referral_id"))
        batch_op.drop_index("ix_follow_up_due")
        batch_op.drop_index(batch_op.f("ix_follow_up_case_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_agency_id"))

    op.drop_table("follow_up")
    op.drop_table("clock_mark")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_referral_id"))

    op.drop_table("attachment")
    op.drop_table("arrival")
    with op.batch_alter_table("answer_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_link_referral_id"))
        batch_op.drop_index(batch_op.f("ix_answer_link_agency_id"))

    op.drop_table("answer_link")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_waiting")
        batch_op.drop_index(batch_op.f("ix_referral_parent_id"))
        batch_op.drop_index("ix_referral_outbox")
        batch_op.drop_index(batch_op.f("ix_referral_offer_id"))
        batch_op.drop_index("ix_referral_inbox")
        batch_op.drop_index(batch_op.f("ix_referral_consent_id"))
        batch_op.drop_index(batch_op.f("ix_referral_case_id"))
        batch_op.drop_index(batch_op.f("ix_referral_batch_id"))
        batch_op.drop_index("ix_referral_attend")
        batch_op.drop_index(batch_op.f("ix_referral_asking_id"))

    op.drop_table("referral")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusion_case_id"))
        batch_op.drop_index(batch_op.f("ix_exclusion_agency_id"))

    op.drop_table("exclusion")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_receiver_agency_id"))
        batch_op.drop_index(batch_op.f("ix_consent_case_id"))
        batch_op.drop_index(batch_op.f("ix_consent_agency_id"))

    op.drop_table("consent")
    with op.batch_alter_table("asking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asking_case_id"))
        batch_op.drop_index(batch_op.f("ix_asking_agency_id"))

    op.drop_table("asking")
    with op.batch_alter_table("shift_hand_over", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_hand_over_agency_id"))

    op.drop_table("shift_hand_over")
    op.drop_table("letterhead")
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_shift_area"))
        batch_op.drop_index(batch_op.f("ix_duty_shift_agency_id"))
        batch_op.drop_index(batch_op.f("ix_duty_shift_account_id"))

    op.drop_table("duty_shift")
    with op.batch_alter_table("channel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channel_agency_id"))

    op.drop_table("channel")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_agency_id"))

    op.drop_table("batch")
    raise_walls(op.get_bind())
