import { wholeSeconds } from '../../../backups/object-name.ts'
import { sweepDocumentText } from '../../../backups/sweep-document.ts'
import { storePlace } from '../../backup/children/document.ts'
import { type SweepRendering } from '../rendering.ts'

/** `job.json` of a sweep's Job. Holds no secret. */
export function sweepDocument(rendering: SweepRendering): string {
  const { installationID, installationKeys, memory, tenants, running, damaged, asked } = rendering
  const inOrder = [...tenants].sort(([a], [b]) => (a < b ? -1 : 1))
  const isWell = ([, { lives, terminatedAt }]: (typeof inOrder)[number]) => lives && !terminatedAt
  return sweepDocumentText({
    installationID,
    store: storePlace(rendering.class),
    installationKeys,
    now: toSecond(rendering.now),
    memory,
    living: inOrder
      .filter(isWell)
      .map(([tenantID]) => tenantID)
      .join(' '),
    ending: inOrder
      .filter((each) => !isWell(each))
      .map(([tenantID, { lives, terminatedAt }]) => ({
        ...{ tenantID, lives },
        ...(terminatedAt && { terminatedAt: toSecond(terminatedAt) }),
      })),
    ...{ running: [...running], damaged: [...damaged], asked: [...asked] },
  })
}

/** Never later than it was: nothing is judged to be past its date before it is. */
const toSecond = (date: Date) => wholeSeconds(new Date(Math.floor(date.getTime() / 1000) * 1000))
