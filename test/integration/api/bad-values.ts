/**
 * What single fields refuse: for each sentence the values that call it forth. Every field whose schema says the
 * sentence is tried with every value.
 */
export const badValues: Record<string, unknown[]> = {
  'write lower-case letters, digits, - and . only, beginning and ending with a letter or digit': [
    'Upper',
    'under_score',
    '-dash',
    'dot.',
    'a..b',
  ],
  'write a host name in lower case with at least two labels, such as auth.acme.eu: no https://, port, path, * or address':
    [
      'Auth.acme.eu',
      'https://auth.acme.eu',
      'auth.acme.eu:8443',
      'auth.acme.eu/sign-in',
      '*.acme.eu',
      'localhost',
      '10.0.0.1',
      'auth.acme.eu.',
      '-auth.acme.eu',
      'auth..eu',
      'auth.acme.eu\n',
      `${'a'.repeat(64)}.acme.eu`,
    ],
  'write lower-case letters, digits and - only, beginning and ending with a letter or digit': [
    'Upper',
    'a.b',
    'a-',
    'a_b',
  ],
  'write a tenant ID: 10 lower-case letters and digits, the first a letter, as status.tenantID shows it': [
    '1abcdefghi',
    'Abcdefghij',
    'abcde-ghij',
  ],
  'write a key ID of 43 letters, as status.keys shows it': [`${'a'.repeat(42)}=`, `${'a'.repeat(42)}/`],
  'write an address range in CIDR form, such as 10.0.0.0/8 or fd00::/8; one address is 10.0.0.7/32': [
    '10.0.0.7',
    '10.0.0.0/33',
    'fd00::',
    'fd00::/129',
    'postgres.databases.svc/32',
    '10.0.0/8',
  ],
  'write keys as name or prefix/name, such as app or acme.eu/team': [
    { 'no spaces': 'x' },
    { 'a/b/c': 'x' },
    { '-app': 'x' },
    { ['a'.repeat(64)]: 'x' },
  ],
  'write letters, digits, -, _ and . only, beginning and ending with a letter or digit': ['a b', '-a', 'a:b'],
  'leave out keys that begin with kiavi.eu/ or pod-security.kubernetes.io/ or kubernetes.io/ or app.kubernetes.io/: the operator sets them':
    [
      { 'kiavi.eu/managed-by': 'me' },
      { 'pod-security.kubernetes.io/enforce': 'privileged' },
      { 'kubernetes.io/metadata.name': 'kube-system' },
      { 'app.kubernetes.io/managed-by': 'me' },
    ],
  'leave out keys that begin with kiavi.eu/: the operator sets them': [{ 'kiavi.eu/owner': 'me/mine' }],
  'write an origin as https://host or https://host:port in lower case: no path, no slash at the end, no *': [
    'http://app.acme.eu',
    'https://app.acme.eu/',
    'https://app.acme.eu/path',
    'https://*.acme.eu',
    'https://evil.eu;.acme.eu',
    'https://user@app.acme.eu',
    'https://app.acme.eu:99999',
    'https://app.acme.eu:0',
    'https://APP.acme.eu',
    'app.acme.eu',
    'https://10.0.0.1',
  ],
  'leave :443 out: browsers do, so an origin that names it matches nothing': ['https://app.acme.eu:443'],
  'write a quantity such as 50m, 0.5 or 128Mi': ['lots', '-1', '1 Gi', '1e3', '.5'],
  'write a country and a place in lower case, such as fr-par': [
    'fr',
    'FR-PAR',
    'fr_par',
    'france-paris',
    'fr-',
  ],
  'begin with the code of the country of the European Economic Area where the data lie, such as fr-par or de-eu-central-1':
    ['us-east-1', 'gb-lon', 'ch-zurich', 'eu-west-2'],
  'write a kind as Kubernetes spells it, such as ClusterIssuer': ['clusterissuer', 'Cluster-Issuer'],
  'write a kind that serves the whole cluster, such as ClusterIssuer: an Issuer of your namespace cannot sign where the tenant runs':
    ['Issuer'],
  'write five fields in UTC (minute hour day-of-month month day-of-week), in numbers and with one minute, such as 0 2 * * *':
    [
      '* 2 * * *',
      '*/15 * * * *',
      '0,30 2 * * *',
      '0 2 * *',
      '0 2 * * * *',
      '0 24 * * *',
      '60 2 * * *',
      '0 2 0 * *',
      '0 2 32 * *',
      '0 2 * 13 *',
      '0 2 * * 8',
      '0 2 * * SUN',
      '0  2 * * *',
      '0 2/3 * * *',
      '0 */0 * * *',
      '0 2, * * *',
      '@daily...',
    ],
  'leave the day of the month or the day of the week as *: crons disagree about what both together mean': [
    '0 2 1 * 1',
    '0 2 */2 * 1',
    '0 2 1 * 0-7',
  ],
  'write ranges from the lower to the higher number, such as 1-5': [
    '0 5-1 * * *',
    '0 2 9-8 * *',
    '0 2 * 1,12-2 *',
    '0 2 * * 6-1/2',
  ],
  'write a date that exists: the days that are named come in none of the months, as 31 February': [
    '0 2 31 2 *',
    '0 2 30,31 2 *',
    '0 2 31 4,6,9,11 *',
    '0 2 31 2-4/2 *',
    '0 2 31 4-4 *',
  ],
  'write the URL of the S3 server as https://host or https://host:port in lower case: no bucket, no path, no slash at the end':
    [
      's3.fr-par.scw.cloud',
      'https://s3.fr-par.scw.cloud/',
      'https://s3.fr-par.scw.cloud/bucket',
      'https://S3.fr-par.scw.cloud',
      's3://bucket',
      'https://key:secret@s3.fr-par.scw.cloud',
      'https://s3.fr-par.scw.cloud:0',
    ],
  'write the region as the S3 server names it, in lower-case letters, digits and -': [
    'FR-PAR',
    'fr_par',
    'fr-',
  ],
  'write the name of a bucket: lower-case letters, digits, - and . only, beginning and ending with a letter or digit':
    ['Backups', 'back_ups', '-backups', 'backups/kiavi'],
  'write folders with / between them, such as backups/kiavi: letters, digits, -, _ and . only, no folder begins with a dot, no slash at the begin or end':
    ['/backups', 'backups/', 'a//b', '../other', 'a/../b', 'a/.hidden', 'with space'],
  'write the public half of an age identity, as age-keygen -y prints it: age1 and 58 lower-case letters and digits':
    [
      `age1${'q'.repeat(59)}`,
      `age1${'Q'.repeat(58)}`,
      `age1${'b'.repeat(58)}`,
      `ssh-ed25519 ${'q'.repeat(58)}`,
    ],
  'this is a private key, and seen by now: make another, and keep its private half out of the cluster': [
    `AGE-SECRET-KEY-1${'Q'.repeat(58)}`,
  ],
}
