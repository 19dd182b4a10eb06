import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { within } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { QmpClient, QmpEvent } from './qmp.ts';

/**
 * A guest's state on its way out of QEMU and into one: all but its memory, which is a file of its own.
 *
 * QEMU can speak to a socket of ours, and to nothing else: its seccomp filter lets it start no program, and 7.2 writes
 * to no file by itself. The socket lies in the launch's folder, where nobody else can reach it.
 */

/** 0.7 MiB was measured; a guest that makes more of it is no guest of ours. */
const maxStateBytes = 64 * 2 ** 20;

export interface MigrationParts {
  readonly qmp: QmpClient;
  readonly events: MigrationEvents;
  /** Where the socket is to be; the name must be free. */
  readonly socketFile: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Follows QEMU's MIGRATION events. */
export class MigrationEvents {
  #end: PromiseWithResolvers<boolean> | undefined;

  take({ event, data }: QmpEvent): void {
    if (event !== 'MIGRATION') return;
    if (data.status === 'completed') this.#end?.resolve(true);
    if (data.status === 'failed' || data.status === 'cancelled') this.#end?.resolve(false);
  }

  /** How the migration ends that is begun next: whether it was completed. */
  next(): Promise<boolean> {
    this.#end = Promise.withResolvers();
    return this.#end.promise;
  }
}

/** The state of a guest that stands still. Throws `vm.migration-failed`, `vm.migration-timeout` or as `QmpClient`. */
export async function saveState(parts: MigrationParts): Promise<Buffer> {
  const { qmp, events, socketFile } = parts;
  const server = createServer();
  try {
    server.listen(socketFile);
    await once(server, 'listening');
    const received = receive(server);
    received.catch(() => undefined); // told by QEMU first, if it never connects
    await leaveMemoryOut(parts);
    const end = events.next();
    await qmp.execute('migrate', { uri: `unix:${socketFile}` }, parts);
    if (!(await waitFor(end, parts))) throw failed('QEMU gave its state up');
    return await waitFor(received, parts);
  } finally {
    server.close();
  }
}

/** Gives a QEMU that waits for it a guest's state; the guest stands still then. Throws as `saveState`. */
export async function loadState(state: Buffer, parts: MigrationParts): Promise<void> {
  const { qmp, events, socketFile } = parts;
  await leaveMemoryOut(parts);
  const end = events.next();
  await qmp.execute('migrate-incoming', { uri: `unix:${socketFile}` }, parts);
  const socket = connect(socketFile);
  // QEMU may hang up on what it does not like; it says so itself.
  socket.on('error', () => undefined);
  try {
    socket.end(state);
    if (!(await waitFor(end, parts))) throw failed('QEMU did not take the state');
  } finally {
    socket.destroy();
  }
}

/** Memory that is a file, shared, is not sent: it is there already. */
async function leaveMemoryOut(parts: MigrationParts): Promise<void> {
  const capabilities = ['events', 'x-ignore-shared'].map((capability) => ({ capability, state: true }));
  await parts.qmp.execute('migrate-set-capabilities', { capabilities }, parts);
}

async function receive(server: Server): Promise<Buffer> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxStateBytes) throw failed('it is larger than any state of a guest of ours');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** QEMU that ends says nothing any more: then the end of its control connection is what is known. */
function waitFor<T>(work: Promise<T>, { qmp, timeoutMs, signal }: MigrationParts): Promise<T> {
  const late = () =>
    new XPaneError(
      'vm.migration-timeout',
      'The state of the guest was not copied in time.',
      'Try again when this computer is less busy.',
    );
  return within(timeoutMs, Promise.race([work, qmp.closed]), late, signal);
}

function failed(what: string): XPaneError {
  return new XPaneError(
    'vm.migration-failed',
    `The state of the guest could not be copied: ${what}.`,
    'Look into the log file for what QEMU said.',
  );
}
