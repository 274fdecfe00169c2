import { describe, expect, it } from 'vitest'
import { startTool, toolOutput } from '../../../operator/src/jobs/start-tool.ts'

const sh = (script: string, signal = new AbortController().signal) => ({
  name: 'tool',
  path: '/bin/sh',
  args: ['-c', script],
  signal,
})

describe('toolOutput', () => {
  it('gives what was said, and inherits no secret of the environment', async () => {
    process.env['KIAVI_TEST_SECRET'] = 'hidden'
    try {
      const said = await toolOutput(sh('/usr/bin/env'))
      expect(said).toContain('LC_ALL=C')
      expect(said).not.toContain('hidden')
    } finally {
      delete process.env['KIAVI_TEST_SECRET']
    }
  })

  it.each([
    {
      script: 'echo "age: error: no such file" >&2; exit 2',
      words: 'tool ended with exit code 2: no such file.',
    },
    { script: 'echo "Zoë" >&2; exit 1', words: 'tool ended with exit code 1.' },
    { script: 'kill -SEGV $$', words: 'tool was ended by SIGSEGV.' },
    { script: 'kill -KILL $$', words: 'tool was ended by SIGKILL. It may have had too little memory.' },
  ])('says how it failed: $words', async ({ script, words }) => {
    await expect(toolOutput(sh(script))).rejects.toThrow(
      expect.objectContaining({ code: 'TOOL_FAILED', message: words }),
    )
  })
})

describe('startTool', () => {
  it('ends a program at once, with what it had started', async () => {
    const stopping = new AbortController()
    const { done } = startTool(sh('/bin/sleep 60 | /bin/cat', stopping.signal))
    const why = new Error('told to stop')
    setTimeout(() => stopping.abort(why), 50)
    await expect(done).rejects.toBe(why)
  })

  it('passes on each line that it says', async () => {
    const lines: string[] = []
    const { stdin, stdout, done } = startTool({
      ...sh('echo one >&2; echo two >&2'),
      said: (line) => lines.push(line),
    })
    stdin.end()
    stdout.resume()
    await done
    expect(lines).toEqual(['one', 'two'])
  })
})
