-- What must not come back with a backup: people erased or restricted, passkeys removed. A row is written by triggers in
-- the transaction of the deed, so that no path forgets it. The operator keeps it outside of this database and then
-- deletes it: a row that is gone is stored.

CREATE TABLE outbox.journal (
  -- Deeds upon one subject wait for each other's row: their numbers are in the order of the deeds.
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN (
    'person_erased', 'person_restricted', 'person_released', 'passkey_removed', 'api_key_revoked')),
  -- HMAC-SHA-256 of a person's UUID (16 bytes) or a passkey's credential ID: outside it names nobody.
  subject bytea NOT NULL CHECK (length(subject) = 32),
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who waits to hear that an erasure is stored; says nothing of who was erased.
CREATE TABLE auth.erasure_receipts (
  receipt_hash bytea PRIMARY KEY CHECK (length(receipt_hash) = 32),
  journal_id bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX erasure_receipts_expiry ON auth.erasure_receipts (expires_at);

-- RFC 2104 for keys of up to one block (64 bytes), without an extension: bytea knows no XOR, and bit strings do.
CREATE FUNCTION auth.hmac_sha256(key bytea, message bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN sha256(
  -- bit_send writes the number of bits, four bytes, before them.
  substr(bit_send(('x' || encode(key, 'hex'))::bit(512) # ('x' || repeat('5c', 64))::bit(512)), 5)
  || sha256(substr(bit_send(('x' || encode(key, 'hex'))::bit(512) # ('x' || repeat('36', 64))::bit(512)), 5)
            || message));

-- Derived from the challenge key, which was there from the first schema on and is in every backup: an older backup that is
-- restored and migrated finds the same subjects again.
INSERT INTO auth.service_keys (name, key) VALUES ('journal', (
  SELECT auth.hmac_sha256(key, convert_to('kiavi journal 1', 'UTF8')) FROM auth.service_keys WHERE name = 'challenge'));

-- Null without the key: then the journal refuses the row, and with it the deed.
CREATE FUNCTION auth.journal_subject(identifier bytea) RETURNS bytea
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN auth.hmac_sha256((SELECT key FROM auth.service_keys WHERE name = 'journal'), identifier);

-- The serving role writes to the outbox and never reads it; this one answer it may have.
CREATE FUNCTION auth.journal_is_stored(entry bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
RETURN NOT EXISTS (SELECT FROM outbox.journal WHERE journal.id = entry);

CREATE FUNCTION auth.user_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox.journal (kind, subject) VALUES ('person_erased', auth.journal_subject(uuid_send(OLD.id)));
  -- That something happened stays; whence, with what and under which name goes with the person.
  UPDATE auth.audit_events SET identifier = NULL, ip = NULL, user_agent = NULL, country = NULL
  WHERE user_id = OLD.id;
  RETURN NULL;
END $$;

CREATE FUNCTION auth.user_state_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox.journal (kind, subject) VALUES (
    CASE NEW.state WHEN 'disabled' THEN 'person_restricted' ELSE 'person_released' END,
    auth.journal_subject(uuid_send(NEW.id)));
  RETURN NULL;
END $$;

CREATE FUNCTION auth.passkey_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- One that goes with its person is in the entry of that person.
  IF EXISTS (SELECT FROM auth.users WHERE id = OLD.user_id) THEN
    INSERT INTO outbox.journal (kind, subject) VALUES ('passkey_removed', auth.journal_subject(OLD.credential_id));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION auth.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE would forget to tell the journal who is gone. DELETE the rows instead.';
END $$;

-- Users before passkeys, as a sign-up takes them: the other way round the two could wait for each other. Nothing here
-- fires on what a sign-in or a sign-up writes.
CREATE TRIGGER user_erased AFTER DELETE ON auth.users
  FOR EACH ROW EXECUTE FUNCTION auth.user_erased();
CREATE TRIGGER user_state_changed AFTER UPDATE OF state ON auth.users
  FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION auth.user_state_changed();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON auth.users
  FOR EACH STATEMENT EXECUTE FUNCTION auth.refuse_truncate();
CREATE TRIGGER passkey_removed AFTER DELETE ON auth.passkeys
  FOR EACH ROW EXECUTE FUNCTION auth.passkey_removed();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON auth.passkeys
  FOR EACH STATEMENT EXECUTE FUNCTION auth.refuse_truncate();
