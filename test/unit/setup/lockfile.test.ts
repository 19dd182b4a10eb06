import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { missingOptionalPackages } from '../../../scripts/setup/lockfile.mjs';

const root = new URL('../../../', import.meta.url);

it('is complete, or a fresh clone cannot be installed: if not, run "node scripts/complete-lockfile.mjs"', () => {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'));
  expect(missingOptionalPackages(lock).map(({ path }) => path)).toEqual([]);
});

it('sees a build for another platform that npm left out', () => {
  const lock = {
    packages: {
      'node_modules/a': {
        dev: true,
        optionalDependencies: { '@a/cli-linux-x64-musl': '1.0.0', here: '2.0.0' },
      },
      'node_modules/here': { version: '2.0.0' },
    },
  };
  expect(missingOptionalPackages(lock)).toEqual([
    {
      path: 'node_modules/@a/cli-linux-x64-musl',
      entry: { version: '1.0.0', dev: true, optional: true, cpu: ['x64'], libc: ['musl'], os: ['linux'] },
    },
  ]);
});
