import { type ConfigMap, type Container, type Pod, type Secret } from './pod.ts'
import { type Sources } from './volume-files.ts'

/** A pod with one container, for table tests. */
export const podWith = (container: Partial<Container> = {}, spec: Partial<Pod['spec']> = {}): Pod => ({
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u1', labels: { app: 'web' } },
  spec: { nodeName: 'n1', containers: [{ name: 'web', image: 'tiny', ...container }], ...spec },
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

const configMaps: Record<string, ConfigMap> = {
  settings: {
    metadata: { name: 'settings' },
    data: { 'a.txt': 'A', 'b.txt': 'B' },
    binaryData: { bin: base64('\u0001') },
  },
}
const secrets: Record<string, Secret> = {
  login: { metadata: { name: 'login' }, data: { password: base64('hunter2') } },
}

export const sources: Sources = {
  podIP: '10.98.0.2',
  configMap: (name) => configMaps[name],
  secret: (name) => secrets[name],
  token: (audience) => (audience === undefined ? 'the-token' : undefined),
}
