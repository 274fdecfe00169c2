// Times one operation of node:crypto in a fresh process: node calibration-loop.mjs OPERATION MILLISECONDS.
// Prints the processor time of one operation in milliseconds. Plain JavaScript: nothing is compiled beforehand.
import { Buffer } from 'node:buffer'
import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { performance } from 'node:perf_hooks'

const [operation, milliseconds] = process.argv.slice(2)
const message = Buffer.alloc(400, 'm')
const rsa = (modulusLength) => generateKeyPairSync('rsa', { modulusLength })
const operations = {
  'rs256-2048': () => {
    const { privateKey } = rsa(2048)
    return () => sign('sha256', message, privateKey)
  },
  'rs256-3072': () => {
    const { privateKey } = rsa(3072)
    return () => sign('sha256', message, privateKey)
  },
  'es256-verify': () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const signature = sign('sha256', message, privateKey)
    return () => verify('sha256', message, publicKey, signature)
  },
  'rsa-3072-key': () => () => rsa(3072),
}
const once = operations[operation]()
if (operation !== 'rsa-3072-key') for (let i = 0; i < 50; i++) once()
const before = process.cpuUsage()
const end = performance.now() + Number(milliseconds)
let times = 0
do {
  once()
  times++
} while (performance.now() < end)
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ milliseconds: (user + system) / 1000 / times, times }))
