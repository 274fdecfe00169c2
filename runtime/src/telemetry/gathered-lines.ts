/** Where lines go; what `flushSync` of a stream does is up to the stream. */
interface Lines {
  write: (text: string) => unknown
  flushSync: () => void
}

/** How long a line may wait for others, in milliseconds. */
export const gatherFor = 20

/**
 * Passes lines on by the handful: under load a write to the log costs ten times what making the line did. An idle
 * service holds none back and has no timer. `flushSync` is for the end of the process.
 */
export function gatheredLines(to: Lines): Lines {
  let gathered = ''
  let timer: NodeJS.Timeout | undefined
  const pass = () => {
    clearTimeout(timer)
    timer = undefined
    const text = gathered
    gathered = ''
    if (text !== '') to.write(text)
  }
  return {
    write: (text) => {
      gathered += text
      timer ??= setTimeout(pass, gatherFor)
    },
    flushSync: () => {
      pass()
      to.flushSync()
    },
  }
}
