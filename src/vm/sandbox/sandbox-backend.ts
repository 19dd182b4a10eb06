import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Appliance } from '../../appliance/appliance.ts';
import { type OwnedChild, startChild } from '../../shared/child-process.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { applianceMissing } from '../appliance-files.ts';
import { handoverFiles } from '../guest-handover.ts';
import { childEnvironment } from '../host-programs.ts';
import { type KnownProcess, killProcess, knownProcess } from '../known-process.ts';
import { openLaunchFolder, reclaimLaunchFolder } from '../launch-folder.ts';
import { processGone, recordProcesses } from '../process-record.ts';
import { exitDetail, runningGuest } from '../running-guest.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm-backend.ts';
import { sandboxArguments } from './arguments.ts';
import { checkSocketPath, takeBridgeSocket } from './bridge-socket.ts';
import { findBubblewrap } from './bubblewrap.ts';
import { openGate } from './gate.ts';
import { copyPrefix } from './prefix.ts';

/** From the process's start to the guest's socket: 0.1 s on an idle machine; a loaded one and a cold disk included. */
const startTimeoutMs = 20_000;

export interface SandboxOptions {
  readonly appliance: Appliance;
  readonly log: Log;
}

/** The built-in guest as processes of this computer, walled in by bubblewrap. `memoryMiB` limits nothing here. */
export class SandboxBackend implements VmBackend {
  readonly kind = 'sandbox';
  readonly capabilities = { ownKernel: false, bootsImages: false } as const;
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
    checkSocketPath(runtimeFolder);
    const bubblewrap = await findBubblewrap(signal);
    openLaunchFolder(runtimeFolder);
    let child: OwnedChild | undefined;
    try {
      const [guestFolder, bridgeFolder] = makeFolders(spec);
      child = await startChild({
        command: bubblewrap.path,
        args: sandboxArguments({
          ...{ root: this.#options.appliance.root, prefix: spec.disk, guestFolder, bridgeFolder },
          disableUserns: bubblewrap.disableUserns,
        }),
        env: childEnvironment(),
        dieWithParent: false, // bubblewrap does that itself, see gate.ts
        stdin: 'pipe',
      });
      recordProcesses(runtimeFolder, [knownProcess(child.pid)]);
      return await this.#attach(spec, child, signal);
    } catch (thrown) {
      const exit = await child?.kill();
      await reclaimLaunchFolder(runtimeFolder);
      signal?.throwIfAborted();
      if (!exit || !child || exit.signal === 'SIGKILL') throw thrown;
      throw endedEarly(exitDetail(exit, child.tail()), thrown);
    }
  }

  async #attach(spec: VmSpec, child: OwnedChild, signal?: AbortSignal): Promise<VmInstance> {
    const log = this.#options.log.child({ workspace: spec.workspaceId });
    const ended = new AbortController();
    child.exited.then(() => ended.abort(new Error('bubblewrap ended')));
    const waiting = AbortSignal.any(signal ? [ended.signal, signal] : [ended.signal]);
    const first = await openGate(child, startTimeoutMs, waiting);
    recordProcesses(spec.runtimeFolder, [knownProcess(child.pid), first]);
    const path = await takeBridgeSocket(spec.runtimeFolder, first.pid, startTimeoutMs, waiting);
    log.info({ pid: child.pid }, 'sandbox started');
    return runningGuest({
      child,
      endpoint: { kind: 'unix', path },
      runtimeFolder: spec.runtimeFolder,
      log,
      requestShutdown: () => child.stdin?.end(),
      forceEnd: () => endSandbox(first, child),
      gone: () => processGone(first),
      endedItself: (exit) => exit.code === 0,
    });
  }
}

/** All processes of the guest go with its first one, and then bubblewrap ends by itself. */
function endSandbox(first: KnownProcess, child: OwnedChild): void {
  killProcess(first);
  const fallback = setTimeout(() => child.kill(), 2000);
  child.exited.then(() => clearTimeout(fallback));
}

function makeFolders(spec: VmSpec): [string, string] {
  const guestFolder = join(spec.runtimeFolder, 'guest');
  const bridgeFolder = join(spec.runtimeFolder, 'bridge');
  mkdirSync(guestFolder, { mode: 0o700 });
  mkdirSync(bridgeFolder, { mode: 0o700 });
  for (const { name, mode, content } of handoverFiles(spec)) {
    writeFileSync(join(guestFolder, name), content, { mode });
  }
  return [guestFolder, bridgeFolder];
}

function endedEarly(detail: string, cause: unknown): XPaneError {
  return new XPaneError(
    'vm.start-failed',
    `The guest ended at once: ${detail}`,
    'Try again. If it happens again, run "xpane status" and report what it says.',
    cause,
  );
}
