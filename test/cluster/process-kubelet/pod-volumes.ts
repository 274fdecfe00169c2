/** A pod's volumes and mounts as folders of this machine. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeAtomically } from './atomic-writer.ts'
import { type Container, type Pod } from './pod.ts'
import { type Sources, volumeContent } from './volume-files.ts'

/** Where a container leaves its last words, from its own `/`. */
export const terminationMessagePath = ({ terminationMessagePath: path }: Container): string =>
  path ?? '/dev/termination-log'

export interface PodVolumes {
  /** Brings every volume to what its sources say now; answers with what keeps a container from starting. */
  sync(pod: Pod, sources: Sources): string | undefined
  /** Makes the folder that stands for a container's `/`, with a link for each mount. */
  rootOf(container: Container): string
  remove(): void
}

export function podVolumes(folder: string): PodVolumes {
  const volume = (name: string) => join(folder, 'volumes', name)
  return {
    sync: (pod, sources) => {
      let problem: string | undefined
      for (const each of pod.spec.volumes ?? []) {
        const content = volumeContent(each, pod, sources)
        if (content.kind === 'directory') mkdirSync(volume(each.name), { recursive: true })
        else if (content.kind === 'files') {
          mkdirSync(volume(each.name), { recursive: true })
          writeAtomically(volume(each.name), content.files)
        } else problem ??= content.message
      }
      return problem
    },
    rootOf: (container) => {
      const root = join(folder, 'root', container.name)
      rmSync(root, { recursive: true, force: true })
      mkdirSync(dirname(join(root, terminationMessagePath(container))), { recursive: true })
      for (const mount of container.volumeMounts ?? []) {
        const place = join(root, mount.mountPath)
        mkdirSync(dirname(place), { recursive: true })
        symlinkSync(volume(mount.name), place)
      }
      return root
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
