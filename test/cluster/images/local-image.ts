import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type ImageConfig, writeOciArchive } from './oci-archive.ts'

/** An image as a file, under the name that pods ask for. The name changes with the content. */
export interface LocalImage {
  name: string
  archive: string
}

export interface Recipe {
  /** Short name: `pause`. */
  name: string
  /** Everything that the content depends on; a change of it makes a new image. */
  ingredients: readonly string[]
  config: ImageConfig
  /** Fills an empty folder with the image's files. */
  fill: (rootFs: string) => Promise<void>
}

/** Twelve letters that stand for the ingredients. */
export const digestOf = (ingredients: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 12)

export const localName = (name: string, digest: string) => `localhost/kiavi/${name}:${digest}`

export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** The image from the cache folder, or made now and kept there. */
export async function localImage(cache: string, recipe: Recipe): Promise<LocalImage> {
  const digest = digestOf([...recipe.ingredients, JSON.stringify(recipe.config)])
  const image = {
    name: localName(recipe.name, digest),
    archive: join(cache, 'images', `${recipe.name}-${digest}.tar`),
  }
  if (await exists(image.archive)) return image
  await mkdir(join(cache, 'images'), { recursive: true })
  const rootFs = await mkdtemp(join(cache, 'images', `${recipe.name}-`))
  try {
    await recipe.fill(rootFs)
    await writeOciArchive(image.archive, { name: image.name, rootFs, config: recipe.config })
  } finally {
    await rm(rootFs, { recursive: true, force: true })
  }
  return image
}
