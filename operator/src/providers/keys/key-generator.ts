import { Worker } from 'node:worker_threads'
import { nextKey } from './next-key.ts'
import { type GeneratedKey, type KeyBits, type KeyGenerator } from './port.ts'

export interface KeyGeneratorOptions {
  /** The size that is made ahead; others are made when asked for. */
  bits: KeyBits
  /** How many are kept ready from the beginning. */
  poolSize: number
  /** One more each `everyMs` milliseconds, up to `most()`: a reserve for a wave, made while nobody waits. */
  grow?: { most: () => number; everyMs: number }
  /** Worker threads, and so the CPUs that making keys may take. */
  workers: number
  /** The worker's own file; a bundle names where it put it. */
  workerFile?: URL
}

interface Wish {
  bits: KeyBits
  resolve: (key: GeneratedKey) => void
  reject: (error: Error) => void
}

/** Keys from worker threads, some of them made ahead. A worker that fell is replaced when the next key is needed. */
export function createKeyGenerator(options: KeyGeneratorOptions): KeyGenerator {
  const {
    bits: usual,
    poolSize,
    grow,
    workers,
    workerFile = new URL('./key-worker.ts', import.meta.url),
  } = options
  const ready: GeneratedKey[] = []
  const wishes: Wish[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, KeyBits>()
  let closed = false
  let target = poolSize

  function pump(): void {
    for (;;) {
      const demand = {
        waiting: wishes.map(({ bits }) => bits),
        underway: [...busy.values()],
        ready: ready.length,
      }
      const bits = closed ? undefined : nextKey(demand, { usual, poolSize: target, workers })
      if (bits === undefined) break
      make(bits)
    }
    // The reserve alone does not keep the process alive; somebody who waits does.
    for (const worker of busy.keys()) {
      if (wishes.length > 0) worker.ref()
      else worker.unref()
    }
  }

  function make(bits: KeyBits): void {
    const worker = idle.pop() ?? hire()
    busy.set(worker, bits)
    worker.postMessage(bits)
  }

  function hire(): Worker {
    const worker = new Worker(workerFile)
    worker.on('message', (key: GeneratedKey) => {
      const { bits, wish } = settle(worker)
      idle.push(worker)
      if (wish) wish.resolve(key)
      else if (bits === usual) ready.push(key)
      pump()
    })
    const fall = (error: Error) => {
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
      settle(worker).wish?.reject(error)
      // Without a wish there is no second try: a reserve that cannot be made must not spin.
      if (wishes.length > 0) pump()
    }
    worker.on('error', (cause) => fall(new Error('A key worker failed.', { cause })))
    worker.on('exit', () => fall(new Error('A key worker ended before its key was made.')))
    return worker
  }

  /** The worker is done: whose wish was it? After an `error` comes an `exit`, which finds nothing more. */
  function settle(worker: Worker): { bits: KeyBits | undefined; wish: Wish | undefined } {
    const bits = busy.get(worker)
    busy.delete(worker)
    worker.unref()
    const place = wishes.findIndex((wish) => wish.bits === bits)
    return { bits, wish: place < 0 ? undefined : wishes.splice(place, 1)[0] }
  }

  const growing =
    grow &&
    setInterval(() => {
      // What was handed out is made again first.
      if (target >= grow.most() || ready.length < target) return
      target += 1
      pump()
    }, grow.everyMs).unref()

  pump()
  return {
    generate(bits) {
      if (closed) return Promise.reject(new Error('The key generator is closed.'))
      const key = bits === usual ? ready.shift() : undefined
      const made = key
        ? Promise.resolve(key)
        : new Promise<GeneratedKey>((resolve, reject) => wishes.push({ bits, resolve, reject }))
      pump()
      return made
    },
    async close() {
      closed = true
      clearInterval(growing)
      ready.length = 0
      for (const { reject } of wishes.splice(0)) reject(new Error('The key generator is closed.'))
      await Promise.all([...idle.splice(0), ...busy.keys()].map((worker) => worker.terminate()))
    },
  }
}
