/** `npm run cluster -- up|down|status`: a real Kubernetes on this machine, by name. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { controlPlaneProfile } from './control-plane-profile.ts'
import { cacheFolder } from './folders.ts'
import { nodeProfile } from './node-profile.ts'
import { type Profile } from './profile.ts'
import { toStderr } from './progress.ts'

const profiles: Record<string, Profile> = { 'control-plane': controlPlaneProfile, node: nodeProfile }

const usage = `npm run cluster -- up|down|status [--profile PROFILE] [--name NAME]

Profiles (control-plane unless given):
${Object.entries(profiles)
  .map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  .join('\n')}

up is idempotent; down leaves nothing behind. NAME is "default" unless given.
KIAVI_CLUSTER_BIN names a folder with binaries; KIAVI_CLUSTER_CACHE moves the cache (~/.cache/kiavi).`

const profileOf = (name: string) =>
  Object.keys(profiles).find((each) => profiles[each]?.status(name) !== undefined)

async function up(name: string, wanted: string): Promise<void> {
  const profile = profiles[wanted]
  if (profile === undefined) throw new Error(`There is no profile ${wanted}.\n\n${usage}`)
  const there = profileOf(name)
  if (there !== undefined && there !== wanted)
    throw new Error(
      `Cluster ${name} is of profile ${there}. End it first (npm run cluster -- down --name ${name}), or give another --name.`,
    )
  const { kubeconfig, auditLog } = await profile.up(name, toStderr)
  toStderr(
    `\nUse it:      export KUBECONFIG=${kubeconfig}\nAudit log:   ${auditLog}\nEnd it:      npm run cluster -- down --name ${name}`,
  )
}

async function down(name: string): Promise<void> {
  const ended = await Promise.all(Object.values(profiles).map((profile) => profile.down(name, () => {})))
  toStderr(ended.includes(true) ? `cluster ${name} is gone` : `no cluster ${name} is up`)
}

function status(): void {
  const folder = join(cacheFolder(), 'clusters')
  const names = existsSync(folder) ? readdirSync(folder) : []
  for (const name of names) {
    const profile = profileOf(name)
    if (profile !== undefined)
      process.stdout.write(`${name}\t${profile}\t${profiles[profile]?.status(name) ?? ''}\n`)
  }
  if (names.length === 0) toStderr('no cluster is up')
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      profile: { type: 'string', default: 'control-plane' },
      name: { type: 'string', default: 'default' },
      help: { type: 'boolean', default: false },
    },
  })
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(values.name))
    throw new Error(`The name "${values.name}" does not do: use up to 32 of a-z, 0-9 and -.`)
  const [verb] = positionals
  if (values.help || verb === undefined) toStderr(usage)
  else if (verb === 'up') await up(values.name, values.profile)
  else if (verb === 'down') await down(values.name)
  else if (verb === 'status') status()
  else throw new Error(`There is no "${verb}".\n\n${usage}`)
}

try {
  await main()
} catch (error) {
  toStderr(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
