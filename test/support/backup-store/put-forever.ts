/** A process to be killed: puts and removes on a volume for as long as it lives. Its argument is the volume's folder. */
import { createVolumeStore } from '../../../operator/src/providers/backups/volume.ts'
import { noise } from './noise.ts'

const [, , root = ''] = process.argv
const store = createVolumeStore({ root, prefix: '' })
const expiresAt = new Date('2026-12-22T02:00:00Z')
process.stdout.write('ready\n')
for (let round = 0; ; round += 1) {
  const name = `i/t/${process.pid}-${round}.age`
  const bytes = 1 + ((round * 77_777) % 300_000)
  const done = await store.put({ name, expiresAt }, noise(`${bytes}`, bytes))
  if (round % 2 === 0) await store.remove(done)
}
