import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Appliance } from '../src/appliance/appliance.ts';
import { findAgent } from '../src/appliance/build.ts';
import { WorkspaceSession } from '../src/service/workspace-session.ts';
import { silentLog } from '../src/shared/log.ts';
import { xpanePaths } from '../src/shared/paths.ts';
import { createBackend, snapshotOf } from '../src/vm/backends.ts';
import { snapshotFiles } from '../src/vm/qemu/snapshot.ts';
import { workspaceSecret } from '../src/workspace/secret.ts';
import { bootOf, lightGuest } from '../test/component/fixtures/light-guest.ts';
import { waitFor } from '../test/component/fixtures/wait-for.ts';
import { type Figure, figure, type Measured } from './figure.ts';
import { privateMemoryMB, proportionalMemoryMB, sinceItsStartMs } from './process-cost.ts';

const memoryMiB = 384;
const desktop = { width: 1024, height: 768 };
const bootTimeoutMs = 120_000;
const suspendMs = 10_000;
const mediumTimeoutMs = 60_000;
const clones = 10;

/** How often each is measured. A boot without an accelerator takes its time. */
const rounds = { boot: 3, resume: 9, bare: 9, warm: 7 };

/**
 * A guest's life without a desktop: boot, suspend, resume, copies of one that has booted. Times of a start count from
 * QEMU's own process on, to the agent's proof of who it is; those of an echo program in the same virtual machine, with
 * the same memory, are beside them.
 */
export async function benchGuestLife(appliance: Appliance): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'xpane-bench-life-'));
  try {
    const boots: number[] = [];
    for (let round = 1; round < rounds.boot; round++) {
      const guest = await Guest.make(folder, `boot-${round}`, appliance);
      boots.push(await guest.startedMs());
      await guest.end();
    }
    const guest = await Guest.make(folder, 'suspended', appliance);
    boots.push(await guest.startedMs());
    const suspends: number[] = [];
    const resumes: number[] = [];
    for (let round = 0; round < rounds.resume; round++) {
      const begunMs = performance.now();
      await guest.session.suspend();
      suspends.push(performance.now() - begunMs);
      await guest.untilOnMedium();
      resumes.push(await guest.startedMs());
    }
    await guest.end();
    const bare = { name: 'echo', samples: await bareResumes(folder, appliance) } satisfies Measured;
    return [
      figure('vm.cold_boot', 'ms', boots, 0.5, undefined, { atMost: 15_000 }),
      figure('vm.suspend', 'ms', suspends, 0.5, undefined, { atMost: 150 }),
      figure('vm.resume_to_answer', 'ms', resumes, 0.5, undefined, { atMost: 400 }),
      figure('vm.resume_to_answer.against_echo', 'ms', resumes, 0.5, bare, { atMostTimes: 2 }),
      ...(await copies(folder, appliance)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Guests that go on from one that has booted; ten at once, that leave nothing behind, by what they cost. */
async function copies(folder: string, appliance: Appliance): Promise<Figure[]> {
  const golden = await Guest.make(folder, 'golden', appliance, { warmStart: true });
  await golden.startedMs();
  await golden.end();
  const warm: number[] = [];
  for (let round = 0; round < rounds.warm; round++) {
    const guest = await Guest.make(folder, `warm-${round}`, appliance, { warmStart: true });
    warm.push(await guest.startedMs());
    await guest.end();
  }
  const all: Guest[] = [];
  try {
    for (let number = 0; number < clones; number++) {
      const guest = await Guest.make(folder, `clone-${number}`, appliance, {
        warmStart: true,
        revertible: true,
      });
      all.push(guest);
      await guest.startedMs();
    }
    const ids = all.flatMap(({ session }) => session.processIds);
    return [
      figure('vm.warm_start', 'ms', warm, 0.5, undefined, { atMost: 600 }),
      figure('vm.clone_private_memory', 'MB', ids.map(privateMemoryMB), 0.5),
      figure('vm.clone_proportional_memory', 'MB', ids.map(proportionalMemoryMB), 0.5),
    ];
  } finally {
    for (const guest of all) await guest.end();
  }
}

/** The same machine without Wine, X and the agent: from QEMU's start to the echo of a guest that goes on. */
async function bareResumes(folder: string, appliance: Appliance): Promise<number[]> {
  const place = await mkdtemp(join(folder, 'bare-'));
  const backend = createBackend('qemu', {
    appliance: lightGuest(appliance, place),
    cache: xpanePaths().cache,
    log: silentLog,
  });
  const secretFile = join(place, 'secret');
  await workspaceSecret(secretFile);
  const spec = {
    ...{ workspaceId: 'bare', memoryMiB, desktop, sound: false, secretFile, agentFile: agentFile() },
    ...{ disk: join(place, 'disk.qcow2'), runtimeFolder: join(place, 'run') },
  };
  await backend.prepareDisk(spec.disk);
  const samples: number[] = [];
  let guest = await backend.start(spec);
  try {
    await bootOf(guest.endpoint, bootTimeoutMs);
    for (let round = 0; round < rounds.bare; round++) {
      await guest.suspend?.(suspendMs);
      await untilOnMedium(spec.disk);
      guest = await backend.start(spec);
      await bootOf(guest.endpoint, suspendMs);
      samples.push(sinceItsStartMs(guest.processIds[0] ?? 0));
    }
    return samples;
  } finally {
    await guest.kill();
  }
}

/** What is suspended is still being written for a while; who resumes it then waits for that, too. */
function untilOnMedium(disk: string): Promise<unknown> {
  return waitFor(
    'the snapshot on the medium',
    () => existsSync(snapshotFiles(disk).durable),
    mediumTimeoutMs,
  );
}

function agentFile(): string {
  const found = findAgent(xpanePaths().cache);
  if (found === undefined) throw new Error('the agent is not built');
  return found;
}

/** A workspace's guest as a service has it. Call `end`. */
class Guest {
  readonly session: WorkspaceSession;
  readonly #folder: string;
  /** When the agent has proved itself, since QEMU's start. */
  #provenMs = Promise.withResolvers<number>();

  private constructor(folder: string, session: (onProven: () => void) => WorkspaceSession) {
    this.#folder = folder;
    this.session = session(() => this.#provenMs.resolve(sinceItsStartMs(this.session.processIds[0] ?? 0)));
  }

  static async make(
    parent: string,
    id: string,
    appliance: Appliance,
    { warmStart = false, revertible = false } = {},
  ): Promise<Guest> {
    const folder = await mkdtemp(join(parent, `${id}-`));
    const secretFile = join(folder, 'secret');
    const secret = await workspaceSecret(secretFile);
    // The golden guest is the bench's own.
    const backend = createBackend('qemu', { appliance, cache: join(parent, 'cache'), log: silentLog });
    const disk = join(folder, 'disk.qcow2');
    return new Guest(
      folder,
      (onProven) =>
        new WorkspaceSession({
          ...{ workspaceId: id, disk, secretFile, secret, memoryMiB, sound: false },
          ...{ warmStart, revertible, snapshot: snapshotOf(disk), log: silentLog },
          suspendMs: backend.capabilities.suspendMs,
          guestSource: () => ({ backend, agentFile: agentFile() }),
          runtimeFolder: join(folder, 'run'),
          startDurationFile: join(folder, 'start.json'),
          desktop: () => desktop,
          onBridge: (bridge) => bridge.on('connected', onProven),
        }),
    );
  }

  /** Starts or resumes it, and waits until it is ready. */
  async startedMs(): Promise<number> {
    this.#provenMs = Promise.withResolvers<number>();
    await this.session.ensureReady();
    return this.#provenMs.promise;
  }

  untilOnMedium(): Promise<unknown> {
    return untilOnMedium(join(this.#folder, 'disk.qcow2'));
  }

  async end(): Promise<void> {
    await this.session.stop({ force: true });
    await rm(this.#folder, { recursive: true, force: true });
  }
}
