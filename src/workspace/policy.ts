import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XPaneError } from '../shared/errors.ts';
import { isAllowed, type SettingName, settingDescriptions, settingNames } from './settings-schema.ts';

/** Written by the administrator of this computer. No variable leads elsewhere: it would be a way around. */
export const machinePolicyFolder = '/etc/xpane/policy.d';

/** Settings that the policy fixes: nobody else can change them. Every value is allowed for its setting. */
export type Policy = Partial<Record<SettingName, unknown>>;

/**
 * Reads every `*.json` of the folder in the order of their names; a later file overrides an earlier one. Each is an
 * object of settings. No folder is no policy.
 *
 * Throws `policy.broken` for a file that cannot be read or understood: nothing may be allowed because the word that
 * forbids it was misspelt.
 */
export function readPolicy(folder: string): Policy {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw broken(folder, String(cause), cause);
  }
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Object.assign({}, ...files.map((name) => policyIn(join(folder, name))));
}

function policyIn(file: string): Policy {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw broken(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw broken(file, 'it is no object of settings');
  }
  for (const [name, value] of Object.entries(content)) {
    const setting = settingNames.find((known) => known === name);
    if (!setting) throw broken(file, `there is no setting ${name}`);
    if (!isAllowed(setting, value)) throw broken(file, `${name} takes ${settingDescriptions[setting].range}`);
  }
  return content;
}

function broken(path: string, why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'policy.broken',
    `The policy of this computer, ${path}, is not valid: ${why}.`,
    'Ask whoever administers this computer to correct it; XPane does not run without its policy.',
    cause,
  );
}
