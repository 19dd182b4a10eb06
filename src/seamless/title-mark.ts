import { displayText } from '../shared/text.ts';

const maxTitleLength = 256;

/** The title the host shows for a guest window: marked as the guest's, and safe to show. */
export function markedTitle(
  untrustedTitle: string,
  prefix: string,
  executable: string,
  hanging: Hanging = 'no',
): string {
  const title = displayText(untrustedTitle, maxTitleLength);
  return `${prefix}${title === '' ? programName(executable) : title}${hangingMark[hanging]}`;
}

/** What the title says of an application that hangs. */
export type Hanging = 'no' | 'yes' | 'ends-at-next-close';

const hangingMark: Readonly<Record<Hanging, string>> = {
  no: '',
  yes: ' (not responding)',
  'ends-at-next-close': ' (not responding: close again to end it)',
};

/**
 * WM_CLASS of a guest program's windows: one per program, so that each has its own taskbar group and can be
 * matched by StartupWMClass of its .desktop file.
 */
export function applicationClass(workspaceId: string, executable: string): string {
  const name = programName(executable)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `xpane-${workspaceId}-${name || 'application'}`;
}

/** `C:\windows\notepad.exe` -> `notepad`; a path without a name gives `application`. */
function programName(executable: string): string {
  const base = displayText(executable, 1024).split(/[\\/]/).pop() ?? '';
  return base.replace(/\.(exe|com|scr|bat|cmd|pif)$/i, '') || 'application';
}
