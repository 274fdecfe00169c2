/** Volumes of a Job's pod. Each container mounts those that it may have, and no other. */

/** Where the programs of the Jobs look for their files; see docs/architecture.md. */
export const configDirectory = '/etc/kiavi'

/** Read by the pod's group, by nobody else. */
const groupReads = 0o440

export interface Mount {
  name: string
  mountPath: string
  readOnly?: boolean
}

/** Some keys of a Secret as files, and no other key of it. */
export const secretFiles = (name: string, secretName: string, files: Record<string, string>) => ({
  name,
  secret: {
    secretName,
    defaultMode: groupReads,
    items: Object.entries(files).map(([key, path]) => ({ key, path })),
  },
})

/** An annotation of the pod as a file: so what a Job is to do is made with it in one write. */
export const annotationFile = (name: string, annotation: string, path: string) => ({
  name,
  downwardAPI: {
    defaultMode: 0o444,
    items: [{ path, fieldRef: { apiVersion: 'v1', fieldPath: `metadata.annotations['${annotation}']` } }],
  },
})

export const claimedVolume = (name: string, claimName: string) => ({
  name,
  persistentVolumeClaim: { claimName, readOnly: false },
})

/** Several sources as the files of one folder. */
export const joined = (name: string, sources: readonly object[]) => ({
  name,
  projected: { defaultMode: groupReads, sources },
})

/** A folder on the node's disk, for what is encrypted. */
export const diskFolder = (name: string, sizeLimit: string) => ({ name, emptyDir: { sizeLimit } })

/** A folder in memory, for sockets and for what must not touch a disk. */
export const memoryFolder = (name: string) => ({ name, emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } })

export const configMount = (name: string): Mount => ({
  name,
  mountPath: `${configDirectory}/${name}`,
  readOnly: true,
})
