import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that have the machine for themselves: they measure memory or delays, flood it, type into an input method, keep
 * menus open, or have two guests (vm-isolation). All others have desktops, guests and ports of their own, and wait more than they work.
 */
const alone = [
  'component/clipboard',
  'component/presenter-input-method',
  'component/presenter-memory',
  'component/seamless-many',
  'component/seamless-storms',
  'component/vm-isolation',
  'e2e/foreign-sumatra',
  'e2e/full-round',
  'e2e/qemu-desktop',
  'e2e/sandbox-desktop',
].map((name) => `test/${name}.test.ts`);
const aloneIn = (room: string) => alone.filter((file) => file.startsWith(`test/${room}/`));

/** Of tests that run beside others: begun last, each would run for a minute or more by itself. */
const long =
  /\/(agent-(build|installer|placed|wilful)|attention|command-line|seamless-view|url-handler|vm-(qemu|sound|virtualbox)|kill-matrix|image-set-up)\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * Rooms of tests. `unit` is pure and runs in parallel; `component` and `e2e` start real processes (X servers, Wine,
 * QEMU) on a machine that may have only two cores: of `component-pairs` and `e2e-pairs` two files run at a
 * time, of the others one. More than two emulated guests at once are too slow to answer in time.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'component-pairs',
          include: ['test/component/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'component',
          include: aloneIn('component'),
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e-pairs',
          include: ['test/e2e/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: aloneIn('e2e'),
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
