/** What a sweep's Job is rendered from. */
import { type SweepRendering } from '../../../../operator/src/controllers/sweep/rendering.ts'
import { testInstallation } from '../../../support/backup-bundle.ts'
import { classWithStore } from '../backup/rendering.ts'
import { operator, tenantID } from '../tenant/world.ts'

const { keys: installationKeys } = testInstallation()

export const sweepRendering = (change: Partial<SweepRendering> = {}): SweepRendering => ({
  installationID: 'installation-1',
  className: 'default',
  class: classWithStore(),
  slot: new Date('2026-11-22T14:23:05Z'),
  now: new Date('2026-11-22T14:25:00.999Z'),
  installationKeys,
  memory: 'Whole',
  tenants: new Map([[tenantID, { lives: true }]]),
  ...{ running: [], damaged: [], asked: [] },
  operator,
  jobs: { image: 'kiavi/jobs:1', pullPolicy: 'IfNotPresent', memory: '512Mi' },
  ...change,
})
