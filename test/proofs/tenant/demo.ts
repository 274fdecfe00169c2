import { runDemo } from '../../support/installation/run-demo.ts'
import { type Proof } from '../../support/proof.ts'

export const proof: Proof = {
  claim:
    'One command, npm run demo: a Kubernetes comes up, the chart and a tenant are installed, and a person signs up and in with a passkey through the gateway; the token is verified against the published keys.',
  needs: 'node',
  minutes: 4,
  run: async ({ say, args }) => runDemo(['--name', 'proof-demo', ...args], say),
}
