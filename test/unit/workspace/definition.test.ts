import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  builtInDefinition,
  checkedName,
  type Definition,
  definitionSchema,
  idFor,
  withSettings,
} from '../../../src/workspace/definition.ts';
import { readDefinitions, writeDefinition } from '../../../src/workspace/definition-store.ts';
import {
  machineDescriptions,
  machineSchema,
  machineSettingNames,
} from '../../../src/workspace/machine-settings.ts';
import { settingsSchema } from '../../../src/workspace/settings-schema.ts';
import { workspaceFrom } from '../../../src/workspace/workspaces.ts';

const office: Definition = {
  version: 1,
  id: 'office',
  name: 'Office XP',
  guest: { kind: 'image', base: 'ab'.repeat(32), machine: machineSchema.parse({}) },
  settings: { memoryMiB: 512 },
};

test('the machine of an image is one that Windows XP has drivers for', () => {
  expect(machineSchema.parse({})).toEqual({
    machineType: 'pc-i440fx-7.2',
    cpus: 1,
    cpuModel: 'auto',
    diskBus: 'ide',
    nic: 'rtl8139',
    vga: 'std',
  });
  expect(Object.keys(machineDescriptions)).toEqual([...machineSettingNames]);
});

test.each([
  { machineType: 'pc,accel=x' },
  { cpuModel: 'host,+vmx' },
  { cpuModel: '' },
  { cpus: 0 },
  { nic: 'rtl8139,romfile=/x' },
  { diskBus: 'scsi' },
  { machineType: 'q35' },
  { usb: 'on' },
])('%j is no machine', (machine) => {
  expect(machineSchema.safeParse(machine).success).toBe(false);
});

test('an image always runs in a virtual machine, with its own settings', () => {
  const settings = settingsSchema.parse({ backend: 'sandbox', memoryMiB: 512 });
  expect(workspaceFrom(office, settings, 'sandbox', 4096)).toMatchObject({
    ...{ id: 'office', name: 'Office XP', backend: 'qemu', memoryMiB: 512 },
    image: { base: 'ab'.repeat(32), machine: { diskBus: 'ide' } },
  });
});

test('settings are changed as they are typed, and taken away', () => {
  const changed = withSettings(office, { diskBus: 'sata', cpus: '2', memoryMiB: '1024', scale: '2' });
  expect(changed.guest).toMatchObject({ machine: { diskBus: 'sata', cpus: 2, nic: 'rtl8139' } });
  expect(changed.settings).toEqual({ memoryMiB: 1024, scale: 2 });
  const back = withSettings(changed, { diskBus: 'default', cpus: 'default', scale: 'default' });
  expect(back).toEqual({ ...office, settings: { memoryMiB: 1024 } });
  expect(withSettings(office, { diskBus: 'sata', machineType: 'q35' }).guest).toMatchObject({
    machine: { machineType: 'q35' },
  });
});

test.each([
  [office, { diskBus: 'scsi' }, 'settings.invalid'],
  [office, { machineType: 'q35' }, 'settings.invalid'],
  [office, { cpus: 'many' }, 'settings.invalid'],
  [office, { memoryMiB: '7' }, 'settings.invalid'],
  [office, { logLevel: 'debug' }, 'settings.unknown'],
  [office, { backend: 'sandbox' }, 'settings.invalid'],
  [builtInDefinition, { backend: 'virtualbox' }, 'settings.invalid'],
  [office, { constructor: 'x' }, 'settings.unknown'],
  [builtInDefinition, { diskBus: 'ide' }, 'settings.unknown'],
])('%#: what does not exist or does not fit is refused', (definition, typed, code) => {
  expect(() => withSettings(definition, typed as Record<string, string>)).toThrow(
    expect.objectContaining({ code, hint: expect.stringMatching(/./) }),
  );
});

test.each([
  ['Office XP', 'office-xp'],
  ['  Büro & Co. ', 'buro-co'],
  ['日本語', 'workspace'],
  ['..', 'workspace'],
  ['a'.repeat(80), 'a'.repeat(28)],
  [`${'a'.repeat(27)} b`, 'a'.repeat(27)],
])('%s has the id %s', (name, id) => {
  expect(idFor(name, new Set())).toBe(id);
  expect(definitionSchema.shape.id.safeParse(id).success).toBe(true);
  const second = idFor(name, new Set([id]));
  expect(second).toBe(`${id}-2`);
  expect(definitionSchema.shape.id.safeParse(second).success).toBe(true);
});

test.each(['', ' ', 'a\nb', 'a\u202eb', 'x'.repeat(65), ' a'])('%j is no name', (name) => {
  expect(() => checkedName(name)).toThrow(expect.objectContaining({ code: 'workspace.bad-name' }));
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-definitions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('definitions are kept for this user alone, the built-in workspace first', async () => {
  const data = dataFolder();
  expect(readDefinitions(data)).toEqual({ sound: [builtInDefinition], broken: [] });
  for (const definition of [office, { ...office, id: 'a', name: 'Accounts' }]) {
    const folder = join(data, 'workspaces', definition.id);
    mkdirSync(folder);
    await writeDefinition(folder, definition);
    expect(statSync(join(folder, 'workspace.json')).mode & 0o777).toBe(0o600);
  }
  const renamed = { ...builtInDefinition, name: 'Mine' };
  mkdirSync(join(data, 'workspaces/builtin'));
  await writeDefinition(join(data, 'workspaces/builtin'), renamed);
  expect(readDefinitions(data).sound.map(({ name }) => name)).toEqual(['Mine', 'Accounts', 'Office XP']);
  expect(readDefinitions(data).sound[2]).toEqual(office);
});

test.each([
  ['garbage', '{'],
  ['of a newer version', JSON.stringify({ ...office, version: 2 })],
  ['of another folder', JSON.stringify({ ...office, id: 'other' })],
  ['with a base that leads away', JSON.stringify({ ...office, guest: { ...office.guest, base: '../x' } })],
  ['with a setting that is none', JSON.stringify({ ...office, settings: { logLevel: 'debug' } })],
])('a definition %s is told, left as it is, and disturbs no other', (_name, text) => {
  const data = dataFolder();
  const file = join(data, 'workspaces/office/workspace.json');
  mkdirSync(join(data, 'workspaces/office'), { recursive: true });
  chmodSync(join(data, 'workspaces'), 0o700);
  writeFileSync(file, text);
  const { sound, broken } = readDefinitions(data);
  expect(sound).toEqual([builtInDefinition]);
  expect(broken).toMatchObject([{ id: 'office', failure: { code: 'workspace.broken' } }]);
  expect(existsSync(file)).toBe(true);
});

test('folders that are being made or removed are no workspaces', () => {
  const data = dataFolder();
  mkdirSync(join(data, 'workspaces/office.0123456789ab.partial'), { recursive: true });
  writeFileSync(join(data, 'workspaces/office.0123456789ab.partial/workspace.json'), '{');
  expect(readDefinitions(data).broken).toEqual([]);
});
