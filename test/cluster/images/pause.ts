import { debianRootFs } from './debian-root-fs.ts'
import { type LocalImage, localImage } from './local-image.ts'

/** The container that holds a pod's namespaces and does nothing else. The runtime ends it with SIGKILL. */
export const pauseImage = (cache: string): Promise<LocalImage> =>
  localImage(cache, {
    name: 'pause',
    ingredients: ['busybox-static', '1'],
    config: { User: '65535:65535', Entrypoint: ['/bin/busybox', 'sleep', 'infinity'] },
    fill: (rootFs) => debianRootFs(rootFs, ['busybox-static']),
  })
