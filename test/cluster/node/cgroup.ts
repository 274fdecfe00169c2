/** The cgroup below which the kubelet puts every pod of one cluster, in whichever hierarchies this machine has. */
import { mkdirSync, readFileSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

/** Mount points of cgroup v1 hierarchies, or of the one v2 hierarchy. */
export function hierarchies(mounts = readFileSync('/proc/mounts', 'utf8')): string[] {
  const lines = mounts.split('\n').map((line) => line.split(' '))
  const of = (type: string) => lines.flatMap(([, place, kind]) => (kind === type && place ? [place] : []))
  return [...new Set([...of('cgroup'), ...of('cgroup2')])]
}

const tree = (folder: string): string[] => {
  try {
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    // Children first: a cgroup can be removed when it has none.
    return [...below.flatMap((entry) => tree(join(folder, entry.name))), folder]
  } catch {
    return []
  }
}

export function createCgroup(name: string): void {
  for (const hierarchy of hierarchies()) mkdirSync(join(hierarchy, name), { recursive: true })
}

/** Every process of every pod. */
export function processesInCgroup(name: string): number[] {
  const pids = new Set<number>()
  for (const folder of hierarchies().flatMap((hierarchy) => tree(join(hierarchy, name)))) {
    try {
      for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n'))
        if (pid) pids.add(Number(pid))
    } catch {
      // Gone between listing and reading.
    }
  }
  return [...pids]
}

/** Removes it with all below it; false while a process is still in there. */
export function removeCgroup(name: string): boolean {
  let removed = true
  for (const folder of hierarchies().flatMap((hierarchy) => tree(join(hierarchy, name)))) {
    try {
      rmdirSync(folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') removed = false
    }
  }
  return removed
}
