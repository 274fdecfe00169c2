/** A named control plane that outlives the command that started it. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { layout } from './control-plane-args.ts'
import { writePrivate } from './control-plane-files.ts'
import { startControlPlane } from './control-plane.ts'
import { clusterFolder } from './folders.ts'
import { endProcess, isAlive, type ProcessRecord } from './process.ts'
import { type Profile } from './profile.ts'

interface State {
  /** Set when everything is up. */
  ready: boolean
  server?: string
  processes: ProcessRecord[]
}

const load = (folder: string): State | undefined => {
  const path = layout(folder).state
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as State) : undefined
}

async function end(folder: string, state: State): Promise<void> {
  // In the order of their start: etcd is first, and ends last.
  for (const record of state.processes.toReversed()) await endProcess(record, 2_000)
  rmSync(folder, { recursive: true, force: true })
}

export const controlPlaneProfile: Profile = {
  summary: 'etcd, API server, controllers; no pods, no root',
  up: async (name, progress) => {
    const folder = clusterFolder(name)
    const { kubeconfig, auditLog } = {
      kubeconfig: layout(folder).kubeconfig('admin'),
      auditLog: layout(folder).auditLog,
    }
    const before = load(folder)
    if (before?.ready === true && before.processes.every(isAlive)) {
      progress(`cluster ${name} is up already at ${before.server ?? ''}`)
      return { kubeconfig, auditLog }
    }
    if (before !== undefined) {
      progress(`cluster ${name}: not whole any more, starting it afresh ...`)
      await end(folder, before)
    }
    const state: State = { ready: false, processes: [] }
    const save = () => writePrivate(layout(folder).state, JSON.stringify(state, undefined, 2))
    save()
    const started = (record: ProcessRecord) => {
      state.processes.push(record)
      save()
    }
    try {
      const controlPlane = await startControlPlane({ folder, leashed: false, progress, started })
      await controlPlane.client.close()
      Object.assign(state, { ready: true, server: controlPlane.server })
      save()
    } catch (error) {
      await end(folder, state)
      throw error
    }
    return { kubeconfig, auditLog }
  },
  down: async (name, progress) => {
    const folder = clusterFolder(name)
    const state = load(folder)
    if (state === undefined) return false
    await end(folder, state)
    progress(`cluster ${name} is gone`)
    return true
  },
  status: (name) => {
    const state = load(clusterFolder(name))
    if (state === undefined) return undefined
    const alive = state.processes.filter(isAlive).length
    const whole = state.ready && alive === state.processes.length
    return `${whole ? 'up' : 'broken'}, ${alive} of ${state.processes.length} processes run`
  },
}
