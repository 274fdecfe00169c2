/** Every way to edit an object, made from what our builders say of it: nothing here is listed by hand but additions. */

export type Json = Record<string, unknown>
export type Path = readonly (string | number)[]

export interface Edit {
  what: 'change' | 'remove' | 'add'
  path: Path
  /** Tried in their order until the API server takes one. */
  variants: ((object: Json) => void)[]
}

/** What is no field that somebody could edit. */
const identity = new Set(['apiVersion', 'kind', 'metadata.name', 'metadata.namespace'])
/** Other words where only some are allowed. */
const words: readonly (readonly string[])[] = [
  ['TCP', 'UDP', 'SCTP'],
  ['HTTP', 'HTTPS'],
  ['Always', 'IfNotPresent', 'Never'],
  ['ClusterFirst', 'Default', 'None'],
  ['RuntimeDefault', 'Unconfined'],
  ['OnRootMismatch', 'Always'],
  ['FallbackToLogsOnError', 'File'],
  ['ScheduleAnyway', 'DoNotSchedule'],
  ['RollingUpdate', 'Recreate'],
  ['ClusterIP', 'NodePort', 'LoadBalancer'],
  ['Cluster', 'Local'],
  ['None', 'ClientIP'],
  ['SingleStack', 'PreferDualStack'],
  ['AlwaysAllow', 'IfHealthyBudget'],
  ['Prefix', 'Exact', 'ImplementationSpecific'],
  ['PathPrefix', 'Exact'],
  ['Ingress', 'Egress'],
  ['ALL', 'NET_RAW'],
]

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const dotted = (path: Path) => path.join('.')

export function at(object: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Json | undefined)?.[step], object)
}

function put(object: Json, path: Path, value: unknown): void {
  const parent = at(object, path.slice(0, -1)) as Json
  parent[String(path.at(-1))] = value
}

function takeAway(object: Json, path: Path): void {
  const parent = at(object, path.slice(0, -1))
  const last = path.at(-1) ?? ''
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else Reflect.deleteProperty(parent as Json, last)
}

/** Other values of the same kind, the likeliest to be taken first. */
export function otherValues(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [!value]
  if (typeof value === 'number') return [value + 1, value - 1, value * 2 + 1, 0]
  const text = String(value)
  return [
    ...words.filter((each) => each.includes(text)).flatMap((each) => each.filter((word) => word !== text)),
    `${text}x`,
    text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)),
    `x${text}`,
    Buffer.from('changed').toString('base64'),
    'stranger.example.eu',
  ].filter((other) => other !== value)
}

/** A sibling of an item of a list: like it, by another name. */
function anotherItem(item: unknown): unknown[] {
  if (!isObject(item)) return otherValues(item)
  const renamed = Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key,
      ['name', 'mountPath', 'host', 'topologyKey'].includes(key) && typeof value === 'string'
        ? otherValues(value).find((other) => other !== undefined)
        : ['port', 'containerPort'].includes(key) && typeof value === 'number'
          ? value + 1
          : value,
    ]),
  )
  return [renamed, structuredClone(item)]
}

/** Every leaf changed and removed, every branch removed, every list and map given one more. */
export function editsOf(desired: Json): Edit[] {
  const edits: Edit[] = []
  const visit = (value: unknown, path: Path) => {
    if (identity.has(dotted(path))) return
    const isRoot = path.length === 0
    if (Array.isArray(value)) {
      if (value.length > 0)
        edits.push({
          what: 'add',
          path: [...path, value.length],
          variants: anotherItem(value[0]).map((item) => (object) => {
            ;(at(object, path) as unknown[]).push(item)
          }),
        })
    } else if (isObject(value)) {
      const values = Object.values(value)
      const isMap = values.length > 0 && values.every((each) => typeof each === 'string')
      // An annotation of somebody else's on an object of ours is theirs.
      if (isMap && dotted(path) !== 'metadata.annotations')
        edits.push({
          what: 'add',
          path: [...path, 'stranger'],
          variants: ['eve', Buffer.from('eve').toString('base64')].map((word) => (object) => {
            put(object, [...path, 'stranger'], word)
          }),
        })
    } else {
      edits.push({
        what: 'change',
        path,
        variants: otherValues(value).map((other) => (object) => {
          put(object, path, other)
        }),
      })
    }
    if (!isRoot && dotted(path) !== 'metadata')
      edits.push({ what: 'remove', path, variants: [(object) => takeAway(object, path)] })
    if (Array.isArray(value)) value.forEach((item, index) => visit(item, [...path, index]))
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
  }
  visit(desired, [])
  return edits
}

/** What a stranger could set that our builders say nothing of. */
const pod: Path = ['spec', 'template', 'spec']
const container: Path = [...pod, 'containers', 0]
const additions: Record<string, [path: Path, value: unknown][]> = {
  Namespace: [[['metadata', 'labels', 'eve'], 'yes']],
  Deployment: [
    [[...container, 'env'], [{ name: 'NODE_OPTIONS', value: '--inspect' }]],
    [[...container, 'envFrom'], [{ secretRef: { name: 'signing-keys' } }]],
    [
      [...container, 'command'],
      ['sleep', '1'],
    ],
    [[...container, 'args'], ['migrate']],
    [[...container, 'lifecycle'], { preStop: { sleep: { seconds: 1 } } }],
    [[...pod, 'initContainers'], [{ name: 'eve', image: 'eve:1' }]],
    [[...pod, 'hostNetwork'], true],
    [[...pod, 'hostPID'], true],
    [[...pod, 'shareProcessNamespace'], true],
    [[...pod, 'nodeSelector'], { eve: 'yes' }],
    [[...pod, 'tolerations'], [{ operator: 'Exists' }]],
    [[...pod, 'priorityClassName'], 'system-cluster-critical'],
    [[...pod, 'runtimeClassName'], 'eve'],
    [[...pod, 'hostAliases'], [{ ip: '10.9.9.9', hostnames: ['db'] }]],
    [['spec', 'template', 'metadata', 'annotations', 'eve'], 'yes'],
    [['spec', 'paused'], true],
    [['spec', 'minReadySeconds'], 5],
  ],
  Service: [
    [['spec', 'externalIPs'], ['192.0.2.1']],
    [['spec', 'publishNotReadyAddresses'], true],
    [['spec', 'trafficDistribution'], 'PreferClose'],
  ],
  ServiceAccount: [
    [['automountServiceAccountToken'], true],
    [['imagePullSecrets'], [{ name: 'eve' }]],
  ],
  ConfigMap: [
    [['data', 'eve'], 'yes'],
    [['binaryData'], { eve: 'ZXZl' }],
    [['immutable'], true],
  ],
  Secret: [
    [['data', 'eve'], 'ZXZl'],
    [['immutable'], true],
  ],
  NetworkPolicy: [
    [['spec', 'ingress'], [{}]],
    [['spec', 'egress'], [{}]],
    [['spec', 'ingress'], [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]],
  ],
  Ingress: [
    [['spec', 'defaultBackend'], { service: { name: 'eve', port: { number: 80 } } }],
    [['metadata', 'annotations', 'kiavi.eu/owner'], 'eve/eve'],
  ],
  HTTPRoute: [
    [
      ['spec', 'rules', 0, 'filters'],
      [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-eve', value: 'yes' }] } }],
    ],
    [
      ['spec', 'rules', 1],
      {
        matches: [{ path: { type: 'PathPrefix', value: '/eve' } }],
        filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'eve.example.eu' } }],
      },
    ],
    [['spec', 'rules', 0, 'timeouts'], { request: '1ms' }],
    [['spec', 'rules', 0, 'matches', 0, 'headers'], [{ type: 'Exact', name: 'x-eve', value: 'yes' }]],
  ],
  RoleBinding: [[['subjects', 1], { kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }]],
  PodDisruptionBudget: [[['spec', 'minAvailable'], 0]],
}

/** An owner with which the garbage collector would take an object: none of ours has one. */
const foreignOwner = [
  { apiVersion: 'v1', kind: 'ConfigMap', name: 'kube-root-ca.crt', uid: '', controller: false },
]

export const additionsTo = (kind: string, rootCertificateUid: string): Edit[] =>
  [
    ...(additions[kind] ?? []),
    ...(kind === 'Namespace'
      ? []
      : [
          [['metadata', 'ownerReferences'], [{ ...foreignOwner[0], uid: rootCertificateUid }]] as [
            Path,
            unknown,
          ],
        ]),
  ].map(([path, value]) => ({
    what: 'add',
    path,
    variants: [(object) => put(object, path, structuredClone(value))],
  }))
