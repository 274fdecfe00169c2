import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/**
 * One JSON object per line on standard output. What may be said is decided where it is said: no addresses,
 * names, identifiers, tokens or query strings. The redaction below is the net under that.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
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
  return destination === undefined ? pino(options) : pino(options, destination)
}
