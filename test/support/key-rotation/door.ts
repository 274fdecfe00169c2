// node door.ts HOST PORT: an HTTP proxy that only tunnels, for a process that sits in another network than who asks.
import { createServer } from 'node:http'
import { connect } from 'node:net'

const [host = '', port = ''] = process.argv.slice(2)

createServer()
  .on('connect', ({ url = '' }, client, head) => {
    const { hostname, port: wanted } = new URL(`http://${url}`)
    const server = connect(Number(wanted === '' ? 80 : wanted), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      server.write(head)
      server.pipe(client)
      client.pipe(server)
    })
    server.on('error', () => client.destroy())
    client.on('error', () => server.destroy())
    client.on('close', () => server.destroy())
  })
  .listen(Number(port), host)
