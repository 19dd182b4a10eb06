import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceFiles } from '../src/workspace/workspace.ts';
import { waitFor } from '../test/component/fixtures/wait-for.ts';
import { startXDesktop } from '../test/component/fixtures/x-desktop.ts';
import type { XPaneRun } from '../test/e2e/fixtures/xpane-run.ts';
import { catThroughSandbox } from './cat-through-sandbox.ts';
import { type Figure, figure } from './figure.ts';
import { Growth, MiB, residentMB, sizeMiB, writeRandom } from './large-file.ts';
import { benchOpenFile } from './open-file.ts';
import { familyOf } from './process-cost.ts';
import type { Rig } from './rig.ts';
import { startSandbox } from './sandbox-rig.ts';

const rounds = 5;
const timeoutMs = 300_000;

interface Moved {
  readonly mibPerSecond: number;
  readonly serviceGrowthMB: number;
  readonly agentGrowthMB: number;
}

/**
 * A file of 100 KB, until it is shown. A GiB by `xpane open` into the guest in the sandbox, and its change back, each until it is on the medium under its
 * name; beside it, in turns, `cat` through a socket of the same kind.
 */
export async function benchFiles(rig: Rig): Promise<Figure[]> {
  return [...(await benchOpenFile(rig)), ...(await benchLargeFiles(rig))];
}

async function benchLargeFiles({ options, noise }: Rig): Promise<Figure[]> {
  const desktop = await startXDesktop({ size: { width: 1024, height: 768 } });
  const folder = await mkdtemp(join(tmpdir(), 'xpane-bench-files-'));
  const run = await startSandbox(desktop, options.program);
  const into: Moved[] = [];
  const back: Moved[] = [];
  const cat: { readonly [to in 'guest' | 'host']: number[] } = { guest: [], host: [] };
  try {
    for (let round = 1; round <= rounds; round++) {
      noise.sample();
      options.tell(`files: round ${round} of ${rounds}`);
      const file = join(folder, `large-${round}.bin`);
      await writeRandom(file);
      for (const to of ['guest', 'host'] as const) {
        await leaveMemory(folder, 1);
        const ms = await catThroughSandbox(options.appliance, folder, { file, to });
        cat[to].push((sizeMiB * 1000) / ms);
        await rm(join(folder, `cat-to-${to}`));
      }
      await leaveMemory(folder, 1);
      const { copy, moved } = await intoGuest(run, file);
      into.push(moved);
      // The application's save takes its part.
      await leaveMemory(folder, 2);
      back.push(await fromGuest(run, { file, copy }));
      await rm(file);
    }
  } finally {
    await run.stop();
    await desktop.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const of = (moves: readonly Moved[], pick: keyof Moved) => moves.map((each) => each[pick]);
  const speed = (name: string, moves: readonly Moved[], samples: readonly number[]) => {
    const peer = { name: 'cat', samples };
    return figure(name, 'MiB/s', of(moves, 'mibPerSecond'), 0.5, peer, { atLeastTimes: 0.5 });
  };
  const all = [...into, ...back];
  return [
    speed('files.host_to_guest_1g', into, cat.guest),
    speed('files.guest_to_host_1g', back, cat.host),
    figure('files.service_growth', 'MB', of(all, 'serviceGrowthMB'), 1, undefined, { atMost: 32 }),
    figure('files.agent_growth', 'MB', of(all, 'agentGrowthMB'), 1, undefined, { atMost: 32 }),
  ];
}

async function intoGuest(run: XPaneRun, file: string): Promise<{ copy: string; moved: Moved }> {
  const begunMs = performance.now();
  const memory = await Memory.of(run);
  await run.ok('open', '--with', 'Cells', file);
  const copy = await waitFor('the copy in the guest', () => memory.look() && copyOf(run, file), timeoutMs);
  return { copy, moved: memory.moved(performance.now() - begunMs) };
}

/** From the moment that content begins to come. */
async function fromGuest(run: XPaneRun, { file, copy }: { file: string; copy: string }): Promise<Moved> {
  const { ino } = await stat(file);
  const folder = join(file, '..');
  await writeRandom(copy);
  const comes = async () => (await readdir(folder)).some((name) => name.includes('.xpane-'));
  await waitFor('the change to come', comes, timeoutMs);
  const begunMs = performance.now();
  const memory = await Memory.of(run);
  await waitFor('the change', async () => memory.look() && (await stat(file)).ino !== ino, timeoutMs);
  return memory.moved(performance.now() - begunMs);
}

async function copyOf(run: XPaneRun, file: string): Promise<string | undefined> {
  const { disk } = workspaceFiles(join(run.home, 'data'), 'builtin', 'sandbox');
  const users = join(disk, 'drive_c/users');
  const name = file.slice(file.lastIndexOf('/') + 1);
  for (const user of await readdir(users)) {
    const documents = join(users, user, 'AppData/Local/XPane/Files');
    const found = (await readdir(documents, { recursive: true }).catch(() => [])).find((path) =>
      path.endsWith(name),
    );
    if (found) return join(documents, found);
  }
  return undefined;
}

/**
 * Makes as much memory free that has just been in use. In a virtual machine memory that was never touched, or was free for
 * seconds, has to be fetched from the host: a file is written to it at a tenth of the speed, and so whoever took his turn
 * later in a round was slower.
 */
async function leaveMemory(folder: string, timesSize: number): Promise<void> {
  const path = join(folder, 'in-the-way');
  const target = await open(path, 'w');
  try {
    const piece = Buffer.alloc(MiB);
    for (let done = 0; done < sizeMiB * timesSize; done++) await target.write(piece);
  } finally {
    await target.close();
    await rm(path);
  }
}

/** What the service and the agent that works have more. */
class Memory {
  readonly #service: Growth;
  readonly #agent: Growth;

  private constructor(service: number, agent: number) {
    this.#service = new Growth(service);
    this.#agent = new Growth(agent);
  }

  static async of(run: XPaneRun): Promise<Memory> {
    const processes = await run.processes();
    const service = processes.find(({ command }) => / service$/.test(command))?.id ?? 0;
    const agents = familyOf(service).filter(({ name }) => name.startsWith('xpane-agent'));
    // The one that works is the larger one.
    const agent = agents.toSorted((a, b) => residentMB(b.id) - residentMB(a.id))[0]?.id ?? 0;
    return new Memory(service, agent);
  }

  look(): true {
    return this.#service.look() && this.#agent.look();
  }

  moved(elapsedMs: number): Moved {
    return {
      mibPerSecond: (sizeMiB * 1000) / elapsedMs,
      serviceGrowthMB: this.#service.growthMB,
      agentGrowthMB: this.#agent.growthMB,
    };
  }
}
