import { open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { errnoOf } from './volume-error-table.ts'
import { syncFolder } from './volume-folders.ts'

const schema = z.object({
  uploadID: z.string(),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)),
})

/** What is kept beside an object: which put made it, and its date. */
export type About = z.infer<typeof schema>

/** Makes the file and makes it last; fails with EEXIST where there is one. */
export async function writeAbout(path: string, { uploadID, expiresAt }: About): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ uploadID, expiresAt })}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await syncFolder(dirname(path))
}

/** Undefined where there is none, or none that `writeAbout` finished. */
export async function readAbout(path: string): Promise<About | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return undefined
    throw error
  }
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
