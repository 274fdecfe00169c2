import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug' | 'fatal'> & {
  /** A log whose every line says whose it is. */
  child(bindings: Record<string, string>): Log
}

export interface LogOptions {
  level: 'debug' | 'info' | 'warn' | 'error'
  /** Standard output unless a test wants the lines. */
  destination?: DestinationStream
}

/** Names under which a secret may travel, wherever they stand up to three levels deep. */
const secretNames = [
  'password',
  'passwords',
  'token',
  'authorization',
  'privatePem',
  'privateKey',
  'privateKeys',
  'key',
  'secret',
  'stringData',
  'data',
]
const depths = ['', '*.', '*.*.']

/** JSON lines on standard output. What is called like a secret is not written, whoever logs it. */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: { program: 'kiavi-operator' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: depths.flatMap((depth) => secretNames.map((name) => depth + name)),
      censor: '[redacted]',
    },
    serializers: { err: describeError },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** An error's code, words and stack; its cause by its words only, since a foreign one may quote what it was given. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  }
}
