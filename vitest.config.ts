import { defineConfig } from 'vitest/config';

/**
 * Three rooms of tests. `unit` is pure and runs in parallel; `component` and `e2e` start real processes
 * (X servers, Wine, QEMU), so their files run one after another on a machine that may have only two cores.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'component',
          include: ['test/component/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
