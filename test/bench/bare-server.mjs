// What node:http alone does with the same answer: node bare-server.mjs PORT FILE, where FILE is JSON
// { path, headers: [name, value, ...], body }. Plain JavaScript, so that its memory is that of a bare process.
import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { path, headers, body } = JSON.parse(readFileSync(process.argv[3], 'utf8'))
const bytes = Buffer.from(body)
const server = createServer((request, response) => {
  if (request.url === path) response.writeHead(200, headers).end(bytes)
  else response.writeHead(404).end()
})
server.keepAliveTimeout = 3_660_000
server.listen(Number(process.argv[2]), '127.0.0.1')
