import { displayText } from '../shared/text.ts';

const maxTitleLength = 256;

/** The title the host shows for a guest window: marked as the guest's, and safe to show. */
export function markedTitle(untrustedTitle: string, prefix: string, executable: string): string {
  const title = displayText(untrustedTitle, maxTitleLength);
  return `${prefix}${title === '' ? programName(executable) : title}`;
}

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
