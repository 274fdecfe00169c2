import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/** The walls of the house. Each row: a folder, what it may not import, and where to go instead. */
const wall = (files, rows) => ({
  files,
  rules: {
    'no-restricted-imports': ['error', { patterns: rows.map(([regex, message]) => ({ regex, message })) }],
  },
})

/** A third-party package is imported from one folder only: its door. */
const doors = [
  ['^@kubernetes/client-node$', 'operator/src/kube'],
  ['^undici$', 'operator/src/kube'],
  ['^(pino|prom-client|@opentelemetry/)', 'src/telemetry'],
  ['^tldts$', 'operator/src/providers/public-suffix'],
  ['^pg$', 'operator/src/providers/database or runtime/src/db'],
  ['^jose$', 'src/providers/keys or runtime/src/keys'],
  ['^@(aws-sdk|smithy)/', 'operator/src/providers/backups'],
  ['^age-encryption$', 'operator/src/providers/age'],
  ['^@simplewebauthn/', 'runtime/src/webauthn'],
  ['^@?fastify', 'runtime/src/{app,plugins,routes}'],
]
const door = (regex, home) => [regex, `has one door: ${home}. Import what that folder offers.`]
const shut = (...open) =>
  doors.filter(([regex]) => !open.includes(regex)).map(([regex, home]) => door(regex, home))

const strangers = [
  [
    '/runtime/src/',
    'operator and runtime never import each other; what they agree on is proven in test/contract.',
  ],
]
const mind = [
  [
    // A hand's promise, its errors, its names and its pure rules are not the hand.
    '/(kube|providers|jobs)/(?!.*(port|errors|resource-kinds|plan|connection-budget|passwords|expected-roles|key-set-file)\\.ts$)',
    'The mind never imports a hand. Ask a port (ports.ts) for what you need.',
  ],
  [
    '/telemetry/',
    'The mind does not log or measure. Return a finding and let reconcile.ts or main.ts tell it.',
  ],
  ['^node:(fs|net|http|https|child_process|timers)', 'The mind is pure. Pass what you read as an argument.'],
]
const noBarrels = [['/index\\.ts$', 'No barrels: import the file that holds it.']]

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '.cache/',
      '.proofs/',
      'runtime/src/pages/browser/',
      'test/cluster/go/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // An empty arrow is how a test says "nothing happens"; in the source it is caught by review.
      '@typescript-eslint/no-empty-function': 'off',
      // `while (true)` with a return inside is the plainest loop there is.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // A type parameter that appears once still documents what a JSON reader returns.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Arrow functions that return a void call are the house's short form for handlers.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.mjs', '*.ts'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['operator/src/**/*.ts', 'runtime/src/**/*.ts'],
    ignores: ['**/main.ts', '**/generate.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only main.ts reads the environment; take a Config.' },
        { object: 'process', property: 'exit', message: 'Only main.ts ends the process; throw, or return.' },
        {
          object: 'process',
          property: 'on',
          message: 'Only main.ts listens for signals; take an AbortSignal.',
        },
      ],
    },
  },
  {
    files: ['operator/src/controllers/**/*.ts', 'operator/src/api/**/*.ts', 'runtime/src/domain/**/*.ts'],
    ignores: ['**/generate.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Time is an argument: return when to look again.' },
        { name: 'fetch', message: 'The outside is an argument: ask a port.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time is an argument: take `now`.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time is an argument: take `now`.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Randomness is an argument: take `random`.',
        },
      ],
    },
  },
  wall(
    ['operator/src/api/**/*.ts'],
    [
      ...shut(),
      ...strangers,
      ...noBarrels,
      ['/(controllers|kube|providers|telemetry)/', 'The language imports nothing of ours.'],
    ],
  ),
  wall(['operator/src/controllers/**/*.ts'], [...shut(), ...strangers, ...noBarrels, ...mind]),
  wall(
    ['operator/src/backups/**/*.ts'],
    [
      ...shut(),
      ...strangers,
      ...noBarrels,
      [
        '/(controllers|kube|providers|jobs|telemetry)/',
        'What a backup is knows nothing of who asks for it, makes it or keeps it.',
      ],
      ['^node:(fs|net|http|https|child_process|timers)', 'It is pure. Pass what you read as an argument.'],
    ],
  ),
  wall(
    ['operator/src/jobs/**/*.ts'],
    [
      ...shut(),
      ...strangers,
      ...noBarrels,
      [
        // What a sweep takes away is decided by the pure rules that the proof backups/decade drives; how a part of the
        // journal reads is told by who writes it.
        '/(controllers/(?!backup/sweep/|journal/lines\\.ts$)|kube/|telemetry/|wiring/)',
        'A Job knows no cluster: what it needs is mounted.',
      ],
    ],
  ),
  wall(
    ['operator/src/kube/**/*.ts'],
    [
      ...shut('^@kubernetes/client-node$', '^undici$'),
      ...strangers,
      ...noBarrels,
      ['/(providers)/', 'kube/ knows the API server and nothing else.'],
      ['/controllers/(?!.*ports\\.ts$)', 'A hand knows the mind by its ports only.'],
    ],
  ),
  wall(
    ['operator/src/providers/**/*.ts'],
    [
      ...shut('^tldts$', '^pg$', '^jose$', '^@(aws-sdk|smithy)/', '^age-encryption$'),
      ...strangers,
      ...noBarrels,
      ['/(kube)/(?!port\\.ts$)', 'Providers reach the cluster through kube/port.ts only.'],
      ['/controllers/(?!.*ports\\.ts$)', 'A hand knows the mind by its ports only.'],
    ],
  ),
  wall(
    ['operator/src/telemetry/**/*.ts'],
    [
      ...shut('^(pino|prom-client|@opentelemetry/)'),
      ...strangers,
      ...noBarrels,
      ['/(controllers|kube|providers)/', 'Telemetry is told; it does not ask.'],
    ],
  ),
  wall(['operator/src/main.ts', 'operator/src/config.ts'], [...shut(), ...strangers, ...noBarrels]),
  wall(
    ['runtime/src/domain/**/*.ts'],
    [
      ...shut(),
      ['/operator/src/', 'operator and runtime never import each other.'],
      [
        '/(db|keys|webauthn|mail|plugins|routes|pages|telemetry)/',
        'Pure rules import no hand: take what you need as an argument.',
      ],
      ['^node:(fs|net|http|child_process)', 'Pure rules do no input or output.'],
    ],
  ),
  wall(
    ['runtime/src/db/**/*.ts'],
    [
      ...shut('^pg$'),
      ['/operator/src/', 'operator and runtime never import each other.'],
      ['/(routes|plugins|pages|webauthn|keys)/', 'db/ knows tables and the domain, nothing else.'],
    ],
  ),
  wall(
    ['runtime/src/keys/**/*.ts'],
    [
      ...shut('^jose$'),
      ['/(routes|plugins|pages|webauthn|db)/', 'keys/ knows keys and the domain, nothing else.'],
    ],
  ),
  wall(
    ['runtime/src/webauthn/**/*.ts'],
    [
      ...shut('^@simplewebauthn/'),
      ['/(routes|plugins|pages|keys|db)/', 'webauthn/ knows ceremonies and the domain, nothing else.'],
    ],
  ),
  wall(['runtime/src/pages/**/*.ts'], [...shut()]),
  wall(['runtime/src/telemetry/**/*.ts'], [...shut('^(pino|prom-client|@opentelemetry/)')]),
  wall(
    ['runtime/src/app.ts', 'runtime/src/plugins/**/*.ts', 'runtime/src/routes/**/*.ts'],
    [
      ...shut('^@?fastify'),
      ['/operator/src/', 'operator and runtime never import each other.'],
      ...noBarrels,
    ],
  ),
  {
    files: ['test/**/*.ts'],
    rules: {
      // A test reads JSON that it wrote itself a line above.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
)
