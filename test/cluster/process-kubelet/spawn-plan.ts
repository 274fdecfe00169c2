/** From a container of a Pod to the process that stands for it: pure. */
import { fieldValue } from './field-value.ts'
import { type Container, type EnvVar, type Pod } from './pod.ts'
import { type Sources } from './volume-files.ts'

/** What runs in place of an image. */
export interface LocalProgram {
  /** The image's entrypoint: a program of this machine and its first arguments. */
  entrypoint: readonly string[]
  cwd?: string
  env?: Readonly<Record<string, string>>
  /** What the program finds at a fixed path in its image, and by this variable here: variable -> path. */
  paths?: Readonly<Record<string, string>>
}

/** Image name without registry, tag and digest, or any beginning of the full name -> program. */
export type Programs = Readonly<Record<string, LocalProgram>>

export interface SpawnPlan {
  command: string
  args: string[]
  env: Record<string, string>
  cwd?: string
}

/** What stands in a container's status when it cannot be started. */
export interface Refusal {
  reason: 'ErrImageNeverPull' | 'CreateContainerConfigError'
  message: string
}

export interface PlanContext {
  programs: Programs
  sources: Sources
  /** The folder that stands for the container's `/`. */
  root: string
  /** What the container may call its home and write to. */
  home: string
}

const refuse = (message: string): Refusal => ({ reason: 'CreateContainerConfigError', message })
const isRefusal = (value: string | undefined | Refusal): value is Refusal => typeof value === 'object'

/** `registry/team/kiavi-runtime:1.2@sha256:...` is known as `kiavi-runtime`. */
export const shortImageName = (image: string) =>
  image.replace(/@.*$/, '').replace(/^.*\//, '').replace(/:.*$/, '')

export function programFor(image: string, programs: Programs): LocalProgram | undefined {
  const exact = programs[shortImageName(image)]
  if (exact !== undefined) return exact
  const longest = Object.keys(programs)
    .filter((prefix) => image.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0]
  return longest === undefined ? undefined : programs[longest]
}

const expand = (text: string, env: Record<string, string>) =>
  text.replace(/\$(\$|\(([^)]+)\))/g, (whole: string, _inner: string, name: string | undefined) =>
    name === undefined ? '$' : (env[name] ?? whole),
  )

function envValue(variable: EnvVar, pod: Pod, sources: Sources): string | undefined | Refusal {
  const { valueFrom } = variable
  if (valueFrom === undefined) return variable.value ?? ''
  if (valueFrom.fieldRef !== undefined)
    return (
      fieldValue(valueFrom.fieldRef.fieldPath, pod, sources.podIP) ??
      refuse(`the process kubelet does not know the field ${valueFrom.fieldRef.fieldPath}`)
    )
  const { configMapKeyRef, secretKeyRef } = valueFrom
  const ref = configMapKeyRef ?? secretKeyRef
  if (ref === undefined) return refuse(`the process kubelet cannot give ${variable.name} its value`)
  const value =
    configMapKeyRef === undefined
      ? sources.secret(ref.name)?.data?.[ref.key]
      : sources.configMap(ref.name)?.data?.[ref.key]
  if (value === undefined) {
    const what = configMapKeyRef === undefined ? 'secret' : 'configmap'
    return ref.optional === true ? undefined : refuse(`couldn't find key ${ref.key} in ${what} "${ref.name}"`)
  }
  return configMapKeyRef === undefined ? Buffer.from(value, 'base64').toString('utf8') : value
}

/** What of a container a process on this machine cannot honour; said aloud instead of being left out. */
function unsupported(container: Container, isInit: boolean): string | undefined {
  const probes = [container.readinessProbe, container.livenessProbe, container.startupProbe]
  if (probes.some((probe) => probe !== undefined && probe.httpGet === undefined))
    return 'probes other than httpGet'
  if (container.envFrom !== undefined && container.envFrom.length > 0) return 'envFrom'
  if (
    container.volumeMounts?.some(
      (mount) => mount.subPath !== undefined || mount.subPathExpr !== undefined,
    ) === true
  )
    return 'subPath mounts'
  if (isInit && container.restartPolicy !== undefined) return 'sidecar containers'
  const { preStop, postStart } = container.lifecycle ?? {}
  if (postStart !== undefined || (preStop !== undefined && preStop.sleep === undefined))
    return 'lifecycle hooks other than preStop.sleep'
  return undefined
}

export function spawnPlan(pod: Pod, container: Container, context: PlanContext): SpawnPlan | Refusal {
  const program = programFor(container.image, context.programs)
  if (program === undefined)
    return {
      reason: 'ErrImageNeverPull',
      message: `no local program stands for the image ${container.image}: name it in the process kubelet's programs`,
    }
  const isInit = pod.spec.initContainers?.some(({ name }) => name === container.name) === true
  const missing = unsupported(container, isInit)
  if (missing !== undefined) return refuse(`the process kubelet does not have ${missing}`)

  const own: Record<string, string> = {}
  for (const variable of container.env ?? []) {
    const value = envValue(variable, pod, context.sources)
    if (isRefusal(value)) return value
    if (value !== undefined) own[variable.name] = variable.value === undefined ? value : expand(value, own)
  }
  const env = {
    ...program.env,
    ...Object.fromEntries(
      Object.entries(program.paths ?? {}).map(([variable, path]) => [variable, `${context.root}${path}`]),
    ),
    HOME: context.home,
    TMPDIR: context.home,
    HOSTNAME: pod.metadata.name,
    KIAVI_CONFIG_DIR: `${context.root}/etc/kiavi`,
    KIAVI_LISTEN_HOST: context.sources.podIP,
    ...own,
  }
  const args = (container.args ?? []).map((argument) => expand(argument, own))
  const given = container.command?.map((part) => expand(part, own))
  const [command, ...first] = given ?? program.entrypoint
  if (command === undefined) return refuse('the container has no command')
  const cwd = container.workingDir ?? program.cwd
  return { command, args: [...first, ...args], env, ...(cwd === undefined ? {} : { cwd }) }
}
