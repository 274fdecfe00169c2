/**
 * What is asked of the catalogues, which every role may read. `$1` and so on are bound values. Each query answers with
 * one column of JSON, whose shape catalogue-rows.ts holds.
 */

/** From 16 on, whoever makes a role may administer it, and nothing else; 15 has no such columns. */
const implicit = `(m.member = me.oid AND m.admin_option
  AND to_jsonb(m) @> '{"inherit_option": false, "set_option": false}')`

/** Who made $2 a member of $1, but for the administrator's implicit grant. */
export const membershipQuery = `
  SELECT pg_get_userbyid(m.grantor) AS grantor FROM pg_auth_members m, pg_roles me
  WHERE me.rolname = current_user AND m.roleid = $1::regrole AND m.member = $2::regrole AND NOT ${implicit}`

/** Seen from the maintenance database. $1: the database's name; $2: the role names. */
export const outsideQuery = `
  SELECT jsonb_build_object(
    'serverVersion', current_setting('server_version_num')::int,
    'administrator', current_user,
    'database', (
      SELECT jsonb_build_object(
        'ours', d.datdba = me.oid,
        'comment', shobj_description(d.oid, 'pg_database'),
        'allowConnections', d.datallowconn,
        'connectionLimit', d.datconnlimit,
        'grants', (
          SELECT coalesce(jsonb_agg(jsonb_build_object(
            'grantee', coalesce(g.rolname, 'PUBLIC'), 'privilege', a.privilege_type, 'option', a.is_grantable)), '[]')
          FROM aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a LEFT JOIN pg_roles g ON g.oid = a.grantee))
      FROM pg_database d WHERE d.datname = $1),
    'roles', (
      SELECT coalesce(jsonb_object_agg(r.rolname, jsonb_build_object(
        'login', r.rolcanlogin,
        'superuser', r.rolsuper,
        'createRole', r.rolcreaterole,
        'createDatabase', r.rolcreatedb,
        'bypassRowSecurity', r.rolbypassrls,
        'replication', r.rolreplication,
        'inherit', r.rolinherit,
        'connectionLimit', r.rolconnlimit,
        'everlasting', r.rolvaliduntil IS NULL OR r.rolvaliduntil = 'infinity',
        'memberOf', ARRAY(
          SELECT DISTINCT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid),
        'members', ARRAY(
          SELECT DISTINCT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.member
          WHERE m.roleid = r.oid
            AND NOT ${implicit}),
        'settings', ARRAY(
          SELECT unnest(s.setconfig) FROM pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase = 0),
        'localSettings', ARRAY(
          SELECT split_part(unnest(s.setconfig), '=', 1) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
          WHERE s.setrole = r.oid AND d.datname = $1))), '{}')
      FROM pg_roles r WHERE r.rolname = ANY ($2))
  ) AS seen
  FROM pg_roles me WHERE me.rolname = current_user`

/**
 * Seen from inside the tenant's database. $1: our schemas; $2: the owner role's name.
 * What pg_database_owner has in \`public\` is left out: it is nobody but the administrator.
 */
export const insideQuery = `
  WITH owner AS (SELECT oid FROM pg_roles WHERE rolname = $2),
  ours AS (SELECT * FROM pg_namespace WHERE nspname = ANY ($1)),
  relation AS (
    SELECT c.*, n.nspname, CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind
    FROM pg_class c JOIN ours n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')),
  routine AS (
    SELECT p.*, n.nspname, pg_get_function_identity_arguments(p.oid) AS parameters
    FROM pg_proc p JOIN ours n ON n.oid = p.pronamespace),
  kinds (letter, word) AS (VALUES ('r'::"char", 'TABLES'), ('S', 'SEQUENCES'), ('f', 'FUNCTIONS'), ('n', 'SCHEMAS')),
  acl (target, entries) AS (
    SELECT jsonb_build_object('kind', 'schema', 'schema', nspname), coalesce(nspacl, acldefault('n', nspowner))
      FROM pg_namespace WHERE nspname = ANY ($1) OR nspname = 'public'
    UNION ALL
    SELECT jsonb_build_object('kind', kind, 'schema', nspname, 'name', relname),
      coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
      FROM relation JOIN owner ON owner.oid = relowner
    UNION ALL
    SELECT jsonb_build_object('kind', 'column', 'schema', nspname, 'name', relname, 'column', attname), attacl
      FROM pg_attribute a JOIN relation ON relation.oid = a.attrelid JOIN owner ON owner.oid = relowner
      WHERE attacl IS NOT NULL AND NOT attisdropped
    UNION ALL
    SELECT jsonb_build_object('kind', 'routine', 'schema', nspname, 'name', proname, 'parameters', parameters),
      coalesce(proacl, acldefault('f', proowner))
      FROM routine JOIN owner ON owner.oid = proowner
    UNION ALL
    SELECT jsonb_build_object('kind', 'default', 'of', word),
      coalesce(defaclacl, acldefault(CASE letter WHEN 'S' THEN 's' ELSE letter END, owner.oid))
      FROM owner CROSS JOIN kinds LEFT JOIN pg_default_acl
        ON defaclrole = owner.oid AND defaclnamespace = 0 AND defaclobjtype = letter
    UNION ALL
    SELECT jsonb_build_object('kind', 'default', 'of', word, 'schema', n.nspname), defaclacl
      FROM owner JOIN pg_default_acl ON defaclrole = owner.oid JOIN kinds ON letter = defaclobjtype
        JOIN pg_namespace n ON n.oid = defaclnamespace)
  SELECT jsonb_build_object(
    'schemas', ARRAY(SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
    'objects', (SELECT coalesce(jsonb_agg(object ORDER BY object), '[]') FROM (
      SELECT jsonb_build_object('kind', kind, 'schema', nspname, 'name', relname)
        FROM relation JOIN owner ON owner.oid = relowner
      UNION ALL
      SELECT jsonb_build_object('kind', 'routine', 'schema', nspname, 'name', proname, 'parameters', parameters)
        FROM routine JOIN owner ON owner.oid = proowner) o (object)),
    'foreign', ARRAY(
      SELECT format('%s (%s)', thing, pg_get_userbyid(by)) FROM (
        SELECT nspname, nspowner FROM ours
        UNION ALL SELECT nspname || '.' || relname, relowner FROM relation
        UNION ALL SELECT nspname || '.' || proname, proowner FROM routine) f (thing, by)
      WHERE by NOT IN (SELECT oid FROM owner)),
    'grants', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('on', target, 'grantee', coalesce(g.rolname, 'PUBLIC'),
        'privilege', a.privilege_type, 'option', a.is_grantable)), '[]')
      FROM acl CROSS JOIN LATERAL aclexplode(entries) a LEFT JOIN pg_roles g ON g.oid = a.grantee
      WHERE NOT (target @> '{"kind": "schema", "schema": "public"}' AND g.rolname IS NOT DISTINCT FROM 'pg_database_owner'))
  ) AS seen`

/** Every database with a COMMENT; which of them is a marker is for marker.ts to say. */
export const markedQuery = `
  SELECT datname AS database, shobj_description(oid, 'pg_database') AS comment, datconnlimit AS "connectionLimit"
  FROM pg_database WHERE shobj_description(oid, 'pg_database') IS NOT NULL ORDER BY datname`

/** Databases that PUBLIC may connect to, but for template0, which nobody can. */
export const openToPublicQuery = `
  SELECT datname AS database FROM pg_database
  WHERE datallowconn AND has_database_privilege('public', oid, 'CONNECT') ORDER BY datname`

/** One row for each tenant ID that a database or a role is named after. */
export const sweepQuery = `
  WITH named AS (
    SELECT oid, false AS role, datname AS name FROM pg_database
    UNION ALL SELECT oid, true, rolname FROM pg_roles),
  tenant AS (
    SELECT oid, role, substring(name FROM '^kiavi_([a-z][a-z0-9]{9})(?:_(?:owner|app|backup|outbox))?$') AS id FROM named),
  line (id, text) AS (
    SELECT id, concat_ws('|', 'database', datname, datdba, datallowconn, datconnlimit, datacl::text,
        shobj_description(d.oid, 'pg_database'))
      FROM tenant t JOIN pg_database d ON NOT t.role AND d.oid = t.oid
    UNION ALL
    SELECT id, concat_ws('|', 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
        rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil)
      FROM tenant t JOIN pg_roles r ON t.role AND r.oid = t.oid
    UNION ALL
    SELECT id, concat_ws('|', 'member', to_jsonb(m)::text)
      FROM tenant t JOIN pg_auth_members m ON t.role AND t.oid IN (m.roleid, m.member)
    UNION ALL
    SELECT id, concat_ws('|', 'setting', setdatabase, setrole, setconfig::text)
      FROM tenant t JOIN pg_db_role_setting ON t.role AND setrole = t.oid)
  SELECT id AS "tenantID",
    encode(sha256(convert_to(string_agg(text, E'\\n' ORDER BY text COLLATE "C"), 'UTF8')), 'hex') AS digest
  FROM line WHERE id IS NOT NULL GROUP BY id`
