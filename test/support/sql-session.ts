/**
 * One connection of the operator to PostgreSQL, cut into messages: numbers what changes something and does to it what
 * the script says. A *cycle* is what ends with one ReadyForQuery: a simple query, or everything up to a Sync.
 */
import { type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Effect, type EffectName } from './effect-ledger.ts'
import { type Fault, type FaultInjector } from './faults.ts'
import { type Frame, FrameReader, refusal, sqlStateOf, strings } from './sql-frames.ts'
import { sqlEffects } from './sql-words.ts'

/** What PostgreSQL says where an HTTP server would say so. */
const sqlStates = { 409: '40001', 429: '53300', 500: 'XX000', 503: '57P01' }
const injected = 'injected by the test'

export class SqlSession {
  readonly #client: Socket
  readonly #server: Socket
  readonly #injector: FaultInjector
  readonly #fromClient = new FrameReader()
  readonly #fromServer = new FrameReader()
  readonly #statements = new Map<string, EffectName | undefined>()
  readonly #portals = new Map<string, EffectName | undefined>()
  /** Numbered and not yet answered, with the cycle that ends them. */
  #open: { effect: Effect; cycle: number }[] = []
  /** Cycles that the client closed, and those that the server did; its greeting ends with a ReadyForQuery too. */
  #sent = 0
  #seen = -1
  /** `I`dle, in a `T`ransaction, or in a failed one (`E`). */
  #transaction = 'I'
  #changed = false
  /** Done in the transaction that is open, and lost when it is not committed. */
  #uncommitted: Effect[] = []
  /** The answer to this cycle is kept from the client until it is whole. */
  #held: { cycle: number; fault: Fault; bytes: Buffer[] } | undefined
  /** At the end of this cycle an error stands where the answer would. */
  #refused: { cycle: number; sqlState: string } | undefined
  #queue = Promise.resolve()

  constructor(client: Socket, server: Socket, injector: FaultInjector, early: Buffer) {
    this.#client = client
    this.#server = server
    this.#injector = injector
    const end = () => this.end()
    for (const socket of [client, server]) socket.on('error', end).once('close', end)
    const inOrder = (work: () => Promise<void>) => {
      this.#queue = this.#queue.then(work).catch(end)
    }
    client.on('data', (chunk: Buffer) => inOrder(() => this.#clientSays(chunk)))
    server.on('data', (chunk: Buffer) => {
      this.#serverSays(chunk).catch(end)
    })
    if (early.length > 0) inOrder(() => this.#clientSays(early))
  }

  end(): void {
    this.#undo()
    this.#client.destroy()
    this.#server.destroy()
  }

  async #clientSays(chunk: Buffer): Promise<void> {
    this.#fromClient.push(chunk)
    for (let frame = this.#fromClient.next(); frame !== undefined; frame = this.#fromClient.next()) {
      // The wire of a dying process: what had not arrived when it was killed never does.
      if (this.#injector.killing || this.#client.destroyed) return
      const name = this.#effectOf(frame)
      if (name === undefined) this.#forward(frame)
      else await this.#write(frame, name)
    }
  }

  #forward(frame: Frame): void {
    if (frame.type === 'Q' || frame.type === 'S') this.#sent++
    this.#server.write(frame.bytes)
  }

  /** What a message changes when the server runs it. Remembers what is only prepared. */
  #effectOf({ type, bytes }: Frame): EffectName | undefined {
    switch (type) {
      case 'Q':
        return this.#named(summary(sqlEffects(strings(bytes, 5, 1)[0] ?? '')))
      case 'P': {
        const [name = '', text = ''] = strings(bytes, 5, 2)
        this.#statements.set(name, summary(sqlEffects(text)))
        return undefined
      }
      case 'B': {
        const [portal = '', statement = ''] = strings(bytes, 5, 2)
        this.#portals.set(portal, this.#statements.get(statement))
        return undefined
      }
      case 'E':
        return this.#named(this.#portals.get(strings(bytes, 5, 1)[0] ?? ''))
      default:
        return undefined
    }
  }

  /** A COMMIT counts only when there is something to commit. */
  #named(name: EffectName | undefined): EffectName | undefined {
    return name?.verb === 'COMMIT' && !this.#changed ? undefined : name
  }

  async #write(frame: Frame, name: EffectName): Promise<void> {
    const { ledger } = this.#injector
    const effect = ledger.begin('write', name)
    if (this.#transaction === 'T' && name.verb !== 'COMMIT') effect.inTransaction = true
    const fault = this.#injector.faultFor(effect)
    const cycle = this.#sent + 1
    switch (fault?.do) {
      case 'drop':
        ledger.settle(effect, 'unsent')
        {
          this.end()
          return
        }
      case 'kill':
        if (fault.when === 'after') break
        ledger.settle(effect, 'unsent')
        await this.#injector.kill()
        {
          this.end()
          return
        }
      case 'answer':
        ledger.settle(effect, 'unsent')
        if (frame.type === 'Q')
          this.#client.write(refusal(sqlStates[fault.status], injected, this.#transaction))
        else this.#refused = { cycle, sqlState: sqlStates[fault.status] }
        return
      case 'delay':
        if (fault.when === 'before') await sleep(fault.milliseconds)
        break
      case 'cut':
      case undefined:
    }
    if (fault !== undefined && !(fault.do === 'delay' && fault.when === 'before'))
      this.#held = { cycle, fault, bytes: [] }
    this.#changed = true
    this.#open.push({ effect, cycle })
    this.#forward(frame)
  }

  async #serverSays(chunk: Buffer): Promise<void> {
    this.#fromServer.push(chunk)
    const out: Buffer[] = []
    for (let frame = this.#fromServer.next(); frame !== undefined; frame = this.#fromServer.next()) {
      const cycle = this.#seen + 1
      if (frame.type === 'E') this.#settle(cycle, sqlStateOf(frame.bytes))
      if (frame.type === 'C') this.#endTransaction(strings(frame.bytes, 5, 1)[0])
      if (frame.type === 'Z') this.#endCycle(frame)
      const bytes = frame.type === 'Z' ? this.#ready(frame) : frame.bytes
      if (this.#held === undefined || cycle < this.#held.cycle) out.push(bytes)
      else this.#held.bytes.push(bytes)
    }
    if (out.length > 0) this.#client.write(Buffer.concat(out))
    const held = this.#held
    if (held !== undefined && this.#seen >= held.cycle) {
      this.#held = undefined
      await this.#strike(held.fault, Buffer.concat(held.bytes))
    }
  }

  #endCycle({ bytes }: Frame): void {
    this.#seen++
    this.#transaction = String.fromCharCode(bytes[5] ?? 0)
    this.#settle(this.#seen, 'ok')
    if (this.#transaction === 'I') this.#changed = false
  }

  /** ReadyForQuery, behind the error where one was asked for. */
  #ready({ bytes }: Frame): Buffer {
    if (this.#refused === undefined || this.#seen < this.#refused.cycle) return bytes
    const { sqlState } = this.#refused
    this.#refused = undefined
    return refusal(sqlState, injected, this.#transaction)
  }

  /** By the tag of a completed command: a COMMIT of a failed transaction is answered with ROLLBACK. */
  #endTransaction(tag: string | undefined): void {
    if (tag === 'COMMIT') this.#uncommitted = []
    if (tag === 'ROLLBACK') this.#undo()
  }

  #undo(): void {
    for (const effect of this.#uncommitted) this.#injector.ledger.settle(effect, 'undone')
    this.#uncommitted = []
  }

  #settle(cycle: number, status: string): void {
    for (const { effect } of this.#open.filter((open) => open.cycle === cycle)) {
      this.#injector.ledger.settle(effect, status)
      if (status === 'ok' && this.#transaction === 'T') this.#uncommitted.push(effect)
    }
    this.#open = this.#open.filter((open) => open.cycle !== cycle)
  }

  async #strike(fault: Fault, answer: Buffer): Promise<void> {
    if (fault.do === 'delay') {
      await sleep(fault.milliseconds)
      this.#client.write(answer)
      return
    }
    if (fault.do === 'kill') await this.#injector.kill()
    else await new Promise((resolve) => this.#client.write(answer.subarray(0, answer.length >> 1), resolve))
    this.end()
  }
}

/** One message is one effect: several statements in it are named by the first. */
function summary(effects: EffectName[]): EffectName | undefined {
  const [first] = effects
  if (first === undefined) return undefined
  return effects.length === 1 ? first : { ...first, object: `${first.object} and ${effects.length - 1} more` }
}
