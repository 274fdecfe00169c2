import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { command } from './command.ts'

/** What a container of the image starts with: the `config` object of the OCI image specification. */
export interface ImageConfig {
  User?: string
  Env?: string[]
  Entrypoint?: string[]
  Cmd?: string[]
  WorkingDir?: string
  Labels?: Record<string, string>
}

export interface RootFsImage {
  /** With host part and tag, as a pod names it: `localhost/kiavi/pause:1`. */
  name: string
  /** The folder that becomes the image's one layer. */
  rootFs: string
  config: ImageConfig
}

const architectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64' }

/** The machine's architecture in the words of the OCI specification. */
const architecture = architectures[process.arch] ?? process.arch

/** Same files, same bytes: owner, order and time say nothing about where and when the image was made. */
const reproducible = [
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--format=gnu',
]

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

/** Writes a folder as an image archive (OCI layout in a tar, one uncompressed layer) that containerd and buildah read. */
export async function writeOciArchive(archive: string, image: RootFsImage): Promise<void> {
  await mkdir(dirname(archive), { recursive: true })
  const layout = await mkdtemp(`${archive}.layout-`)
  try {
    const blobs = join(layout, 'blobs', 'sha256')
    await mkdir(blobs, { recursive: true })
    const tar = join(layout, 'layer')
    await command('tar', [...reproducible, '-cf', tar, '-C', image.rootFs, '.'])
    const layer = { digest: await sha256(tar), size: (await stat(tar)).size }
    await rename(tar, join(blobs, layer.digest))
    const put = async (document: object) => {
      const text = JSON.stringify(document)
      const digest = createHash('sha256').update(text).digest('hex')
      await writeFile(join(blobs, digest), text)
      return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) }
    }
    const config = await put({
      architecture,
      os: 'linux',
      config: image.config,
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer.digest}`] },
      // buildah counts layers by the history.
      history: [{ created_by: 'assembled from Debian packages' }],
    })
    const manifest = await put({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar',
          digest: `sha256:${layer.digest}`,
          size: layer.size,
        },
      ],
    })
    await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
    await writeFile(
      join(layout, 'index.json'),
      JSON.stringify({
        schemaVersion: 2,
        manifests: [
          {
            mediaType: 'application/vnd.oci.image.manifest.v1+json',
            ...manifest,
            annotations: {
              'io.containerd.image.name': image.name,
              'org.opencontainers.image.ref.name': image.name,
            },
          },
        ],
      }),
    )
    await command('tar', [...reproducible, '-cf', `${archive}.part`, '-C', layout, '.'])
    await rename(`${archive}.part`, archive)
  } finally {
    await rm(layout, { recursive: true, force: true })
  }
}
