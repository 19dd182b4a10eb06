import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readSource } from './source-tree.ts';

/**
 * Releases of node-ipc have carried malware (9.1.6, 9.2.x, 10.1.1-10.1.3, 11.x, 12.0.1). This version's tarball
 * was read and traced; another one, or other bytes under its number, must not get in unread.
 */
const nodeIpc = {
  version: '14.0.0',
  integrity:
    'sha512-d5+aogND4Gk6aQkW5KCibliM4Mn12+isHXt8wFghO4Bn0gBSnev3TXJWQ4eEnzrlh5gCG+nwQEZwyayeDtQxQA==',
};

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
}

const json = <T>(file: string): T => JSON.parse(readSource(file)) as T;
const manifest = json<{ dependencies: Record<string, string>; devDependencies: Record<string, string> }>(
  'package.json',
);
const lock = json<{ packages: Record<string, Locked> }>('package-lock.json');
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

test('node-ipc is the one version that was read, wherever it is named', () => {
  expect(manifest.dependencies['node-ipc']).toBe(nodeIpc.version);
  const all = locked.filter(([path]) => path.endsWith('node_modules/node-ipc'));
  expect(all.map(([path]) => path)).toEqual(['node_modules/node-ipc']);
  expect(all[0]?.[1]).toMatchObject(nodeIpc);
  expect(json<Locked>('node_modules/node-ipc/package.json').version).toBe(nodeIpc.version);
});

test('no package hides under node-ipc’s name by an alias', () => {
  const names = locked.flatMap(([, entry]) => ('name' in entry ? [entry.name] : []));
  expect(names).not.toContain('node-ipc');
});

test('every dependency is pinned to one version', () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, range]) => !/^\d+\.\d+\.\d+$/.test(range),
  );
  expect(loose).toEqual([]);
});

test('the lockfile names no registry, and the bytes of every package', () => {
  expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(readSource('package-lock.json')).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  // The formatter's builds for other platforms that the registry does not have are only named: nothing of them
  // is ever installed (scripts/complete-lockfile.mjs). Everything else is held to its bytes.
  const unproven = locked.filter(
    ([path, { integrity, optional }]) =>
      !/^sha512-/.test(integrity ?? '') &&
      !(optional === true && path.startsWith('node_modules/@biomejs/cli-') && !existsSync(path)),
  );
  expect(unproven.map(([path]) => path)).toEqual([]);
});

test('what is installed is what is locked', () => {
  const other = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => {
    const installed = json<Locked>(`node_modules/${name}/package.json`).version;
    return installed !== lock.packages[`node_modules/${name}`]?.version;
  });
  expect(other).toEqual([]);
});

test('no package runs a script when it is installed', () => {
  expect(readSource('.npmrc')).toMatch(/^ignore-scripts=true$/m);
});
