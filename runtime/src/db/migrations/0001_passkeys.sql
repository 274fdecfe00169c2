-- People, their passkeys and sessions. Schemas, roles and grants are the operator's: the tables made here are
-- reached by the serving role through the owner's default privileges.

CREATE TABLE auth.users (
  id uuid PRIMARY KEY,
  -- What their passkeys keep to say whose they are (WebAuthn user handle).
  handle bytea NOT NULL UNIQUE CHECK (length(handle) = 64),
  -- For the passkey manager to show; identifies nobody.
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 64),
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  created_at timestamptz NOT NULL
);

CREATE TABLE auth.passkeys (
  credential_id bytea PRIMARY KEY CHECK (length(credential_id) BETWEEN 1 AND 1023),
  user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  -- SubjectPublicKeyInfo, DER.
  public_key bytea NOT NULL,
  -- COSE algorithm number.
  algorithm integer NOT NULL,
  sign_count bigint NOT NULL CHECK (sign_count >= 0),
  backup_eligible boolean NOT NULL,
  backed_up boolean NOT NULL,
  transports text[] NOT NULL,
  -- The model of the authenticator, as it says itself.
  aaguid uuid NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  CHECK (backup_eligible OR NOT backed_up)
) WITH (fillfactor = 80);
CREATE INDEX passkeys_user ON auth.passkeys (user_id);

-- A row is a live session; ending one deletes it.
CREATE TABLE auth.sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
  -- SHA-256 of the cookie's value; null for a session that lives by refresh tokens.
  secret_hash bytea UNIQUE CHECK (length(secret_hash) = 32),
  authenticated_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- The absolute end.
  expires_at timestamptz NOT NULL,
  ip inet NOT NULL,
  user_agent text,
  country text CHECK (length(country) = 2)
) WITH (fillfactor = 80);
CREATE INDEX sessions_user ON auth.sessions (user_id);
CREATE INDEX sessions_expiry ON auth.sessions (expires_at);

-- One family per session: a used token that comes back ends the session and with it the family.
CREATE TABLE auth.refresh_tokens (
  secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
  session_id uuid NOT NULL REFERENCES auth.sessions ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX refresh_tokens_session ON auth.refresh_tokens (session_id);
CREATE INDEX refresh_tokens_expiry ON auth.refresh_tokens (expires_at);

-- Challenges that were answered, until they expire: the guard of their single use.
CREATE TABLE auth.used_challenges (
  hash bytea PRIMARY KEY CHECK (length(hash) = 32),
  expires_at timestamptz NOT NULL
);
CREATE INDEX used_challenges_expiry ON auth.used_challenges (expires_at);

-- No reference to users: what happened outlives who it happened to.
CREATE TABLE auth.audit_events (
  id uuid PRIMARY KEY,
  occurred_at timestamptz NOT NULL,
  type text NOT NULL CHECK (type IN ('sign_up', 'sign_in', 'sign_out', 'token_refresh')),
  outcome text NOT NULL CHECK (outcome IN ('success', 'failure')),
  reason text,
  user_id uuid,
  identifier text,
  ip inet NOT NULL,
  user_agent text,
  country text CHECK (length(country) = 2)
);
CREATE INDEX audit_events_user ON auth.audit_events (user_id, occurred_at);
CREATE INDEX audit_events_time ON auth.audit_events (occurred_at);

-- What every replica must know and nobody else: the key of the challenges.
CREATE TABLE auth.service_keys (
  name text PRIMARY KEY,
  key bytea NOT NULL CHECK (length(key) >= 32)
);
-- Two random UUIDs: 244 bits from the server's strong generator, without an extension.
INSERT INTO auth.service_keys (name, key)
VALUES ('challenge', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
