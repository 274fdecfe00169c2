import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = new URL('../../runtime/src/', import.meta.url).pathname
const word = /passwor[dt]|passwd|passphrase|\bpwd\b|bcrypt|argon2|scrypt|pbkdf2/i

/**
 * The one exception: the credential with which the service itself opens its database. Nothing of a person's passes
 * through these lines; they are listed one by one, so that a new one is a decision.
 */
const databaseCredential: Record<string, readonly RegExp[]> = {
  'config-files.ts': [/database(App|Owner): join\(configDir, 'database-(app|owner)', 'password'\)/],
  'db/pool.ts': [
    /The file that holds the role's password: read for every connection/,
    /passwordFile: string/,
    /password: async \(\) => \(await readFile\(access\.passwordFile, 'utf8'\)\)\.trim\(\)/,
  ],
  'main.ts': [/passwordFile: paths\.databaseApp/],
  'migration-step.ts': [/passwordFile: configPaths\(settings\.configDir\)\.databaseOwner/],
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(ts|js|sql|css)$/.test(file),
)
const found = files.flatMap((file) =>
  readFileSync(join(source, file), 'utf8')
    .split('\n')
    .filter((line) => word.test(line))
    .map((line) => ({ file, line: line.trim() })),
)
const excused = ({ file, line }: { file: string; line: string }) =>
  databaseCredential[file]?.some((pattern) => pattern.test(line)) ?? false

describe('the runtime', () => {
  it('is looked through whole: schema, routes, types, pages', () => {
    expect(files.filter((file) => file.endsWith('.sql')).length).toBeGreaterThan(0)
    expect(files.filter((file) => file.startsWith('routes/')).length).toBeGreaterThan(5)
    expect(files.filter((file) => file.startsWith('pages/')).length).toBeGreaterThan(5)
  })

  it('knows no password: no column, no field, no address, no word on a page', () => {
    expect(found.filter((line) => !excused(line))).toEqual([])
  })

  it('has no excuse left that excuses nothing', () => {
    for (const [file, patterns] of Object.entries(databaseCredential)) {
      for (const pattern of patterns) {
        expect(
          found.some((entry) => entry.file === file && pattern.test(entry.line)),
          `${file} ${pattern}`,
        ).toBe(true)
      }
    }
  })
})
