import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { unitCommand } from '../../../src/integration/user-unit.ts';
import { settingDescriptions } from '../../../src/workspace/settings-schema.ts';

const variables = Object.values(settingDescriptions).map(({ variable }) => variable);

/** What the unit's program is given of an environment, and what is kept from it. */
function given(env: NodeJS.ProcessEnv): { set: string[]; unset: string[] } {
  const runtime = mkdtempSync(join(tmpdir(), 'xpane-unit-'));
  onTestFinished(() => rmSync(runtime, { recursive: true }));
  mkdirSync(join(runtime, 'systemd'));
  writeFileSync(join(runtime, 'systemd/private'), '');
  const { args } = unitCommand({ command: 'true', args: [] }, { ...env, XDG_RUNTIME_DIR: runtime }) ?? {};
  const after = (start: string) =>
    (args ?? []).flatMap((arg) => (arg.startsWith(start) ? arg.slice(start.length).split(' ') : []));
  return { set: after('--setenv='), unset: after('--property=UnsetEnvironment=') };
}

test('of what another session may have left, and this one has not set, nothing holds', () => {
  const { set, unset } = given({ DISPLAY: ':1', XPANE_SCALE: '2' });
  expect(set.sort()).toEqual(['DISPLAY', 'XDG_RUNTIME_DIR', 'XPANE_SCALE']);
  expect(unset).toEqual(
    expect.arrayContaining(['WAYLAND_DISPLAY', 'XAUTHORITY', 'XPANE_HOME', 'XPANE_CACHE']),
  );
  expect(unset.filter((name) => set.includes(name))).toEqual([]);
});

test('that goes for every setting', () => {
  expect(given({}).unset).toEqual(expect.arrayContaining(variables));
  const all = Object.fromEntries(variables.map((name) => [name, 'x']));
  expect(given(all).unset.filter((name) => variables.some((variable) => variable === name))).toEqual([]);
});
