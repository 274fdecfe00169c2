import { describe, expect, it } from 'vitest'
import { mountsBelow } from './down.ts'

const mountinfo = `21 1 254:0 / / rw - ext4 /dev/vda rw
40 21 0:50 / /cache/one/containerd/x rw - overlay overlay rw
41 40 0:51 / /cache/one/containerd/x/proc rw - proc proc rw
42 21 0:52 / /cache/one-more/x rw - tmpfs tmpfs rw
43 21 0:53 / /cache/one rw - tmpfs tmpfs rw
44 21 0:54 / /cache/one/with\\040blank rw - tmpfs tmpfs rw`

describe('mountsBelow', () => {
  it('lists what lies at or below a folder, the latest first, and nothing beside it', () => {
    expect(mountsBelow('/cache/one', mountinfo)).toEqual([
      '/cache/one/with blank',
      '/cache/one',
      '/cache/one/containerd/x/proc',
      '/cache/one/containerd/x',
    ])
  })
})
