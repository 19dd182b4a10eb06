import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lastingDisplay } from './fixtures/lasting-display.ts';
import { differences, testPixels } from './fixtures/presenter-rig.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const size = { width: 600, height: 400 };
const script = new URL('./fixtures/paint-window.ts', import.meta.url).pathname;
const painting = (way: string, count: number) => [process.execPath, script, way, String(count)];

let desktop: XDesktop;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  desktop = await startXDesktop({ windowManager: 'none' });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => desktop.stop());

interface Painter {
  readonly process: ChildProcess;
  /** What it said so far. */
  readonly way: () => string;
  readonly log: () => string;
}

/** Runs a command that ends in `painting`; resolves when its windows are painted. */
async function paint(command: readonly string[], display = desktop.display): Promise<Painter> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...desktop.env, DISPLAY: display }, stdio: 'pipe' });
  let [out, log] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    log += String(chunk);
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  ends.push(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  await waitFor('the painter', () => out.includes('\n') || child.exitCode !== null, 20_000);
  expect(out, log).not.toBe('');
  return { process: child, way: () => out.trim(), log: () => log };
}

/** The last window is on top, whole. */
async function untilSeen(count: number): Promise<void> {
  const place = { x: 20 + (count - 1) * 30, y: 40 + (count - 1) * 30, ...size };
  const wanted = testPixels(size, count);
  await waitFor('the pixels', async () => differences(await desktop.screenshot(place), wanted) === 0);
}
const warnings = (log: string) => log.split('\n').filter((line) => line.includes('"level":40'));

describe('shared memory that runs out', () => {
  it('by a full /dev/shm: windows are shown by the socket, and that is said once', async () => {
    const full = 'mount -t tmpfs -o size=900k none /dev/shm && exec "$@"';
    const inside = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c', full, 'sh'];
    const painter = await paint([...inside, ...painting('server-memory', 4)]);
    expect(painter.way()).toBe('server-memory');
    await untilSeen(4);
    expect(warnings(painter.log())).toHaveLength(1);
    expect(painter.log()).toContain('by the socket');
  });

  it('by a limit of this process: windows are shown by the socket, and that is said once', async () => {
    const painter = await paint(['prlimit', '--fsize=100000', '--', ...painting('mapped-memory', 4)]);
    expect(painter.way()).toBe('mapped-memory');
    await untilSeen(4);
    expect(warnings(painter.log())).toHaveLength(1);
  });
});

describe('a display that takes no shared memory', () => {
  it('for nothing but bytes gets through to it', async () => {
    const display = lastingDisplay();
    const path = `/tmp/.X11-unix/X${display.slice(1)}`;
    // As containers and tunnels do it: descriptors get lost on the way.
    const relay = createServer((client) => {
      const server = connect(`/tmp/.X11-unix/X${desktop.display.slice(1)}`);
      client.on('error', () => server.destroy()).pipe(server);
      server.on('error', () => client.destroy()).pipe(client);
    });
    await new Promise<void>((done) => relay.listen(path, done));
    ends.push(() => {
      relay.close();
      rmSync(path, { force: true });
    });
    const painter = await paint(painting('mapped-memory', 2), display);
    expect(painter.way()).toBe('socket');
    await untilSeen(2);
  });

  it.each([
    ['for it lacks the extension', ['-extension', 'MIT-SHM'], ''],
    ['for it is far away', ['-listen', 'tcp', '-ac'], 'tcp/127.0.0.1'],
  ])('%s', async (_, serverArguments, host) => {
    const other = await startXDesktop({ windowManager: 'none', serverArguments });
    ends.push(() => other.stop());
    const painter = await paint(painting('mapped-memory', 1), `${host}${other.display}`);
    expect(painter.way()).toBe('socket');
    const wanted = testPixels(size, 1);
    await waitFor('the pixels', async () => {
      return differences(await other.screenshot({ x: 20, y: 40, ...size }), wanted) === 0;
    });
  });
});

describe('a killed process', () => {
  it.each(['mapped-memory', 'server-memory'])('leaves no memory behind (%s)', async (way) => {
    const painter = await paint(painting(way, 3));
    expect(painter.way()).toBe(way);
    await untilSeen(3);
    const gone = new Promise((resolve) => painter.process.once('exit', resolve));
    painter.process.kill('SIGKILL');
    await gone;
    const { pid } = painter.process;
    expect(readdirSync('/dev/shm').filter((name) => name.startsWith(`xpane-${pid}-`))).toEqual([]);
    // Segments of System V, by who made them.
    expect(execFileSync('ipcs', ['-m', '-p']).toString()).not.toMatch(new RegExp(`\\b${pid}\\b`));
    // The server lets go of its hold of them with the connection.
    await waitFor('the server to have none', () => {
      return !readFileSync(`/proc/${desktop.server.pid}/maps`, 'utf8').includes('xpane');
    });
  });
});
