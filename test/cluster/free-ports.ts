import { createServer } from 'node:net'

/** Free TCP ports of an address, all different. Each is open again when this returns: use them soon. */
export async function freePorts(count: number, address = '127.0.0.1'): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject)
          server.listen({ port: 0, host: address, exclusive: true }, () => {
            const bound = server.address()
            if (bound !== null && typeof bound === 'object') resolve(bound.port)
          })
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
