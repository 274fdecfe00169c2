/** Every object that an API server keeps, whoever made it. */
import { type KubeClient, type KubeJson } from '../cluster/kube-client.ts'

interface Resources {
  resources: { name: string; verbs: string[] }[]
}

export interface Kept {
  plural: string
  object: KubeJson
}

export async function everyObject(client: KubeClient): Promise<Kept[]> {
  const { groups } = await client.call<{ groups: { preferredVersion: { groupVersion: string } }[] }>(
    'GET',
    '/apis',
  )
  const roots = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)]
  const kept: Kept[] = []
  for (const root of roots) {
    const { resources } = await client.call<Resources>('GET', root)
    const listable = resources.filter(({ name, verbs }) => verbs.includes('list') && !name.includes('/'))
    for (const { name: plural } of listable) {
      const { items } = await client.call<{ items: KubeJson[] | null }>('GET', `${root}/${plural}`)
      for (const object of items ?? []) kept.push({ plural, object })
    }
  }
  return kept
}
