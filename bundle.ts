import { type Plugin, build } from 'esbuild'
import { cp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'

/** How a module names a worker thread's module, or a file or folder that it reads at run time. */
const reference = /new URL\(\s*'(\.{1,2}\/[^']+)',\s*import\.meta\.url,?\s*\)/g

/** CommonJS packages inside an ES module still ask for `require`. */
const banner = [
  "import { createRequire as kiaviCreateRequire } from 'node:module'",
  'const require = kiaviCreateRequire(import.meta.url)',
].join('\n')

/** Every output lies directly in dist/, so `src/a/b.ts` is known there as `b.js`, and data keep their path below src/. */
const workerName = (file: string) => file.replace(/^.*\//, '').replace(/\.ts$/, '')

/** Points such references at where the bundle puts the thing, and notes the thing. */
const relocate = (source: string, workers: Set<string>, data: Set<string>): Plugin => ({
  name: 'relocate',
  setup(setup) {
    setup.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(`${source}/`)) return undefined
      const text = await readFile(path, 'utf8')
      const contents = text.replace(reference, (_, target: string) => {
        const place = relative(source, resolve(dirname(path), target))
        const slash = target.endsWith('/') ? '/' : ''
        if (target.endsWith('.ts')) {
          workers.add(place)
          return `new URL('./${workerName(place)}.js', import.meta.url)`
        }
        data.add(place)
        return `new URL('./${place}${slash}', import.meta.url)`
      })
      return { contents, loader: 'ts' }
    })
  },
})

/**
 * Bundles a workspace's `src/main.ts` into `dist/` (or another program below `src/`, as `main.js` too), with everything it
 * imports (what it imports on demand in a chunk of its own), its worker threads, and the files that it reads. `dist/` then
 * runs without node_modules.
 */
export async function bundle(
  workspace: string,
  out = join(workspace, 'dist'),
  main = 'main.ts',
): Promise<void> {
  const source = join(workspace, 'src')
  const manifest = JSON.parse(await readFile(join(workspace, 'package.json'), 'utf8')) as {
    name: string
    version: string
  }
  const entries = new Set([main])
  const data = new Set<string>()
  for (let known = 0; known < entries.size;) {
    known = entries.size
    // A worker that this pass finds makes another pass, with other chunks.
    await rm(out, { recursive: true, force: true })
    const workers = new Set<string>()
    await build({
      entryPoints: [...entries].map((entry) => ({ in: join(source, entry), out: workerName(entry) })),
      outdir: out,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      chunkNames: '[name]-[hash]',
      sourcemap: true,
      sourcesContent: false,
      // Not keepNames: it names every closure anew each time one is made, a sixth of what a sign-in costs. Unminified, names
      // that do not collide stay anyway.
      logLevel: 'warning',
      legalComments: 'linked',
      banner: { js: banner },
      define: { 'process.env.NODE_ENV': '"production"' },
      // pg asks for its native twin and does without; the tenant's service has fastify compile no schemas.
      external: ['pg-native', '@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
      plugins: [relocate(source, workers, data)],
    })
    for (const worker of workers) entries.add(worker)
  }
  for (const place of data) {
    await stat(join(source, place)).catch((cause: unknown) => {
      throw new Error(`${manifest.name} reads src/${place}, which does not exist.`, { cause })
    })
    await cp(join(source, place), join(out, place), { recursive: true })
  }
  const { name, version } = manifest
  await writeFile(
    join(out, 'package.json'),
    `${JSON.stringify({ name, version, type: 'module' }, null, 2)}\n`,
  )
}
