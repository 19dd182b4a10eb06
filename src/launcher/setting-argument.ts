import { XPaneError } from '../shared/errors.ts';

/** `memoryMiB=1024` as a setting. Throws `usage.setting`. Pure. */
export function settingIn(text: string): Readonly<Record<string, string>> {
  const parts = /^([A-Za-z]\w{0,31})=(.{0,80})$/.exec(text);
  const [, name, value] = parts ?? [];
  if (name !== undefined && value !== undefined && name !== '__proto__') return { [name]: value };
  throw new XPaneError(
    'usage.setting',
    `"${text.slice(0, 80)}" is no setting.`,
    'Write NAME=VALUE, as diskBus=sata; "xpane workspace show" lists them.',
  );
}
