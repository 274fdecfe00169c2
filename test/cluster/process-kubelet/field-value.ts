import { type Pod } from './pod.ts'

/** What the downward API says for a field; undefined where the process kubelet does not know it. */
export function fieldValue(fieldPath: string, pod: Pod, podIP: string): string | undefined {
  const { metadata, spec } = pod
  const subscript = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath)
  if (subscript !== null) {
    const [, which, key = ''] = subscript
    return (which === 'labels' ? metadata.labels : metadata.annotations)?.[key] ?? ''
  }
  const fields: Record<string, string | undefined> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace,
    'metadata.uid': metadata.uid,
    'spec.nodeName': spec.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName,
    'status.podIP': podIP,
    'status.podIPs': podIP,
    'status.hostIP': '127.0.0.1',
  }
  return fields[fieldPath]
}
