import { z } from 'zod';
import { XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';
import { devicesSchema } from './devices.ts';
import {
  type MachineSettingName,
  machineDescriptions,
  machineSchema,
  machineSettingNames,
} from './machine-settings.ts';
import {
  isAllowed,
  type OwnSettings,
  ownSettingNames,
  type SettingName,
  settingDescriptions,
  valueInText,
} from './settings-schema.ts';
import { sharesSchema } from './shares.ts';

/** A safe file name; also a part of window classes and command lines. */
const idPattern = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

const longestName = 64;

const ownSettings = z.custom<OwnSettings>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, each]) => {
      const setting = ownSettingNames.find((known) => known === name);
      return setting !== undefined && isAllowed(setting, each);
    }),
);

/** What a workspace is, in a file of its folder. A file of a newer version is not touched. */
export const definitionSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(idPattern),
  name: z.string().min(1).refine(isName),
  guest: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('builtin') }),
    z.strictObject({
      kind: z.literal('image'),
      /** SHA-256 of the base image. */
      base: z.string().regex(/^[0-9a-f]{64}$/),
      /** Whole, as it was when the workspace was made: later defaults are not this guest's hardware. */
      machine: machineSchema,
    }),
  ]),
  /** Over the user's general ones. */
  settings: ownSettings,
  /** What the guest has beside its machine. */
  devices: devicesSchema.optional(),
  /** Folders of this computer that the guest has, too. */
  shares: sharesSchema.optional(),
});
export type Definition = z.infer<typeof definitionSchema>;

/** The workspace that is always there. */
export const builtInDefinition: Definition = {
  version: 1,
  id: 'builtin',
  name: 'Built-in guest',
  guest: { kind: 'builtin' },
  settings: {},
};

function isName(name: string): boolean {
  return displayText(name, longestName) === name;
}

/** Throws `workspace.bad-name`. */
export function checkedName(untrusted: string): string {
  if (untrusted !== '' && isName(untrusted)) return untrusted;
  throw new XPaneError(
    'workspace.bad-name',
    `A workspace cannot be called "${displayText(untrusted, 80)}".`,
    `A name has 1 to ${longestName} characters that can be seen.`,
  );
}

/** An id that is like the name and is not `taken`. Pure. */
export function idFor(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 28)
    .replace(/-+$/, '');
  const first = plain || 'workspace';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? first : `${first}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/**
 * A definition with settings as somebody typed them, `default` taking one away. Settings of the machine only for an
 * image. Throws `settings.invalid` with the range, `settings.unknown`. Pure.
 */
export function withSettings(definition: Definition, typed: Readonly<Record<string, string>>): Definition {
  return Object.entries(typed).reduce((before, [name, text]) => {
    const machine = machineSettingNames.find((known) => known === name);
    if (machine) return withMachine(before, machine, text);
    const setting = ownSettingNames.find((known) => known === name);
    if (setting === 'backend') requireBackend(before, text);
    if (setting) return withSetting(before, setting, text);
    throw unknownSetting(before, name);
  }, definition);
}

/** An image needs a whole machine; VirtualBox is for images only. */
function requireBackend({ guest }: Definition, text: string): void {
  if (guest.kind === 'image' && text === 'sandbox')
    throw invalid('backend', text, 'auto, qemu or virtualbox');
  if (guest.kind === 'builtin' && text === 'virtualbox')
    throw invalid('backend', text, 'auto, qemu or sandbox');
}

function withSetting(definition: Definition, name: SettingName, text: string): Definition {
  const { [name as keyof OwnSettings]: _, ...others } = definition.settings;
  if (text === 'default') return { ...definition, settings: others };
  const value = valueInText(name, text);
  if (!isAllowed(name, value)) throw invalid(name, text, settingDescriptions[name].range);
  return { ...definition, settings: { ...others, [name]: value } };
}

function withMachine(definition: Definition, name: MachineSettingName, text: string): Definition {
  const { guest } = definition;
  if (guest.kind !== 'image') throw unknownSetting(definition, name);
  const { [name]: _, ...others } = guest.machine;
  const value = name === 'cpus' ? Number(text) : text;
  const machine = machineSchema.safeParse(text === 'default' ? others : { ...others, [name]: value });
  if (!machine.success) throw invalid(name, text, machineDescriptions[name].range);
  return { ...definition, guest: { ...guest, machine: machine.data } };
}

function invalid(name: string, text: string, range: string): XPaneError {
  return new XPaneError(
    'settings.invalid',
    `The setting ${name} cannot be "${displayText(text, 80)}".`,
    `It takes ${range}.`,
  );
}

function unknownSetting({ guest }: Definition, name: string): XPaneError {
  const known = [...ownSettingNames, ...(guest.kind === 'image' ? machineSettingNames : [])];
  return new XPaneError(
    'settings.unknown',
    `This workspace has no setting "${displayText(name, 40)}".`,
    `There are: ${known.join(', ')}.`,
  );
}
