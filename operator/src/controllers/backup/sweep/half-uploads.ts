import { bundleName, parseObjectName } from '../../../backups/object-name.ts'
import { type HalfUpload } from '../../../providers/backups/port.ts'
import { type Refusal, isOurs, whyStrange } from './gather.ts'

const dayMs = 86_400_000

interface UploadsLook {
  installationID: string
  halfUploads: readonly HalfUpload[]
  running: ReadonlySet<string>
  now: Date
}

/** Uploads of ours that nobody completes any more: a store keeps them, unlisted and paid for, until they are aborted. */
export function staleUploads({ installationID, halfUploads, running, now }: UploadsLook): {
  abort: HalfUpload[]
  refused: Refusal[]
} {
  const abort: HalfUpload[] = []
  const refused: Refusal[] = []
  for (const upload of halfUploads) {
    if (upload.startedAt.getTime() + dayMs > now.getTime()) continue
    const of = parseObjectName(upload.name)?.of
    if (!isOurs(upload.name, installationID))
      refused.push({ object: upload, why: whyStrange(upload.name, installationID) })
    else if (!of || !running.has(bundleName(of))) abort.push(upload)
  }
  return { abort, refused }
}
