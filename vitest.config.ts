import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Component tests that watch no screen: the time at which something happens matters little to them. Two guests at once
 * are enough: vm-isolation has that many by itself.
 */
const unhurried = [
  'agent-applications',
  'agent-build',
  'agent-channel',
  'agent-files',
  'agent-installer',
  'agent-life',
  'agent-links',
  'agent-loans',
  'agent-shares',
  'agent-tray',
  'autostart',
  'appliance',
  'bridge-*',
  'browser-*',
  'command-line',
  'desktop-entries',
  'desktop-view-hostile',
  'devices',
  'files-*',
  'first-time-*',
  'host-*',
  'idle-guest',
  'images',
  'install-command',
  'ipc*',
  'link-redirection',
  'live-*',
  'service-end',
  'session*',
  'printing',
  'setup-media',
  'shares-*',
  'tray-balloons',
  'tray-life',
  'url-*',
  'vm-!(isolation)',
  'windows-installation',
  'workspaces',
].map((name) => `test/component/${name}.test.ts`);

/** Of the end-to-end tests those that wait for guests more than they watch a screen; each with a desktop of its own. */
const unhurriedRounds = [
  'desktop-integration',
  'durability',
  'image-set-up',
  'kill-matrix',
  'package',
  'suspend',
  'warm-start',
].map((name) => `test/e2e/${name}.test.ts`);

/** Of tests that run two at a time: begun last, each would run for a minute or more by itself. */
const long = /\/(agent-build|agent-installer|command-line|vm-(qemu|sound|virtualbox)|kill-matrix)\.test\.ts$/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * Rooms of tests. `unit` is pure and runs in parallel; `component` and `e2e` start real processes (X servers, Wine,
 * QEMU), so their files run one after another on a machine that may have only two cores: what a user would see on a
 * screen has to come in time. Of `component-pairs` and `e2e-pairs` two run at a time.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'component-pairs',
          include: unhurried,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'component',
          include: ['test/component/**/*.test.ts'],
          exclude: unhurried,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e-pairs',
          include: unhurriedRounds,
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: unhurriedRounds,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
