import { type TestCluster } from './test-cluster.ts'

/** Server-side apply of several objects at once, as a person does it; `flags` are kubectl's. */
export const applyAll = (
  { kubectl }: Pick<TestCluster, 'kubectl'>,
  items: readonly object[],
  ...flags: string[]
): Promise<string> =>
  kubectl(
    ['apply', '--server-side', ...flags, '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  )
