/**
 * Before the integration tests: one control plane with our CRDs, PostgreSQL 15 and 18. Tests read the facts with
 * `inject('controlPlane')` and `inject('postgres15')`.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type TestProject } from 'vitest/node'
import { startControlPlane } from '../cluster/control-plane.ts'
import { type PostgresCredentials, startPostgres } from './postgres.ts'

export interface ControlPlaneFacts {
  server: string
  /** PEM. */
  ca: string
  /** The cluster-admin's client certificate. */
  admin: { cert: string; key: string }
  /** Path of the cluster-admin's kubeconfig. */
  kubeconfig: string
  /** Path of the audit log, JSON lines. */
  auditLog: string
}

export interface PostgresFacts {
  host: string
  port: number
  /** PEM. */
  ca: string
  superuser: PostgresCredentials
  administrator: PostgresCredentials
}

declare module 'vitest' {
  export interface ProvidedContext {
    controlPlane: ControlPlaneFacts
    postgres15: PostgresFacts
    postgres18: PostgresFacts
  }
}

const crds = fileURLToPath(new URL('../../crds', import.meta.url))

/** The vitest loader asks for this name. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started: { stop(): Promise<void> }[] = []
  const teardown = async () => {
    await Promise.all(started.map((each) => each.stop()))
  }
  const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting
    started.push(one)
    return one
  }
  const outcomes = await Promise.allSettled([
    keep(startControlPlane()),
    keep(startPostgres({ version: 15 })),
    keep(startPostgres({ version: 18 })),
  ] as const)
  const [controlPlane, postgres15, postgres18] = outcomes
  if (
    controlPlane.status === 'rejected' ||
    postgres15.status === 'rejected' ||
    postgres18.status === 'rejected'
  ) {
    await teardown()
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
    throw new AggregateError(
      failed.map(({ reason }): unknown => reason),
      'What the integration tests stand on could not be started.',
    )
  }
  const { server, ca, admin, kubeconfig, auditLog } = controlPlane.value
  if (existsSync(crds) && readdirSync(crds).some((name) => name.endsWith('.yaml'))) {
    await controlPlane.value.kubectl(['apply', '--server-side', '-f', join(crds)])
    await controlPlane.value.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s'])
  }
  project.provide('controlPlane', { server, ca, admin, kubeconfig, auditLog })
  for (const each of [postgres15.value, postgres18.value] as const) {
    const { host, port, superuser, administrator } = each
    project.provide(`postgres${each.version}`, { host, port, ca: each.ca!, superuser, administrator })
  }
  return teardown
}
