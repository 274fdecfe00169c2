/** What lies in a volume: pure. A volume is refused where it needs what a process on this machine cannot have. */
import { fieldValue } from './field-value.ts'
import {
  type ConfigMap,
  type ConfigSource,
  type DownwardFields,
  type Pod,
  type Secret,
  type Volume,
} from './pod.ts'

/** What the volumes of one pod are made of. */
export interface Sources {
  configMap(name: string): ConfigMap | undefined
  secret(name: string): Secret | undefined
  /** The pod's own token, asked for beforehand. */
  token(audience: string | undefined): string | undefined
  podIP: string
}

export interface VolumeFile {
  content: Buffer
  mode: number
}

export type VolumeContent =
  | { kind: 'files'; files: Map<string, VolumeFile> }
  /** An emptyDir: a directory of the pod's own. */
  | { kind: 'directory' }
  /** Not there yet: the container waits for it. */
  | { kind: 'missing'; message: string }
  | { kind: 'refused'; message: string }

const defaultMode = 0o644

function keysOf(source: ConfigMap | Secret, from: 'configMap' | 'secret'): Map<string, Buffer> {
  const keys = new Map<string, Buffer>()
  const binary = from === 'secret' ? source.data : (source as ConfigMap).binaryData
  for (const [key, value] of Object.entries(binary ?? {})) keys.set(key, Buffer.from(value, 'base64'))
  if (from === 'configMap')
    for (const [key, value] of Object.entries(source.data ?? {})) keys.set(key, Buffer.from(value))
  return keys
}

/** Adds one ConfigMap's or Secret's files; answers with what is missing. */
function addKeys(
  files: Map<string, VolumeFile>,
  from: 'configMap' | 'secret',
  source: ConfigSource,
  sources: Sources,
  mode: number,
): string | undefined {
  const object = from === 'configMap' ? sources.configMap(source.name) : sources.secret(source.name)
  if (object === undefined)
    return source.optional === true ? undefined : `${from.toLowerCase()} "${source.name}" not found`
  const keys = keysOf(object, from)
  if (source.items === undefined) {
    for (const [key, content] of keys) files.set(key, { content, mode })
    return undefined
  }
  for (const item of source.items) {
    const content = keys.get(item.key)
    if (content !== undefined) files.set(item.path, { content, mode: item.mode ?? mode })
    else if (source.optional !== true)
      return `${from.toLowerCase()} "${source.name}" has no key "${item.key}"`
  }
  return undefined
}

/** Adds what the downward API says; answers with a path that it knows nothing for. */
function addFields(
  files: Map<string, VolumeFile>,
  { items = [] }: DownwardFields,
  { pod, podIP }: { pod: Pod; podIP: string },
  mode: number,
): string | undefined {
  for (const item of items) {
    const value = fieldValue(item.fieldRef?.fieldPath ?? '', pod, podIP)
    if (value === undefined) return item.path
    files.set(item.path, { content: Buffer.from(value), mode: item.mode ?? mode })
  }
  return undefined
}

export function volumeContent(volume: Volume, pod: Pod, sources: Sources): VolumeContent {
  if (volume.emptyDir !== undefined) return { kind: 'directory' }
  const files = new Map<string, VolumeFile>()
  const about = { pod, podIP: sources.podIP }
  let missing: string | undefined
  let unknown: string | undefined
  if (volume.configMap !== undefined) {
    missing = addKeys(
      files,
      'configMap',
      volume.configMap,
      sources,
      volume.configMap.defaultMode ?? defaultMode,
    )
  } else if (volume.secret !== undefined) {
    const { secretName: name, ...rest } = volume.secret
    missing = addKeys(files, 'secret', { name, ...rest }, sources, rest.defaultMode ?? defaultMode)
  } else if (volume.projected !== undefined) {
    const mode = volume.projected.defaultMode ?? defaultMode
    for (const source of volume.projected.sources ?? []) {
      if (source.configMap !== undefined)
        missing ??= addKeys(files, 'configMap', source.configMap, sources, mode)
      if (source.secret !== undefined) missing ??= addKeys(files, 'secret', source.secret, sources, mode)
      if (source.downwardAPI !== undefined) unknown ??= addFields(files, source.downwardAPI, about, mode)
      if (source.serviceAccountToken !== undefined) {
        const token = sources.token(source.serviceAccountToken.audience)
        if (token === undefined) missing ??= 'the service account token was not issued yet'
        else files.set(source.serviceAccountToken.path, { content: Buffer.from(token), mode })
      }
    }
  } else if (volume.downwardAPI !== undefined) {
    unknown = addFields(files, volume.downwardAPI, about, volume.downwardAPI.defaultMode ?? defaultMode)
  } else {
    return {
      kind: 'refused',
      message: `volume "${volume.name}" is of a kind that the process kubelet does not have`,
    }
  }
  if (unknown !== undefined)
    return {
      kind: 'refused',
      message: `volume "${volume.name}": the process kubelet does not know ${unknown}`,
    }
  return missing === undefined ? { kind: 'files', files } : { kind: 'missing', message: missing }
}
