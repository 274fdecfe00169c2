import { describe, expect, it } from 'vitest'
import { loadJobConfig } from '../../../operator/src/jobs/config.ts'

describe('loadJobConfig', () => {
  it('knows where the image has things', () => {
    expect(loadJobConfig({ KIAVI_AGE: '' })).toMatchObject({
      mounted: '/etc/kiavi',
      socket: '/run/kiavi/pipe/bundle.sock',
      tools: { pgDump: '/usr/lib/postgresql/18/bin/pg_dump', age: '/usr/bin/age' },
      terminationLog: '/dev/termination-log',
    })
  })

  it('names every fault, and no value', () => {
    const load = () => loadJobConfig({ KIAVI_CONFIG_DIR: 'relative', KIAVI_AGE: 'age' })
    expect(load).toThrow(/KIAVI_CONFIG_DIR.*KIAVI_AGE/)
    expect(load).not.toThrow('relative')
  })
})
