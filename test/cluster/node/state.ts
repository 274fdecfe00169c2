import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type ProcessRecord } from '../process.ts'
import { nodeFiles } from './configs.ts'
import { type NodePlan } from './plan.ts'

/** What a later run must know to use a cluster, or to end it; written before and after every step. */
export interface NodeState {
  plan: NodePlan
  /** Set when everything is up. */
  ready: boolean
  processes: ProcessRecord[]
  /** Folders outside of ours that were missing before: programs have them compiled in. */
  madeFolders: string[]
}

export function saveState(state: NodeState): void {
  const path = nodeFiles(state.plan).state
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, JSON.stringify(state, undefined, 2))
  renameSync(`${path}.part`, path)
}

export function loadState(folder: string): NodeState | undefined {
  const path = nodeFiles({ folder, runFolder: '' }).state
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as NodeState) : undefined
}
