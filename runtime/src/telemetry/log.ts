import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'
import { gatheredLines } from './gathered-lines.ts'

export type Log = Logger

/**
 * One JSON object per line on standard output. What may be said is decided where it is said: no addresses,
 * names, identifiers, tokens or query strings. The redaction below is the net under that.
 */
export function createLog(level: string, to: DestinationStream = destination({ dest: 1, sync: true })): Log {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: [
        'req',
        'res',
        'headers',
        '*.authorization',
        '*.cookie',
        '*.refresh_token',
        'err.detail',
        'err.where',
      ],
      remove: true,
    },
  }
  return pino(options, to)
}

/** Standard output for a server: written off the event loop, so that a slow reader of the log slows nobody else. */
export const serverOutput = () => gatheredLines(destination({ dest: 1, sync: false }))
