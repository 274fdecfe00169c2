import { join } from 'node:path'

/** What the person chose, and what follows from it: every address, range, name and folder of one node cluster. */
export interface NodePlan {
  name: string
  /** Which of the private ranges is ours; two clusters side by side differ in it. */
  index: number
  folder: string
  /** Sockets: their paths must stay short. */
  runFolder: string
  /** Our end of the cable: the API server and whatever pods shall reach on this machine bind it. */
  hostAddress: string
  /** The node's end. */
  nodeAddress: string
  nodeName: string
  /** The link on our side; it and its routes are all that this machine's own network sees. */
  link: string
  linkCidr: string
  podCidr: string
  serviceCidr: string
  dnsAddress: string
  /** Below the root of each cgroup hierarchy. */
  cgroup: string
}

export const mostClusters = 64

/** Pure: the same name, index and folder give the same cluster. */
export const planNode = (name: string, index: number, folder: string): NodePlan => ({
  name,
  index,
  folder,
  runFolder: join('/run', 'kiavi', name),
  hostAddress: `10.99.${index}.1`,
  nodeAddress: `10.99.${index}.2`,
  nodeName: name === 'default' ? 'node' : `node-${name}`,
  link: `kiavi-${index}`,
  linkCidr: `10.99.${index}.0/24`,
  podCidr: `10.244.${index}.0/24`,
  serviceCidr: `10.96.${index}.0/24`,
  dnsAddress: `10.96.${index}.10`,
  cgroup: `kiavi-${name}`,
})
