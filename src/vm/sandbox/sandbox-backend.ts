import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Appliance } from '../../appliance/appliance.ts';
import { type OwnedChild, startChild } from '../../shared/child-process.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { applianceMissing } from '../appliance-files.ts';
import { capabilities } from '../capabilities.ts';
import { failedStart } from '../failed-start.ts';
import { handoverFiles } from '../guest-handover.ts';
import { childEnvironment } from '../host-programs.ts';
import { type KnownProcess, killProcess, knownProcess } from '../known-process.ts';
import { openLaunchFolder, reclaimLaunchFolder } from '../launch-folder.ts';
import { throwAwayDisk } from '../new-disk.ts';
import { processGone, recordProcesses } from '../process-record.ts';
import { exitDetail, runningGuest } from '../running-guest.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm-backend.ts';
import { sandboxArguments, withMemoryLimit } from './arguments.ts';
import { takeBridgeSocket } from './bridge-socket.ts';
import { findBubblewrap } from './bubblewrap.ts';
import { openGate } from './gate.ts';
import { copyPrefix } from './prefix.ts';

/** From the process's start to the guest's socket: 0.1 s on an idle machine; a loaded one and a cold disk included. */
const startTimeoutMs = 20_000;

export interface SandboxOptions {
  readonly appliance: Appliance;
  readonly log: Log;
}

/** The built-in guest as processes of this computer, walled in by bubblewrap. */
export class SandboxBackend implements VmBackend {
  readonly kind = 'sandbox';
  readonly capabilities = capabilities.sandbox;
  readonly #options: SandboxOptions;

  constructor(options: SandboxOptions) {
    this.#options = options;
  }

  async obstacle(signal?: AbortSignal) {
    try {
      await findBubblewrap(signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      return reportOf(thrown);
    }
    const { root, prefix } = this.#options.appliance;
    return applianceMissing([join(root, 'opt/xpane/guest-init'), prefix]);
  }

  async prepareDisk(disk: string, signal?: AbortSignal): Promise<void> {
    await copyPrefix(this.#options.appliance.prefix, disk, signal);
  }

  async reclaim(runtimeFolder: string): Promise<void> {
    const ended = await reclaimLaunchFolder(runtimeFolder);
    if (ended > 0) this.#options.log.warn({ runtimeFolder }, 'ended a sandbox that was left behind');
  }

  async start(spec: VmSpec, signal?: AbortSignal): Promise<VmInstance> {
    const { runtimeFolder } = spec;
    const bubblewrap = await findBubblewrap(signal);
    const prefix = await this.#prefixFor(spec, signal);
    openLaunchFolder(runtimeFolder);
    let child: OwnedChild | undefined;
    try {
      const args = sandboxArguments({
        root: this.#options.appliance.root,
        prefix,
        guestFolder: makeGuestFolder(spec),
        memoryMiB: spec.memoryMiB,
        features: bubblewrap.features,
      });
      child = await startChild({
        ...withMemoryLimit(spec.memoryMiB, bubblewrap.path, args),
        env: childEnvironment(),
        dieWithParent: false, // bubblewrap does that itself, see gate.ts
        stdin: 'pipe',
      });
      recordProcesses(runtimeFolder, [knownProcess(child.pid)]);
      return await this.#attach(spec, child, signal);
    } catch (thrown) {
      throw await failedStart(thrown, { child, runtimeFolder, signal, explain: endedEarly });
    }
  }

  /** Makes it if it is not there. Of a revertible guest it is a copy, and what a killed one left goes first. */
  async #prefixFor({ disk, revertible }: VmSpec, signal?: AbortSignal): Promise<string> {
    const { prefix: pristine } = this.#options.appliance;
    const thrownAway = throwAwayDisk(disk);
    await removeFolder(thrownAway);
    const prefix = revertible ? thrownAway : disk;
    await copyPrefix(revertible && existsSync(disk) ? disk : pristine, prefix, signal);
    return prefix;
  }

  async #attach(spec: VmSpec, child: OwnedChild, signal?: AbortSignal): Promise<VmInstance> {
    const log = this.#options.log.child({ workspace: spec.workspaceId });
    const ended = new AbortController();
    void child.exited.then((exit) => ended.abort(endedEarly(undefined, exitDetail(exit, child.tail()))));
    const waiting = AbortSignal.any(signal ? [ended.signal, signal] : [ended.signal]);
    const first = await openGate(child, startTimeoutMs, waiting);
    recordProcesses(spec.runtimeFolder, [knownProcess(child.pid), first]);
    const socket = await takeBridgeSocket(first, startTimeoutMs, waiting);
    log.info({ pid: child.pid }, 'sandbox started');
    const instance = runningGuest({
      child,
      endpoint: { kind: 'unix', path: socket.path },
      resumed: false,
      runtimeFolder: spec.runtimeFolder,
      log,
      requestShutdown: () => child.stdin?.end(),
      forceEnd: () => endSandbox(first, child),
      gone: async () => {
        await processGone(first);
        if (spec.revertible) await removeFolder(throwAwayDisk(spec.disk));
      },
      endedItself: (exit) => exit.code === 0,
    });
    // Not before its end is known to all: another file may get the descriptor's number, and be dialled.
    void instance.exited.then(() => socket.close());
    return instance;
  }
}

/** All processes of the guest go with its first one, and then bubblewrap ends by itself. */
function endSandbox(first: KnownProcess, child: OwnedChild): void {
  killProcess(first);
  const fallback = setTimeout(() => child.kill(), 2000);
  child.exited.then(() => clearTimeout(fallback));
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

function makeGuestFolder(spec: VmSpec): string {
  const folder = join(spec.runtimeFolder, 'guest');
  mkdirSync(folder, { mode: 0o700 });
  for (const { name, mode, content } of handoverFiles(spec)) {
    writeFileSync(join(folder, name), content, { mode });
  }
  return folder;
}

function endedEarly(cause: unknown, detail: string): XPaneError {
  return new XPaneError(
    'vm.start-failed',
    `The guest ended at once: ${detail}`,
    'Try again. If it happens again, run "xpane status" and report what it says.',
    cause,
  );
}
