/** People of a tenant, each with a passkey; they speak to its pods without a gateway between. */
import { setTimeout as sleep } from 'node:timers/promises'
import { tenantNamespace } from '../../../operator/src/api/v1alpha1/names.ts'
import { type KubeClient, type KubeJson } from '../../cluster/kube-client.ts'
import { type Passkey } from '../authenticator.ts'
import { TenantClient } from '../tenant-client.ts'

interface PodObject extends KubeJson {
  status?: { podIP?: string; conditions?: { type: string; status: string }[] }
}

/** Where a pod of the tenant answers; undefined while none does. */
export async function podOf(client: KubeClient, tenantID: string): Promise<string | undefined> {
  const { items } = await client.call<{ items: PodObject[] }>(
    'GET',
    `/api/v1/namespaces/${tenantNamespace(tenantID)}/pods`,
  )
  const ready = items.find(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true,
  )
  return ready?.status?.podIP === undefined ? undefined : `http://${ready.status.podIP}:8080`
}

const clientOf = (url: string, host: string) =>
  new TenantClient({ url, rpId: host, origin: `https://${host}` })

export async function signUpAt(url: string, host: string, name: string): Promise<Passkey> {
  const { status, body, passkey } = await clientOf(url, host).signUp(name)
  if (status >= 300) throw new Error(`${name} could not sign up: ${status} ${JSON.stringify(body)}`)
  return passkey
}

/** The HTTP status of a sign-in, or what became of the connection. */
export async function signInAt(url: string, host: string, passkey: Passkey): Promise<number | string> {
  try {
    return (await clientOf(url, host).signIn(passkey)).status
  } catch (error) {
    return String(error)
  }
}

/** Signs in again and again, without a retry, until it is told to stop. */
export function keepSigningIn(url: string, host: string, passkey: Passkey) {
  let stopped = false
  const answers: (number | string)[] = []
  const ended = (async () => {
    do {
      answers.push(await signInAt(url, host, passkey))
      await sleep(250)
    } while (!stopped)
  })()
  return async () => {
    stopped = true
    await ended
    return { tried: answers.length, failed: answers.filter((answer) => answer !== 200) }
  }
}
