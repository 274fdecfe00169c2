import { calculateJwkThumbprint, importJWK, importPKCS8, jwtVerify, SignJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { checkKey } from '../../../../operator/src/providers/keys/check-key.ts'
import { createKeyGenerator } from '../../../../operator/src/providers/keys/key-generator.ts'
import { type KeyGenerator } from '../../../../operator/src/providers/keys/port.ts'

let generator: KeyGenerator | undefined
afterEach(async () => {
  await generator?.close()
})

describe('createKeyGenerator', () => {
  it.each([2048, 3072] as const)(
    'makes RSA keys of %i bits that jose signs and verifies with',
    async (bits) => {
      generator = createKeyGenerator({ bits: 2048, poolSize: 0, workers: 1 })
      const { publicKey, privatePem } = await generator.generate(bits)
      expect(Buffer.from(publicKey.n, 'base64url')).toHaveLength(bits / 8)
      expect(publicKey.e).toBe('AQAB')
      expect(publicKey.kid).toBe(await calculateJwkThumbprint(publicKey, 'sha256'))
      expect(privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
      checkKey(publicKey, privatePem)
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'RS256' })
        .sign(await importPKCS8(privatePem, 'RS256'))
      await expect(jwtVerify(token, await importJWK(publicKey))).resolves.toBeDefined()
    },
    30_000,
  )

  it('hands out each key once, and serves who waits from what was meant for the reserve', async () => {
    generator = createKeyGenerator({ bits: 2048, poolSize: 1, workers: 1 })
    const made = generator
    const keys = await Promise.all([1, 2, 3].map(() => made.generate(2048)))
    expect(new Set(keys.map(({ publicKey }) => publicKey.kid)).size).toBe(3)
  }, 30_000)

  it('grows its reserve while nobody waits, up to what is said', async () => {
    generator = createKeyGenerator({
      ...{ bits: 2048, poolSize: 0, workers: 1 },
      grow: { most: () => 3, everyMs: 20 },
    })
    const growing = generator
    // A key that lies ready is handed out in the same turn of the event loop.
    const reserve = async () => {
      let count = 0
      for (;;) {
        const isReady = await Promise.race([
          growing.generate(2048).then(() => true),
          new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
        ])
        if (!isReady) return count
        count += 1
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 4_000))
    const grown = await reserve()
    expect(grown).toBeGreaterThan(0)
    expect(grown).toBeLessThanOrEqual(3)
  }, 30_000)

  it('keeps the main thread free', async () => {
    generator = createKeyGenerator({ bits: 4096, poolSize: 0, workers: 1 })
    let ticks = 0
    const timer = setInterval(() => (ticks += 1), 1)
    const started = performance.now()
    await generator.generate(4096)
    clearInterval(timer)
    expect(ticks).toBeGreaterThan((performance.now() - started) / 50)
  }, 60_000)

  it('tells who waits when it is closed, and makes nothing afterwards', async () => {
    generator = createKeyGenerator({ bits: 4096, poolSize: 0, workers: 1 })
    const waiting = generator.generate(4096)
    const failed = expect(waiting).rejects.toThrow('The key generator is closed.')
    await generator.close()
    await failed
    await expect(generator.generate(4096)).rejects.toThrow('The key generator is closed.')
  })

  it('fails the wish, not the process, when a worker cannot start', async () => {
    const workerFile = new URL('./no-such-worker.ts', import.meta.url)
    generator = createKeyGenerator({ bits: 2048, poolSize: 1, workers: 1, workerFile })
    await expect(generator.generate(2048)).rejects.toThrow('A key worker failed.')
  })
})
