import type { StartNotice, StartSpec } from '../presenter.ts';
import type { Atoms } from './atoms.ts';
import { eventMask, type XConnection } from './x11-client.ts';

const CLIENT_MESSAGE = 33;
const EVENT_BYTES = 32;
const DATA_AT = 12;
const DATA_BYTES = 20;

let started = 0;

/**
 * Tells the desktop that a program is starting, by the freedesktop.org Startup Notification Protocol 0.1: window
 * managers and panels show a busy pointer until the end is told (or they lose patience). `window` is any window of
 * ours: messages that come in parts are put together by it.
 */
export function announceStart(
  { name, startupId }: StartSpec,
  connection: XConnection,
  atoms: Atoms,
  window: number,
): StartNotice {
  const id = startupId ?? `xpane-${process.pid}-${++started}`;
  // Who gave the start its name has announced it already.
  if (startupId === undefined) {
    const screen = Number(connection.client.screenNum) || 0;
    broadcast(`new: ID=${quoted(id)} NAME=${quoted(name)} SCREEN=${screen}`, connection, atoms, window);
  }
  let ended = false;
  return {
    end() {
      if (ended) return;
      ended = true;
      broadcast(`remove: ID=${quoted(id)}`, connection, atoms, window);
    },
  };
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** In client messages of 20 bytes each; a zero byte ends the last. */
function broadcast(text: string, connection: XConnection, atoms: Atoms, window: number): void {
  if (connection.ended) return;
  const bytes = Buffer.from(`${text}\0`);
  for (let at = 0; at < bytes.length; at += DATA_BYTES) {
    const event = Buffer.alloc(EVENT_BYTES);
    event.writeUInt8(CLIENT_MESSAGE, 0);
    event.writeUInt8(8, 1);
    event.writeUInt32LE(window, 4);
    event.writeUInt32LE(at === 0 ? atoms._NET_STARTUP_INFO_BEGIN : atoms._NET_STARTUP_INFO, 8);
    bytes.copy(event, DATA_AT, at, at + DATA_BYTES);
    connection.client.SendEvent(connection.root, 0, eventMask.PropertyChange ?? 0, event);
  }
}
