import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import { XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';
import { machinePolicyFolder, readPolicy } from './policy.ts';
import {
  isAllowed,
  type OwnSettings,
  type SettingName,
  type Settings,
  settingDescriptions,
  settingNames,
  settingsInEnvironment,
  settingsSchema,
} from './settings-schema.ts';

/** This user's settings. The only file that knows conf. */
export interface SettingsStore {
  readonly file: string;
  /**
   * Policy, environment, a workspace's `own` settings and file, the first that says something, and defaults. Read anew
   * each time.
   */
  read(own?: OwnSettings): Settings;
  /** Throws `settings.invalid` or `settings.fixed`, and keeps the old value, if the new one is not allowed. */
  set<N extends SettingName>(name: N, value: Settings[N]): void;
}

/**
 * Opens `<configFolder>/settings.json` (0600; made by the first `set`). Both methods and this throw
 * `settings.broken` for a file that is not valid: it is left as it is, with a copy beside it, and nothing is
 * reset behind the user's back. A bad environment variable is `settings.invalid`, a bad policy `policy.broken`.
 */
export function openSettings(
  configFolder: string,
  env: NodeJS.ProcessEnv = process.env,
  policyFolder: string = machinePolicyFolder,
): SettingsStore {
  const folder = privateFolder(configFolder);
  const file = join(folder, 'settings.json');
  const conf = guarded(
    file,
    () =>
      new Conf<Record<string, unknown>>({
        cwd: folder,
        configName: 'settings',
        configFileMode: 0o600,
        clearInvalidConfig: false,
        accessPropertiesByDotNotation: false,
      }),
  );
  const stored = () => guarded(file, () => settingsSchema.parse(conf.store));
  stored();
  return {
    file,
    read(own = {}) {
      const layers = { ...stored(), ...own, ...fromEnvironment(env), ...readPolicy(policyFolder) };
      return settingsSchema.parse(layers);
    },
    set(name, value) {
      stored();
      if (name in readPolicy(policyFolder)) throw fixed(name);
      conf.set(name, allowed(name, value, `The setting ${name}`));
    },
  };
}

/** Each checked on its own, so that the message names the variable. */
function fromEnvironment(env: NodeJS.ProcessEnv): object {
  const raw = settingsInEnvironment(env);
  for (const name of settingNames) {
    if (name in raw) allowed(name, raw[name], `The variable ${settingDescriptions[name].variable}`);
  }
  return raw;
}

function allowed(name: SettingName, value: unknown, what: string): unknown {
  if (isAllowed(name, value)) return value;
  throw new XPaneError(
    'settings.invalid',
    `${what} cannot be ${JSON.stringify(value)}.`,
    `It takes ${settingDescriptions[name].range}.`,
  );
}

function fixed(name: SettingName): XPaneError {
  return new XPaneError(
    'settings.fixed',
    `The setting ${name} is fixed by the policy of this computer.`,
    'Ask whoever administers this computer to change it.',
  );
}

function guarded<T>(file: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const copy = `${file}.broken`;
    if (existsSync(file)) copyFileSync(file, copy);
    throw new XPaneError(
      'settings.broken',
      `The settings file ${file} is not valid: ${whyBroken(cause)}.`,
      `Correct it, or remove it to have the defaults again; a copy is in ${copy}.`,
      cause,
    );
  }
}

function whyBroken(cause: unknown): string {
  const issue = settingsIssue(cause);
  if (issue) return issue;
  return cause instanceof Error ? cause.message : String(cause);
}

/** The first thing that is wrong, by the name of its setting. */
function settingsIssue(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('issues' in cause)) return undefined;
  const { issues } = cause as { issues: { path: PropertyKey[]; message: string; keys?: string[] }[] };
  const [first] = issues;
  const name = settingNames.find((known) => known === first?.path[0]);
  if (name) return `${name} takes ${settingDescriptions[name].range}`;
  return first?.keys ? `there is no setting ${first.keys.join(', ')}` : first?.message;
}
