/** The chart as a person's Helm sees it. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { findBinaries } from '../cluster/binaries.ts'

export const chartFolder = join(import.meta.dirname, '../../charts/kiavi-operator')

export interface HelmOptions {
  values?: object
  namespace?: string
  kubeconfig?: string
}

const run = promisify(execFile)

/** Runs Helm with its settings in a folder of their own; throws with Helm's words. Returns stdout. */
export async function helm(args: readonly string[], options: HelmOptions = {}): Promise<string> {
  const { helm: binary } = await findBinaries(['helm'])
  const home = await mkdtemp(join(tmpdir(), 'kiavi-helm-'))
  try {
    const values = join(home, 'values.json')
    await writeFile(values, JSON.stringify(options.values ?? {}))
    const { stdout } = await run(
      binary,
      [
        ...args,
        ...(args[0] === 'lint' || args[0] === 'template' || args[0] === 'upgrade'
          ? ['--values', values]
          : []),
        ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
      ],
      {
        maxBuffer: 16 << 20,
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          ...(options.kubeconfig === undefined ? {} : { KUBECONFIG: options.kubeconfig }),
        },
      },
    )
    return stdout
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr ?? String(error), { cause: error })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

export interface Rendered {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  [field: string]: unknown
}

/** What `helm template` makes of the chart. */
export async function renderChart(
  options: HelmOptions & { flags?: readonly string[] } = {},
): Promise<Rendered[]> {
  const yaml = await helm(['template', 'kiavi', chartFolder, ...(options.flags ?? [])], {
    namespace: 'kiavi-system',
    ...options,
  })
  return parseAllDocuments(yaml)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null)
}
