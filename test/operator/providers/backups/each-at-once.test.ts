import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { eachAtOnce } from '../../../../operator/src/providers/backups/each-at-once.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

async function* upTo(last: number) {
  for (let item = 1; item <= last; item += 1) yield await Promise.resolve(`item ${item}`)
}

async function* standing() {
  yield await Promise.resolve('item 1')
  await new Promise(() => {})
}

describe('eachAtOnce', () => {
  it.each([1, 2, 5])('has no more than %i at work, and that many', async (atOnce) => {
    let running = 0
    let most = 0
    const seen: string[] = []
    await eachAtOnce(upTo(20), atOnce, async (item, number) => {
      running += 1
      most = Math.max(most, running)
      await sleep(number % 3)
      seen.push(`${number}: ${item}`)
      running -= 1
    })
    expect(most).toBe(atOnce)
    expect(running).toBe(0)
    expect(seen.toSorted()).toEqual(
      Array.from({ length: 20 }, (_, at) => `${at + 1}: item ${at + 1}`).toSorted(),
    )
  })

  it('comes back when there is nothing', async () => {
    await eachAtOnce(upTo(0), 2, () => Promise.reject(new Error('never')))
  })

  const failures: { because: string; items: () => AsyncIterator<string> }[] = [
    { because: 'with others to come', items: () => upTo(100) },
    { because: 'as the last', items: () => upTo(3) },
    { because: 'while the items stand still', items: standing },
  ]
  it.each(failures)('throws the first failure of the work, $because', async ({ items }) => {
    const broken = new Error('broken')
    let begun = 0
    await expect(
      eachAtOnce(items(), 2, async (item) => {
        begun += 1
        await sleep(5)
        if (item === 'item 3' || items === standing) throw broken
      }),
    ).rejects.toBe(broken)
    expect(begun).toBeLessThan(6)
  })

  it('throws the failure of the items', async () => {
    const broken = new Error('broken')
    async function* items() {
      yield await Promise.resolve(1)
      throw broken
    }
    await expect(eachAtOnce(items(), 2, () => Promise.resolve())).rejects.toBe(broken)
  })

  it('aborts the others with the failure, and waits until they have ended', async () => {
    const broken = new Error('broken')
    const ended: unknown[] = []
    await expect(
      eachAtOnce(upTo(10), 2, async (_item, number, signal) => {
        if (number === 2) throw broken
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        await sleep(20)
        ended.push(signal.reason)
      }),
    ).rejects.toBe(broken)
    expect(ended).toEqual([broken])
  })

  it('does not wait for others that never end by themselves, also when the last one failed at once', async () => {
    const broken = new Error('broken')
    await expect(
      eachAtOnce(upTo(2), 3, async (_item, number, signal) => {
        if (number === 2) throw broken
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
      }),
    ).rejects.toBe(broken)
  })

  it('keeps nothing of what is done', async () => {
    const kept: WeakRef<object>[] = []
    async function* items() {
      for (let item = 0; item < 50; item += 1) yield await Promise.resolve({ item })
    }
    let alive = 0
    await eachAtOnce(items(), 2, async (item, number) => {
      kept.push(new WeakRef(item))
      if (number < 50) return
      await sleep(10)
      collectGarbage()
      alive = kept.filter((each) => each.deref()).length
    })
    expect(alive).toBeLessThan(5)
  })

  it.each([
    { because: 'while the items stand still', items: standing },
    { because: 'while all are at work', items: () => upTo(10) },
  ])("ends with the signal's reason, $because", async ({ items }) => {
    const stop = new AbortController()
    const reason = new Error('enough')
    setTimeout(() => stop.abort(reason), 20)
    await expect(
      eachAtOnce(
        items(),
        2,
        (_item, _number, signal) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
        stop.signal,
      ),
    ).rejects.toBe(reason)
  })

  it('does not begin with a signal that was aborted before', async () => {
    const reason = new Error('enough')
    let begun = false
    const items = upTo(3)
    await expect(
      eachAtOnce(
        items,
        2,
        () => {
          begun = true
          return Promise.resolve()
        },
        AbortSignal.abort(reason),
      ),
    ).rejects.toBe(reason)
    expect(begun).toBe(false)
  })
})
