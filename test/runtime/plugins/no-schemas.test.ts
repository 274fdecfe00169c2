import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { noSchemas } from '../../../runtime/src/plugins/no-schemas.ts'

const serving = (options: object) => {
  const app = fastify({ schemaController: noSchemas })
  app.post('/', options, () => ({ fine: true }))
  return app
}

describe('noSchemas', () => {
  it('serves routes that have none', async () => {
    const answer = await serving({}).inject({ method: 'POST', url: '/', payload: { a: 1 } })
    expect(answer.json()).toEqual({ fine: true })
  })

  it.each([
    ['to read a body', { body: { type: 'object' } }],
    ['to write an answer', { response: { 200: { type: 'object' } } }],
  ])('refuses a schema %s, and says what to do', async (_because, schema) => {
    await expect(serving({ schema }).ready()).rejects.toThrow('Read its body with zod')
  })
})
