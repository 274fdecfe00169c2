import { layout } from './control-plane-args.ts'
import { clusterFolder } from './folders.ts'
import { loadState } from './node/state.ts'
import { downNode, nodeKubeconfig, upNode } from './node/up.ts'
import { isAlive } from './process.ts'
import { type Profile } from './profile.ts'

/** A cluster with real pods. */
export const nodeProfile: Profile = {
  summary: 'a control plane and one node with real pods; root on Linux',
  up: async (name, progress) => {
    const { folder } = await upNode({ name, progress })
    return { kubeconfig: nodeKubeconfig(folder), auditLog: layout(folder).auditLog }
  },
  down: (name, progress) => downNode({ name, progress }),
  status: (name) => {
    const state = loadState(clusterFolder(name))
    if (state === undefined) return undefined
    const alive = state.processes.filter(isAlive).length
    const whole = state.ready && alive === state.processes.length
    return `${whole ? 'up' : 'broken'}, ${alive} of ${state.processes.length} processes run`
  },
}
