import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/** What a unix socket's address holds (unix(7)). */
const mostPathBytes = 107;

/** Where a guest's screen is served, in the folder of its launch; undefined where that is too deep for a socket. */
export function screenSocketIn(runtimeFolder: string): string | undefined {
  const path = join(runtimeFolder, 'screen.sock');
  return Buffer.byteLength(path) <= mostPathBytes ? path : undefined;
}

/**
 * Who may look at the guest's screen: whoever reaches the socket, without a password, so it lies in a folder of this
 * user's alone. Nothing of it is on any network, and it is no part of the machine that the guest sees.
 */
export function screenArguments(socket: string | undefined): string[] {
  return socket === undefined ? [] : ['-vnc', `unix:${socket.replaceAll(',', ',,')}`];
}

/**
 * A guest without a graphics card shows what it writes to its second serial port, as text: no driver for graphics has
 * to be started. Not the first one, which is its console and its log. `port` is that port with the chardev `screen`.
 */
export function textScreenArguments(port: readonly string[]): string[] {
  return ['-chardev', 'vc,id=screen,cols=100,rows=30', ...port];
}

/** The socket of a QEMU that runs, from now on only this user's, whatever the umask was. */
export function servedScreen(runtimeFolder: string): { readonly screenSocket?: string } {
  const screenSocket = screenSocketIn(runtimeFolder);
  if (screenSocket === undefined) return {};
  chmodSync(screenSocket, 0o600);
  return { screenSocket };
}
