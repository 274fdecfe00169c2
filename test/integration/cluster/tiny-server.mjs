// What a runtime looks like to the cluster: serves a mounted file on its pod's own address, and can be told to crash.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const file = `${process.env.KIAVI_CONFIG_DIR}/tenant/greeting`
createServer((request, response) => {
  if (request.url === '/crash') process.exit(3)
  response.end(`${process.pid} ${readFileSync(file, 'utf8')}`)
}).listen(8080, process.env.KIAVI_LISTEN_HOST)
process.on('SIGTERM', () => process.exit(0))
