import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { toStderr } from '../../cluster/progress.ts'
import { verifyToken } from '../../demo/verify-token.ts'
import { visit } from '../../demo/visit.ts'
import { type World } from '../../support/installation/world.ts'
import { openCluster } from '../../support/node.setup.ts'
import { installed } from './installed.ts'

const cluster = await openCluster(inject('cluster'))

describe.skipIf(cluster?.gateway === undefined)('a tenant', () => {
  let world: World
  beforeAll(async () => {
    world = await installed(cluster!)
  })

  it('lets a person sign up and in, in a browser through the gateway, with a token that its JWKS proves', async () => {
    const { host, issuer } = await world.tenant('sign-in.acme.test')
    const folder = mkdtempSync(join(tmpdir(), 'kiavi-pictures-'))
    try {
      const { account, tokens } = await visit({ host, reach: world.reach, folder, say: toStderr })
      expect(account).toContain('Ada')
      const { claims } = await verifyToken(tokens.access_token, issuer, world.reach)
      expect(claims).toMatchObject({ iss: issuer, sub: expect.any(String) as string })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
