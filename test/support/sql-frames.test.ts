import { describe, expect, it } from 'vitest'
import { frame, FrameReader, refusal, sqlStateOf, startupParameters, strings } from './sql-frames.ts'

const query = frame('Q', Buffer.from('SELECT 1\0'))
const sync = frame('S', Buffer.alloc(0))

describe('FrameReader', () => {
  it('finds the same messages however the stream is cut', () => {
    const stream = Buffer.concat([query, sync, query])
    for (let size = 1; size <= stream.length; size++) {
      const reader = new FrameReader()
      const found: string[] = []
      for (let at = 0; at < stream.length; at += size) {
        reader.push(stream.subarray(at, at + size))
        for (let next = reader.next(); next !== undefined; next = reader.next()) {
          expect(next.bytes).toEqual(next.type === 'Q' ? query : sync)
          found.push(next.type)
        }
      }
      expect(found, `in pieces of ${size}`).toEqual(['Q', 'S', 'Q'])
    }
  })

  it('gives back what follows a first message', () => {
    const first = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])
    const reader = new FrameReader()
    reader.push(Buffer.concat([first, query]))
    expect(reader.nextUntyped()?.bytes).toEqual(first)
    expect(reader.rest()).toEqual(query)
    expect(reader.next()).toBeUndefined()
  })
})

describe('startupParameters', () => {
  it('reads user, database and the rest', () => {
    const body = Buffer.from('user\0admin\0database\0postgres\0application_name\0kiavi-operator\0\0')
    expect(startupParameters(Buffer.concat([Buffer.alloc(8), body]))).toEqual({
      user: 'admin',
      database: 'postgres',
      application_name: 'kiavi-operator',
    })
  })
})

describe('refusal', () => {
  it.each([
    ['I', 'I'],
    ['T', 'E'],
    ['E', 'E'],
  ])('leaves a transaction %s as %s', (before, after) => {
    const reader = new FrameReader()
    reader.push(refusal('53300', 'words', before))
    const error = reader.next()
    expect(error?.type).toBe('E')
    expect(sqlStateOf(error!.bytes)).toBe('53300')
    expect(strings(error!.bytes, 5)).toContain('Mwords')
    expect(reader.next()?.bytes.toString('latin1', 5)).toBe(after)
  })
})
