import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBinaries, type FindOptions } from './binaries.ts'
import { tools } from './tools.ts'
import { versions } from './versions.ts'

describe('findBinaries', () => {
  let folder: string
  let lines: string[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiavi-binaries-'))
    lines = []
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const program = (...path: string[]) => {
    const file = join(folder, ...path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '', { mode: 0o755 })
    return file
  }
  const never = () => Promise.reject(new Error('not to be asked'))
  const find = (more: Partial<FindOptions> = {}) => ({
    env: { KIAVI_CLUSTER_BIN: join(folder, 'given'), KIAVI_CLUSTER_CACHE: join(folder, 'cache') },
    progress: (line: string) => void lines.push(line),
    download: never,
    build: never,
    ...more,
  })
  const etcdFolder = `cache/bin/etcd-${versions.etcd}`

  it('takes the folder that it is given before the cache', async () => {
    const given = program('given', 'etcd')
    program(etcdFolder, 'etcd')
    expect(await findBinaries(['etcd'], find())).toEqual({ etcd: given })
  })

  it('finds network plugins in their own folder', async () => {
    const bridge = program('given', 'cni', 'bridge')
    expect(await findBinaries(['bridge'], find())).toEqual({ bridge })
  })

  it('takes the cache before the network', async () => {
    const etcd = program(etcdFolder, 'etcd')
    expect(await findBinaries(['etcd'], find())).toEqual({ etcd })
    expect(lines).toEqual([])
  })

  it('downloads once what is nowhere, and says so', async () => {
    let asked = 0
    const download = (_tool: unknown, to: string) => {
      asked++
      writeFileSync(join(to, 'etcd'), '', { mode: 0o755 })
      return Promise.resolve()
    }
    await findBinaries(['etcd'], find({ download }))
    expect(await findBinaries(['etcd'], find({ download }))).toEqual({
      etcd: join(folder, etcdFolder, 'etcd'),
    })
    expect(asked).toBe(1)
    expect(lines[0]).toContain('downloading the official binaries')
  })

  it('builds what cannot be downloaded, and says why and how long that takes', async () => {
    const build = (_tool: unknown, to: string) => {
      writeFileSync(join(to, 'kube'), '', { mode: 0o755 })
      for (const name of tools.kubernetes.binaries) symlinkSync('kube', join(to, name))
      return Promise.resolve()
    }
    const download = () => Promise.reject(new Error('no such host'))
    const found = await findBinaries(['kube-apiserver', 'kubectl'], find({ download, build }))
    expect(Object.keys(found)).toEqual(['kube-apiserver', 'kubectl'])
    expect(lines.join('\n')).toMatch(/no such host[^]*building from Go modules \(usually about 8 min/)
  })

  it('leaves nothing half-made in the cache', async () => {
    await expect(findBinaries(['etcd'], find())).rejects.toThrow('not to be asked')
    const download = (_tool: unknown, to: string) => {
      writeFileSync(join(to, 'etcd'), '', { mode: 0o755 })
      return Promise.resolve()
    }
    // What a process that died left there.
    program('cache', 'bin', `etcd-${versions.etcd}.part-4194304`, 'half')
    await findBinaries(['etcd'], find({ download }))
    expect(readdirSync(join(folder, 'cache', 'bin'))).toEqual([`etcd-${versions.etcd}`])
  })
})
