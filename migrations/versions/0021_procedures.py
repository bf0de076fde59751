"""Procedures that switch behaviour: who is invited or selected, changes after publication, the clock, outages."""

from alembic import op

revision = "0021_procedures"
down_revision = "0020_lots"
branch_labels = None
depends_on = None

TABLES = """
    ALTER TABLE tender
        ADD COLUMN access TEXT NOT NULL DEFAULT 'open'
            CONSTRAINT ck_tender_access CHECK (access IN ('open', 'invited', 'selected')),
        ADD COLUMN urgent_reason TEXT NOT NULL DEFAULT '',
        ADD COLUMN prior_notice_on DATE,
        ADD COLUMN prior_notice_reference TEXT NOT NULL DEFAULT '',
        ADD COLUMN documents_free BOOLEAN NOT NULL DEFAULT TRUE,
        ADD COLUMN framework TEXT CONSTRAINT ck_tender_framework CHECK (framework IN ('single', 'parallel')),
        ADD COLUMN framework_max_minor BIGINT
            CONSTRAINT ck_tender_framework_max_minor CHECK (framework_max_minor > 0),
        ADD COLUMN framework_reason TEXT NOT NULL DEFAULT '',
        ADD COLUMN apply_until TIMESTAMPTZ,
        ADD COLUMN selected_at TIMESTAMPTZ,
        ADD CONSTRAINT ck_tender_framework_max CHECK ((framework IS NULL) = (framework_max_minor IS NULL)),
        ADD CONSTRAINT ck_tender_framework_value CHECK (framework_max_minor >= value_minor),
        ADD CONSTRAINT ck_tender_prior_notice CHECK (prior_notice_on IS NULL OR prior_notice_reference <> ''),
        ADD CONSTRAINT ck_tender_selected CHECK (selected_at >= apply_until),
        ADD CONSTRAINT ck_tender_apply CHECK (published_at IS NULL
            OR (access = 'selected') = (apply_until IS NOT NULL)),
        ADD CONSTRAINT ck_tender_apply_first CHECK (apply_until < closes_at);
    ALTER TABLE tender
        ALTER COLUMN access DROP DEFAULT, ALTER COLUMN urgent_reason DROP DEFAULT,
        ALTER COLUMN prior_notice_reference DROP DEFAULT, ALTER COLUMN documents_free DROP DEFAULT,
        ALTER COLUMN framework_reason DROP DEFAULT;

    CREATE TABLE admission (
        tender_id BIGINT NOT NULL CONSTRAINT fk_admission_tender_id REFERENCES tender (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_admission_organisation_id REFERENCES organisation (id),
        admitted_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_admission PRIMARY KEY (tender_id, organisation_id)
    );
    CREATE INDEX ix_admission_organisation_id ON admission (organisation_id);

    CREATE TABLE invitee (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_invitee PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_invitee_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_invitee_tender_id REFERENCES tender (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_invitee_organisation_id REFERENCES organisation (id),
        reason TEXT NOT NULL CONSTRAINT ck_invitee_reason CHECK (reason <> ''),
        rotation JSONB NOT NULL,
        added_by_id BIGINT NOT NULL CONSTRAINT fk_invitee_added_by_id REFERENCES user_account (id),
        added_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT uq_invitee_tender_id_organisation_id UNIQUE (tender_id, organisation_id)
    );
    CREATE INDEX ix_invitee_organisation_id ON invitee (organisation_id);

    CREATE TABLE application (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_application PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_application_public_id UNIQUE,
        tender_id BIGINT NOT NULL CONSTRAINT fk_application_tender_id REFERENCES tender (id),
        organisation_id BIGINT NOT NULL CONSTRAINT fk_application_organisation_id REFERENCES organisation (id),
        content BYTEA,
        content_key TEXT,
        saves BIGINT NOT NULL,
        submitted_by_id BIGINT NOT NULL
            CONSTRAINT fk_application_submitted_by_id REFERENCES user_account (id),
        submitted_at TIMESTAMPTZ NOT NULL,
        withdrawn_at TIMESTAMPTZ,
        selected BOOLEAN,
        reason TEXT NOT NULL,
        decided_by_id BIGINT CONSTRAINT fk_application_decided_by_id REFERENCES user_account (id),
        decided_at TIMESTAMPTZ,
        CONSTRAINT uq_application_tender_id_organisation_id UNIQUE (tender_id, organisation_id),
        CONSTRAINT ck_application_content CHECK ((content IS NULL) = (content_key IS NULL)),
        CONSTRAINT ck_application_decided CHECK ((selected IS NULL) = (decided_at IS NULL)
            AND (selected IS NULL) = (decided_by_id IS NULL) AND (selected IS NULL) = (reason = ''))
    );
    CREATE INDEX ix_application_organisation_id ON application (organisation_id);

    ALTER TABLE amendment
        ADD COLUMN kind TEXT NOT NULL DEFAULT 'deadline'
            CONSTRAINT ck_amendment_kind CHECK (kind IN ('deadline', 'content', 'outage', 'selection')),
        ADD COLUMN version BIGINT,
        ADD COLUMN fields JSONB NOT NULL DEFAULT '{}',
        ADD COLUMN substantial BOOLEAN NOT NULL DEFAULT FALSE,
        ALTER COLUMN questions_until DROP NOT NULL,
        DROP CONSTRAINT ck_amendment_later,
        ADD CONSTRAINT ck_amendment_later CHECK (closes_at > closed_at_before
            OR (closes_at = closed_at_before AND kind IN ('content', 'selection'))),
        ADD CONSTRAINT ck_amendment_fields CHECK ((kind = 'content') = (fields <> '{}'::jsonb)),
        ADD CONSTRAINT uq_amendment_tender_id_version UNIQUE (tender_id, version);
    ALTER TABLE amendment
        ALTER COLUMN kind DROP DEFAULT, ALTER COLUMN fields DROP DEFAULT, ALTER COLUMN substantial DROP DEFAULT;

    CREATE TABLE clock_mark (
        tender_id BIGINT NOT NULL CONSTRAINT fk_clock_mark_tender_id REFERENCES tender (id),
        what TEXT NOT NULL,
        due_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT pk_clock_mark PRIMARY KEY (tender_id, what, due_at)
    );

    CREATE TABLE outage (
        id BIGINT GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outage PRIMARY KEY,
        public_id UUID NOT NULL CONSTRAINT uq_outage_public_id UNIQUE,
        began_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ NOT NULL,
        reason TEXT NOT NULL CONSTRAINT ck_outage_reason CHECK (reason <> ''),
        days BIGINT NOT NULL CONSTRAINT ck_outage_days CHECK (days >= 1),
        tenders BIGINT NOT NULL CONSTRAINT ck_outage_tenders CHECK (tenders >= 0),
        noted_by_id BIGINT NOT NULL CONSTRAINT fk_outage_noted_by_id REFERENCES user_account (id),
        noted_at TIMESTAMPTZ NOT NULL,
        CONSTRAINT ck_outage_order CHECK (ended_at > began_at AND noted_at >= ended_at)
    );
"""

RESERVED = """
    -- Article 2.82a: a closed list of services, at most three years (Directive 2014/24/EU, art. 77).
    CREATE FUNCTION is_public_service(cpv text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
        SELECT cpv IN ('75121000', '75122000', '75123000', '79622000', '79624000', '79625000', '80110000', '80300000',
            '80420000', '80430000', '80511000', '80520000', '80590000', '92500000', '92600000', '98133000',
            '98133110') OR cpv BETWEEN '85000000' AND '85323000'
    $$;
    ALTER TABLE tender ADD CONSTRAINT ck_tender_public_service CHECK (reservation <> '2.82a'
        OR (is_public_service(cpv) AND ends_on <= (starts_on + interval '3 years')::date));
"""

FENCES = """
    -- Who is let in: by an invitation, or because an application was selected; only then, and for good.
    CREATE FUNCTION let_in() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        t record;
    BEGIN
        SELECT access, published_at, number INTO t FROM tender WHERE id = NEW.tender_id;
        IF t.published_at IS NULL
            OR NOT (t.access = 'invited' AND EXISTS (SELECT FROM invitee i WHERE i.tender_id = NEW.tender_id
                    AND i.organisation_id = NEW.organisation_id)
                OR t.access = 'selected' AND EXISTS (SELECT FROM application a WHERE a.tender_id = NEW.tender_id
                    AND a.organisation_id = NEW.organisation_id AND a.selected)) THEN
            RAISE EXCEPTION 'tender %: only who was invited or selected is let in', t.number USING ERRCODE = 'CW019';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER let_in BEFORE INSERT ON admission FOR EACH ROW EXECUTE FUNCTION let_in();
    CREATE TRIGGER keep_admission BEFORE UPDATE OR DELETE ON admission
        FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();

    CREATE FUNCTION bid_when_let_in() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id = NEW.tender_id AND t.access <> 'open')
            AND NOT EXISTS (SELECT FROM admission a WHERE a.tender_id = NEW.tender_id
                AND a.organisation_id = NEW.organisation_id) THEN
            RAISE EXCEPTION 'only who was invited or selected bids' USING ERRCODE = 'CW019';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER bid_when_let_in BEFORE INSERT ON bid FOR EACH ROW EXECUTE FUNCTION bid_when_let_in();

    CREATE FUNCTION keep_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.published_at IS NOT NULL
            AND t.id IN (OLD.tender_id, NEW.tender_id)) THEN
            RAISE EXCEPTION '% of % is refused: the invitations went out', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'CW019';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER keep_invitation BEFORE INSERT OR UPDATE OR DELETE ON invitee
        FOR EACH ROW EXECUTE FUNCTION keep_invitation();

    CREATE FUNCTION publish_with_invited() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        invited bigint;
        row jsonb := NEW.procedure_facts -> 'row';
    BEGIN
        SELECT count(*) INTO invited FROM invitee WHERE tender_id = NEW.id;
        IF invited NOT BETWEEN COALESCE((row ->> 'least_invited')::bigint, 1)
            AND COALESCE((row ->> 'most_invited')::bigint, 1) THEN
            RAISE EXCEPTION 'tender %: % invited', NEW.number, invited USING ERRCODE = 'CW019';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER publish_with_invited BEFORE UPDATE ON tender FOR EACH ROW
        WHEN (OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND NEW.access = 'invited')
        EXECUTE FUNCTION publish_with_invited();

    -- The gate of applying: the database's clock, read under a share lock, as for bids.
    CREATE FUNCTION keep_application() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        t record;
        moment timestamptz;
        is_open boolean;
    BEGIN
        SELECT access, published_at, apply_until, selected_at, cancelled_at, unsuccessful_at INTO t
            FROM tender WHERE id = NEW.tender_id FOR SHARE;
        moment := cwb_now();
        is_open := t.access = 'selected' AND t.published_at <= moment AND moment < t.apply_until
            AND t.cancelled_at IS NULL AND t.unsuccessful_at IS NULL;
        IF TG_OP = 'INSERT' THEN
            IF NOT is_open OR NEW.selected IS NOT NULL THEN
                RAISE EXCEPTION 'no applications at %', moment USING ERRCODE = 'CW014';
            END IF;
            NEW.submitted_at := moment;
            RETURN NEW;
        END IF;
        IF NEW.tender_id <> OLD.tender_id OR NEW.organisation_id <> OLD.organisation_id
            OR OLD.selected IS NOT NULL AND (NEW.selected, NEW.reason) IS DISTINCT FROM (OLD.selected, OLD.reason)
            THEN
            RAISE EXCEPTION 'application %: who, where and the decision stay', OLD.id USING ERRCODE = 'CW019';
        END IF;
        IF NEW.saves <> OLD.saves OR NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at THEN
            IF NOT is_open THEN
                RAISE EXCEPTION 'no applications at %', moment USING ERRCODE = 'CW014';
            END IF;
            IF NEW.saves <> OLD.saves THEN
                NEW.submitted_at := moment;
            END IF;
        ELSIF NEW.submitted_at <> OLD.submitted_at THEN
            RAISE EXCEPTION 'application %: the moment stays', OLD.id USING ERRCODE = 'CW019';
        END IF;
        IF OLD.selected IS NULL AND NEW.selected IS NOT NULL
            AND (t.apply_until > moment OR t.selected_at IS NOT NULL OR NEW.withdrawn_at IS NOT NULL) THEN
            RAISE EXCEPTION 'application %: nobody is selected now', OLD.id USING ERRCODE = 'CW019';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_application BEFORE INSERT OR UPDATE ON application
        FOR EACH ROW EXECUTE FUNCTION keep_application();
    CREATE TRIGGER refuse_application_delete BEFORE DELETE ON application
        FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();
    CREATE TRIGGER keep_clock_mark BEFORE UPDATE OR DELETE ON clock_mark
        FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();
    CREATE TRIGGER keep_outage BEFORE UPDATE OR DELETE ON outage
        FOR EACH ROW EXECUTE FUNCTION refuse_tender_change();
"""

# What is published stays as it was, but for what an amendment of the same version names, from old to new.
AMENDED = """
    CREATE OR REPLACE FUNCTION keep_published_tender() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        movable CONSTANT text[] := ARRAY['questions_until', 'answers_until', 'closes_at', 'key_id', 'opened_at',
            'scores_frozen_at', 'decided_at', 'standstill_until', 'awarded_at', 'completed_at', 'cancelled_at',
            'cancel_reason', 'unsuccessful_at', 'unsuccessful_reason', 'version', 'selected_at', 'apply_until'];
        amendable CONSTANT text[] := ARRAY['description', 'requirements', 'value_minor', 'framework_max_minor',
            'starts_on', 'ends_on'];
        once CONSTANT text[] := ARRAY['key_id', 'opened_at', 'scores_frozen_at', 'awarded_at', -- decided_at: 0015
            'completed_at', 'cancelled_at', 'unsuccessful_at', 'selected_at'];
        was jsonb := to_jsonb(OLD);
        becomes jsonb := to_jsonb(NEW);
        named jsonb := '{}';
        moment text;
        part text;
    BEGIN
        IF was - movable IS DISTINCT FROM becomes - movable THEN
            SELECT a.fields INTO named FROM amendment a
                WHERE a.tender_id = OLD.id AND a.version = NEW.version AND NEW.version = OLD.version + 1;
            FOREACH part IN ARRAY amendable LOOP
                IF was -> part IS DISTINCT FROM becomes -> part AND (named -> part -> 'old' IS DISTINCT FROM was -> part
                    OR named -> part -> 'new' IS DISTINCT FROM becomes -> part) THEN
                    RAISE EXCEPTION 'tender % is published: its content is frozen, no amendment names %', OLD.number, part
                        USING ERRCODE = 'CW012';
                END IF;
            END LOOP;
            IF was - movable - amendable - ARRAY['search_text', 'content_hash']
                IS DISTINCT FROM becomes - movable - amendable - ARRAY['search_text', 'content_hash']
                OR named IS NULL THEN
                RAISE EXCEPTION 'tender % is published: its content is frozen', OLD.number USING ERRCODE = 'CW012';
            END IF;
        END IF;
        IF NEW.closes_at < OLD.closes_at OR NEW.questions_until < OLD.questions_until
            OR NEW.apply_until < OLD.apply_until
            OR (OLD.selected_at IS NOT NULL AND NEW.apply_until IS DISTINCT FROM OLD.apply_until)
            OR (OLD.opened_at IS NOT NULL AND NEW.closes_at <> OLD.closes_at) THEN
            RAISE EXCEPTION 'tender %: a deadline moves later only, before opening', OLD.number
                USING ERRCODE = 'CW012';
        END IF;
        FOREACH moment IN ARRAY once LOOP
            IF was -> moment <> 'null'::jsonb AND was -> moment IS DISTINCT FROM becomes -> moment THEN
                RAISE EXCEPTION 'tender %: % is set once', OLD.number, moment USING ERRCODE = 'CW012';
            END IF;
        END LOOP;
        IF NEW.standstill_until < OLD.standstill_until THEN
            RAISE EXCEPTION 'tender %: a standstill is never shortened', OLD.number USING ERRCODE = 'CW012';
        END IF;
        RETURN NEW;
    END $$;

    -- A criterion's description may be amended in the same way; its weight, points, kind and name never.
    CREATE FUNCTION is_amended_criterion(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT was - 'description' = becomes - 'description' AND EXISTS (
            SELECT FROM lot l JOIN tender t ON t.id = l.tender_id
            JOIN amendment a ON a.tender_id = t.id AND a.version = t.version
            CROSS JOIN LATERAL (SELECT a.fields
                -> format('criterion:%s:%s', l.number, was ->> 'code') AS change) f
            WHERE l.id = (was ->> 'lot_id')::bigint AND f.change ->> 'old' = was ->> 'description'
                AND f.change ->> 'new' = becomes ->> 'description')
    $$;
    CREATE FUNCTION keep_published_criterion() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM lot l JOIN tender t ON t.id = l.tender_id
            WHERE l.id IN (OLD.lot_id, NEW.lot_id) AND t.published_at IS NOT NULL)
            AND NOT (TG_OP = 'UPDATE' AND is_amended_criterion(to_jsonb(OLD), to_jsonb(NEW))) THEN
            RAISE EXCEPTION '% of criterion is refused: the tender is published', TG_OP USING ERRCODE = 'CW012';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    DROP TRIGGER keep_published_criterion ON criterion;
    CREATE TRIGGER keep_published_criterion BEFORE INSERT OR UPDATE OR DELETE ON criterion
        FOR EACH ROW EXECUTE FUNCTION keep_published_criterion();

    -- The value of the one lot follows the amended value of its tender.
    CREATE FUNCTION is_amended_lot(was jsonb, becomes jsonb) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT was - 'value_minor' = becomes - 'value_minor' AND EXISTS (
            SELECT FROM tender t JOIN amendment a ON a.tender_id = t.id AND a.version = t.version
            WHERE t.id = (was ->> 'tender_id')::bigint
                AND a.fields -> 'value_minor' -> 'new' = becomes -> 'value_minor'
                AND (SELECT count(*) FROM lot l WHERE l.tender_id = t.id) = 1)
    $$;
    CREATE FUNCTION keep_published_lot() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM tender t WHERE t.id IN (OLD.tender_id, NEW.tender_id) AND t.published_at IS NOT NULL)
            AND NOT (TG_OP = 'UPDATE' AND is_amended_lot(to_jsonb(OLD), to_jsonb(NEW))) THEN
            RAISE EXCEPTION '% of lot is refused: the tender is published', TG_OP USING ERRCODE = 'CW012';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    DROP TRIGGER keep_published_lot ON lot;
    CREATE TRIGGER keep_published_lot BEFORE INSERT OR UPDATE OR DELETE ON lot
        FOR EACH ROW EXECUTE FUNCTION keep_published_lot();
"""


def upgrade() -> None:
    """Make the tables and their fences."""
    for part in (TABLES, RESERVED, FENCES, AMENDED):
        op.execute(part)


def downgrade() -> None:
    """Take it away. The frozen content of a published tender is guarded by the trigger of 0012 in its newer form."""
    op.execute("""
        DROP TRIGGER keep_published_criterion ON criterion;
        CREATE TRIGGER keep_published_criterion BEFORE INSERT OR UPDATE OR DELETE ON criterion
            FOR EACH ROW EXECUTE FUNCTION keep_published_parts();
        DROP TRIGGER keep_published_lot ON lot;
        CREATE TRIGGER keep_published_lot BEFORE INSERT OR UPDATE OR DELETE ON lot
            FOR EACH ROW EXECUTE FUNCTION keep_published_parts();
        DROP TRIGGER publish_with_invited ON tender;
        DROP TRIGGER bid_when_let_in ON bid;
        DROP TABLE outage, clock_mark, application, invitee, admission;
        ALTER TABLE amendment DROP CONSTRAINT ck_amendment_later, DROP CONSTRAINT ck_amendment_fields,
            DROP CONSTRAINT uq_amendment_tender_id_version, DROP COLUMN kind, DROP COLUMN version,
            DROP COLUMN fields, DROP COLUMN substantial;
        ALTER TABLE tender DROP CONSTRAINT ck_tender_public_service, DROP CONSTRAINT ck_tender_framework_max,
            DROP CONSTRAINT ck_tender_framework_value, DROP CONSTRAINT ck_tender_prior_notice,
            DROP CONSTRAINT ck_tender_selected, DROP CONSTRAINT ck_tender_apply, DROP CONSTRAINT ck_tender_apply_first,
            DROP COLUMN access, DROP COLUMN urgent_reason, DROP COLUMN prior_notice_on,
            DROP COLUMN prior_notice_reference, DROP COLUMN documents_free, DROP COLUMN framework,
            DROP COLUMN framework_max_minor, DROP COLUMN framework_reason, DROP COLUMN apply_until,
            DROP COLUMN selected_at;
        DROP FUNCTION keep_published_lot(), is_amended_lot(jsonb, jsonb), keep_published_criterion(), is_amended_criterion(jsonb, jsonb), keep_application(),
            publish_with_invited(), keep_invitation(), bid_when_let_in(), let_in(), is_public_service(text);
    """)
