import { userInfo } from 'node:os';
import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

export interface HostUser {
  readonly loginName: string;
  /** As in the address book of this host, or the login name. */
  readonly fullName: string;
}

/** Longer than any directory service answers when it is well. */
const lookUpTimeoutMs = 5_000;
const maxNameLength = 50;

/**
 * Who runs this. Asks by getent, so that users of a directory service have their names too; what cannot be found out
 * is not worth failing for: the login name stands in.
 */
export async function hostUser(signal?: AbortSignal): Promise<HostUser> {
  const loginName = loginNameOf();
  const uid = process.getuid?.();
  const entry = uid === undefined ? undefined : await passwdEntry(uid, signal);
  return { loginName, fullName: (entry && fullNameIn(entry)) || loginName };
}

/** A user id without an entry has no name, as in some containers. */
function loginNameOf(): string {
  try {
    return userInfo().username;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SYSTEM_ERROR') return process.env.USER || 'user';
    throw error;
  }
}

/**
 * The full name in a line of `passwd`: the first part of its fifth field, where `&` stands for the login name with
 * a capital. Characters that no name needs go (quotes and percent signs too: Windows' set-up has no way to
 * take them). Undefined if there is none. Pure.
 */
export function fullNameIn(passwdLine: string): string | undefined {
  const [loginName = '', , , , comment = ''] = passwdLine.split(':');
  const [name = ''] = comment.split(',');
  const capital = loginName.charAt(0).toUpperCase() + loginName.slice(1);
  const cleaned = displayText(name.replaceAll('&', capital).replace(/["%]/g, ''), maxNameLength);
  return cleaned || undefined;
}

async function passwdEntry(uid: number, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const { code, stdout } = await runChild({
      command: 'getent',
      args: ['passwd', String(uid)],
      timeoutMs: lookUpTimeoutMs,
      ...(signal ? { signal } : {}),
    });
    return code === 0 ? stdout.split('\n')[0] : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof XPaneError) return undefined;
    throw error;
  }
}
