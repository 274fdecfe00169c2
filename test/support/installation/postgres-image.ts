import { chmod, cp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { debianRootFs, linkApplets, nonRoot } from '../../cluster/images/debian-root-fs.ts'
import { type LocalImage, localImage } from '../../cluster/images/local-image.ts'
import { postgresBinaries } from '../postgres-binaries.ts'

/** Makes the data directory and the administrator on its first start; then it is the server, with the arguments of the pod. */
const entrypoint = `#!/bin/sh
set -eu
data=/data/pgdata
if [ ! -s "$data/PG_VERSION" ]; then
  /pg/bin/initdb -D "$data" -U postgres --pwfile=/secrets/superuser --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-instructions
  echo 'hostssl all all all scram-sha-256' > "$data/pg_hba.conf"
  administrator="CREATE ROLE $(cat /secrets/username) LOGIN CREATEDB CREATEROLE PASSWORD '$(cat /secrets/password)'"
  for statement in "$administrator" 'REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC' \\
    "GRANT CONNECT ON DATABASE postgres TO $(cat /secrets/username)"; do
    echo "$statement" | /pg/bin/postgres --single -D "$data" postgres > /dev/null
  done
fi
exec /pg/bin/postgres -D "$data" "$@"
`

/** PostgreSQL 18 as an image, for a server inside the demo's cluster. */
export function postgresImage(cache: string, scratch: string): Promise<LocalImage> {
  return localImage(cache, {
    name: 'postgresql',
    ingredients: ['18', entrypoint, '2'],
    config: {
      User: `${nonRoot}:${nonRoot}`,
      Entrypoint: ['/entrypoint'],
      Env: ['PATH=/pg/bin:/bin', 'HOME=/tmp'],
    },
    fill: async (rootFs) => {
      await debianRootFs(rootFs, ['libc6', 'libstdc++6', 'libgcc-s1', 'liblzma5', 'busybox-static'])
      await linkApplets(rootFs)
      await cp(dirname(postgresBinaries(18, scratch, false)), join(rootFs, 'pg'), {
        recursive: true,
        verbatimSymlinks: true,
      })
      await writeFile(join(rootFs, 'entrypoint'), entrypoint)
      await chmod(join(rootFs, 'entrypoint'), 0o755)
    },
  })
}
