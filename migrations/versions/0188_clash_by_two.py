"""Where name, number or postcode contradict, two people say who a supplier is; also when no proposal is named."""

from alembic import op

revision = "0188_clash_by_two"
down_revision = "0162_kinds_at_once"
branch_labels = None
depends_on = None

_SUBJECT = """
            CASE kind
                WHEN 'party' THEN register_number IS NULL AND other_id IS NULL AND holds = (party_id IS NOT NULL)
                WHEN 'register' THEN register_number IS NOT NULL AND other_id IS NULL AND party_id IS NULL"""

_GUARD = """
        CREATE OR REPLACE FUNCTION guard_supplier_link() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {alone} NOT EXISTS (
                SELECT FROM supplier_link AS said WHERE said.id = NEW.proposal_id AND said.kind = 'proposed'
                    AND said.supplier_id = NEW.supplier_id AND said.actor_id IS DISTINCT FROM NEW.actor_id
                    AND said.party_id IS NOT DISTINCT FROM NEW.party_id
                    {other}
                    AND said.register_number IS NOT DISTINCT FROM NEW.register_number) THEN
                RAISE EXCEPTION 'a second person says the same of a supplier' USING ERRCODE = 'CW031';
            END IF;
            RETURN NEW;
        END $$;
"""


def upgrade() -> None:
    """What was decided before stands. `ledger.identities.rules` says the same; a test compares the names."""
    op.execute(f"""
        ALTER TABLE supplier ADD COLUMN kvk_given_by_id bigint
            CONSTRAINT fk_supplier_kvk_given_by_id REFERENCES user_account (id);
        ALTER TABLE supplier_link
            DROP CONSTRAINT ck_supplier_link_subject,
            ADD CONSTRAINT ck_supplier_link_subject CHECK ({_SUBJECT}
                WHEN 'proposed' THEN holds AND actor_id IS NOT NULL
                    AND num_nonnulls(party_id, register_number, other_id) = 1
                ELSE other_id IS NOT NULL AND register_number IS NULL AND party_id IS NULL END);
    """)
    op.execute(r"""
        CREATE FUNCTION bare_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT regexp_replace(
                regexp_replace(
                    regexp_replace(
                        normalize(replace(lower(name), 'ß', 'ss'), NFKD),
                        '[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]', '', 'g'),
                    '\y(b\.?v|n\.?v|u\.?a|w\.?a|b\.?a|v\.?o\.?f|c\.?v|ltd|limited|plc|gmbh|inc|llp'
                    '|cooperatie|cooperatieve|stichting|vereniging|eenmanszaak|maatschap)\y\.?', ' ', 'g'),
                '[^0-9a-z\u00c0-\uffff]+', '', 'g')
        $$;
        CREATE FUNCTION number_is_of_one(kind_asked text, number_asked text, written bigint) RETURNS boolean
        LANGUAGE sql STABLE AS $$
            SELECT written <= 1 AND (
                SELECT said.holds FROM supplier_catch_all said
                WHERE said.kind = kind_asked AND said.value = number_asked ORDER BY said.id DESC LIMIT 1
            ) IS NOT TRUE
        $$;
    """)
    op.execute("""
        CREATE FUNCTION one_says_who(said supplier_link) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
        DECLARE
            mine supplier; told register_extract; names text[]; kvk text; vat text; place text;
            by_number boolean := false; confirmed boolean := false; own boolean;
        BEGIN
            SELECT * INTO mine FROM supplier WHERE id = said.supplier_id;
            own := mine.kvk_given_by_id IS NULL OR mine.kvk_given_by_id IS DISTINCT FROM said.actor_id;
            IF said.kind = 'same' THEN
                SELECT ARRAY[name], kvk_number, vat_id, postcode INTO names, kvk, vat, place
                FROM supplier WHERE id = said.other_id;
            ELSIF said.kind = 'party' THEN
                SELECT ARRAY[name], kvk_number, vat_id, postcode INTO names, kvk, vat, place
                FROM party JOIN organisation USING (id) WHERE id = said.party_id;
                confirmed := kvk = mine.register_number;
                by_number := own AND kvk = mine.kvk_number;
            ELSE
                SELECT * INTO told FROM register_extract WHERE kvk_number = said.register_number
                ORDER BY looked_up_on DESC, id DESC LIMIT 1;
                names := told.name || ARRAY(SELECT jsonb_array_elements_text(told.trade_names)); kvk := told.kvk_number; vat := told.vat_id;
                SELECT postcode INTO place FROM register_branch
                WHERE extract_id = told.id AND main AND NOT shielded ORDER BY from_on DESC, id DESC LIMIT 1;
                by_number := (own AND mine.kvk_number = kvk AND number_is_of_one('kvk', kvk, 1))
                    OR (mine.vat_id = told.vat_id AND number_is_of_one('vat', told.vat_id, (
                        SELECT count(DISTINCT nullif(bare_name(name), '')) FROM supplier WHERE vat_id = told.vat_id)))
                    OR (mine.iban = told.iban AND number_is_of_one('iban', told.iban, (
                        SELECT count(DISTINCT nullif(bare_name(name), '')) FROM supplier WHERE iban = told.iban)))
                    OR (EXISTS (
                            SELECT FROM register_branch WHERE extract_id = told.id AND number = mine.branch_number)
                        AND number_is_of_one('branch', mine.branch_number, (
                            SELECT count(DISTINCT nullif(bare_name(name), '')) FROM supplier
                            WHERE branch_number = mine.branch_number)));
            END IF;
            RETURN coalesce(confirmed, false) OR (
                coalesce(bare_name(mine.name) IN (SELECT bare_name(each) FROM unnest(names) each), false)
                AND bare_name(mine.name) <> ''
                AND (coalesce(by_number, false)
                    OR (coalesce(mine.kvk_number = kvk, true) AND coalesce(mine.vat_id = vat, true)
                        AND coalesce(upper(replace(nullif(mine.postcode, ''), ' ', ''))
                            = upper(replace(nullif(place, ''), ' ', '')), true))));
        END $$;
    """)
    alone = "(NEW.proposal_id IS NOT NULL OR NOT one_says_who(NEW)) AND"
    op.execute(_GUARD.format(alone=alone, other="AND said.other_id IS NOT DISTINCT FROM NEW.other_id"))
    op.execute("""
        DROP TRIGGER supplier_link_guarded ON supplier_link;
        CREATE TRIGGER supplier_link_guarded BEFORE INSERT ON supplier_link FOR EACH ROW
            WHEN (NEW.proposal_id IS NOT NULL OR (NEW.holds AND NEW.kind <> 'proposed' AND NEW.actor_id IS NOT NULL))
            EXECUTE FUNCTION guard_supplier_link();
    """)


def downgrade() -> None:
    """What waited for a second person about two suppliers of ledgers is forgotten."""
    op.execute(_GUARD.format(alone="", other=""))
    op.execute(f"""
        DROP TRIGGER supplier_link_guarded ON supplier_link;
        CREATE TRIGGER supplier_link_guarded BEFORE INSERT ON supplier_link
            FOR EACH ROW WHEN (NEW.proposal_id IS NOT NULL) EXECUTE FUNCTION guard_supplier_link();
        DROP FUNCTION one_says_who(supplier_link);
        DROP FUNCTION number_is_of_one(text, text, bigint);
        DROP FUNCTION bare_name(text);
        ALTER TABLE supplier_link DISABLE TRIGGER supplier_link_append_only;
        UPDATE supplier_link SET proposal_id = NULL WHERE kind = 'same';
        DELETE FROM supplier_link WHERE kind = 'proposed' AND other_id IS NOT NULL;
        ALTER TABLE supplier_link ENABLE TRIGGER supplier_link_append_only;
        ALTER TABLE supplier_link
            DROP CONSTRAINT ck_supplier_link_subject,
            ADD CONSTRAINT ck_supplier_link_subject CHECK ({_SUBJECT}
                WHEN 'proposed' THEN holds AND other_id IS NULL AND actor_id IS NOT NULL
                    AND num_nonnulls(party_id, register_number) = 1
                ELSE other_id IS NOT NULL AND register_number IS NULL AND party_id IS NULL END);
        ALTER TABLE supplier DROP COLUMN kvk_given_by_id;
    """)
