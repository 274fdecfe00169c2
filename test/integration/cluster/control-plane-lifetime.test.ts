import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts'
import { isAlive } from '../../cluster/process.ts'
import { type ProcessKubelet, startProcessKubelet } from '../../cluster/process-kubelet.ts'
import { type Pod } from '../../cluster/process-kubelet/pod.ts'
import { eventually } from '../../support/eventually.ts'

const pods = '/api/v1/namespaces/default/pods'

describe('startControlPlane', () => {
  let controlPlane: ControlPlane
  let kubelet: ProcessKubelet
  beforeAll(async () => {
    controlPlane = await startControlPlane({ progress: () => {} })
    const programs = { pause: { entrypoint: ['sleep', '600'] } }
    kubelet = await startProcessKubelet({ client: controlPlane.client, programs })
  })
  afterAll(async () => {
    await kubelet.stop()
    await controlPlane.stop()
  })

  const run = (name: string) =>
    controlPlane.client.call('POST', pods, {
      metadata: { name },
      spec: { containers: [{ name: 'main', image: 'pause' }], terminationGracePeriodSeconds: 1 },
    })
  const running = (name: string) =>
    eventually(`${name} running`, async () => {
      const pod = await controlPlane.client.find<Pod>(`${pods}/${name}`).catch(() => undefined)
      return pod?.status?.phase === 'Running' && pod
    })

  it('stands beside another one', () => {
    expect(controlPlane.server).not.toBe(inject('controlPlane').server)
  })

  it('loses nothing when its API server restarts, and nobody has to be told', async () => {
    await run('before')
    const before = await running('before')
    await controlPlane.restart('kube-apiserver')
    expect((await running('before')).metadata.uid).toBe(before.metadata.uid)
    await run('after')
    await running('after')
  })

  it('begins anew when etcd has lost everything', async () => {
    await controlPlane.restart('etcd', () => rmSync(join(controlPlane.folder, 'etcd'), { recursive: true }))
    await controlPlane.restart('kube-apiserver')
    expect(await controlPlane.client.find(`${pods}/before`)).toBeUndefined()
  })

  it('leaves nothing behind', async () => {
    const other = await startControlPlane({ scheduler: true, progress: () => {} })
    const processes = other.processes()
    expect(processes.map(({ name }) => name).sort()).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
    ])
    expect(processes.every(isAlive)).toBe(true)
    await other.stop()
    expect(processes.some(isAlive)).toBe(false)
    expect(existsSync(other.folder)).toBe(false)
  })
})
