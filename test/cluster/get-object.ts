import { type TestCluster } from './test-cluster.ts'

/** One object, or undefined where there is none. */
export async function getObject<T>(
  cluster: Pick<TestCluster, 'kubectl'>,
  kind: string,
  name: string,
  namespace: string,
): Promise<T | undefined> {
  const where = ['-n', namespace, '--ignore-not-found', '-o', 'json']
  const text = (await cluster.kubectl(['get', kind, name, ...where])).trim()
  return text === '' ? undefined : (JSON.parse(text) as T)
}
