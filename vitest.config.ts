import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], more: object = {}) => ({
  // A machine that is busy is no failure: limits are for what hangs.
  test: { name, include, environment: 'node' as const, testTimeout: 60_000, ...more },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/{operator,runtime,cluster,support,charts,bench}/**/*.test.ts']),
      project('contract', ['test/contract/**/*.test.ts']),
      project('integration', ['test/integration/**/*.test.ts'], {
        globalSetup: ['test/support/control-plane.setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 180_000,
        fileParallelism: false,
      }),
      project('e2e', ['test/e2e/**/*.test.ts'], {
        globalSetup: ['test/support/node.setup.ts'],
        testTimeout: 300_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
    ],
  },
})
