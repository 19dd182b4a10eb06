import { createConnection, createServer } from 'node:net';
import { runChild } from '../../src/shared/child-process.ts';
import { waitFor } from '../../test/component/fixtures/x-desktop.ts';

/** A port of the loopback that is free now; for servers that cannot choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Resolves when somebody listens on the port. */
export async function untilListening(what: string, port: number): Promise<void> {
  const connects = () =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection(port, '127.0.0.1');
      socket.once('error', () => resolve(false));
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
    });
  await waitFor(`${what} to listen`, connects, 30_000);
}

/** Bytes that the server's end of the connections to a port has sent and that have arrived; from the kernel. */
export async function bytesSentFrom(port: number): Promise<number> {
  const { stdout } = await runChild({
    command: 'ss',
    args: ['-tinH', 'state', 'established', `sport = :${port}`],
    timeoutMs: 5_000,
    env: process.env,
  });
  return [...stdout.matchAll(/\bbytes_acked:(\d+)/g)].reduce((total, [, bytes]) => total + Number(bytes), 0);
}
