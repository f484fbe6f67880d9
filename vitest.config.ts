import './scripts/require-node.cjs'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['__tests__/**/*.test.ts'],
    globalSetup: '__fixtures__/temp-root.ts',
    // On a busy machine a run of the bundle alone may take a minute. One that hangs is killed sooner than its test.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Runs of the bundle mostly wait for something: more of them side by side than there are cores.
    maxWorkers: 4,
    maxConcurrency: 12,
    server: { deps: { inline: ['@actions/workflow-parser', '@actions/expressions'] } },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/index.ts'],
      reporter: ['text', 'lcov'],
      thresholds: { statements: 95 }
    }
  }
})
