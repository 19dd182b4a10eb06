import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Appliance } from '../../appliance/appliance.ts';
import { agentPort } from '../../appliance/appliance.ts';
import { type OwnedChild, startChild } from '../../shared/child-process.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { applianceMissing } from '../appliance-files.ts';
import { failedStart } from '../failed-start.ts';
import { handoverFiles } from '../guest-handover.ts';
import { childEnvironment } from '../host-programs.ts';
import { knownProcess } from '../known-process.ts';
import { openLaunchFolder, reclaimLaunchFolder } from '../launch-folder.ts';
import { recordProcesses } from '../process-record.ts';
import { runningGuest } from '../running-guest.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm-backend.ts';
import { findAccelerator } from './accelerator.ts';
import { qemuArguments } from './arguments.ts';
import { findHostSound, soundEnvironment } from './host-sound.ts';
import { type LaunchMeans, lesserMeans, requireSound } from './launch-means.ts';
import { applianceBelow, makeOverlay } from './overlay.ts';
import { findQemu, playableDrivers, type QemuPrograms } from './qemu-programs.ts';
import { QmpClient, type QmpEvent } from './qmp.ts';
import { startError } from './start-error.ts';
import { forwardedPort } from './usernet.ts';
import { ustar } from './ustar.ts';

/** From the process's start to its first word; a loaded machine and a cold disk included. */
const startTimeoutMs = 20_000;

export interface QemuOptions {
  readonly appliance: Appliance;
  readonly cache: string;
  readonly log: Log;
}

/** Guests as virtual machines of QEMU. */
export class QemuBackend implements VmBackend {
  readonly kind = 'qemu';
  readonly capabilities = {
    ownKernel: true,
    bootsImages: true,
    memory: 'guest',
    boundedDisk: true,
    sound: true,
  } as const;
  readonly #options: QemuOptions;

  constructor(options: QemuOptions) {
    this.#options = options;
  }

  async obstacle(signal?: AbortSignal) {
    try {
      await findQemu(signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      return reportOf(thrown);
    }
    const { kernel, initrd, disk } = this.#options.appliance;
    return applianceMissing([kernel, initrd, disk]);
  }

  async prepareDisk(disk: string, signal?: AbortSignal): Promise<void> {
    if (existsSync(disk)) return;
    const { qemuImg } = await findQemu(signal);
    await makeOverlay(qemuImg, this.#options.appliance, disk, signal);
  }

  async reclaim(runtimeFolder: string): Promise<void> {
    const ended = await reclaimLaunchFolder(runtimeFolder);
    if (ended > 0) this.#options.log.warn({ runtimeFolder }, 'ended a virtual machine that was left behind');
  }

  async start(spec: VmSpec, signal?: AbortSignal): Promise<VmInstance> {
    const programs = await findQemu(signal);
    let means = await this.#bestMeans(spec, programs, signal);
    for (;;) {
      try {
        return await this.#launch(spec, programs, means, signal);
      } catch (thrown) {
        const lesser = lesserMeans(means, thrown);
        if (!lesser) throw thrown;
        this.#options.log.warn({ means: lesser, cause: reportOf(thrown) }, 'the guest is started with less');
        means = lesser;
      }
    }
  }

  async #bestMeans(
    spec: VmSpec,
    { qemu, version }: QemuPrograms,
    signal?: AbortSignal,
  ): Promise<LaunchMeans> {
    const { cache, log } = this.#options;
    const waiting = signal ? { signal } : {};
    const [accelerator, drivers] = await Promise.all([
      findAccelerator({ qemu, qemuVersion: version, cacheFolder: cache, log, ...waiting }),
      spec.sound ? playableDrivers(qemu, signal) : undefined,
    ]);
    const sound = drivers && findHostSound({ drivers, env: process.env });
    if (sound) log.info({ sound }, 'where the guest plays its sound');
    return { accelerator, sound };
  }

  async #launch(
    spec: VmSpec,
    programs: QemuPrograms,
    means: LaunchMeans,
    signal?: AbortSignal,
  ): Promise<VmInstance> {
    const { runtimeFolder } = spec;
    const below = applianceBelow(spec.disk, this.#options.appliance);
    openLaunchFolder(runtimeFolder);
    let child: OwnedChild | undefined;
    try {
      const handover = join(runtimeFolder, 'handover.tar');
      writeFileSync(handover, ustar(handoverFiles(spec)), { mode: 0o600 });
      child = await startChild({
        command: programs.qemu,
        args: qemuArguments({
          ...{ workspaceId: spec.workspaceId, memoryMiB: spec.memoryMiB, disk: spec.disk, handover },
          ...{ ...means, seccomp: programs.seccomp },
          ...{ kernel: below.kernel, initrd: below.initrd, base: below.disk },
        }),
        env: { ...childEnvironment(), ...soundEnvironment(means.sound, process.env) },
        channel: true,
      });
      recordProcesses(runtimeFolder, [knownProcess(child.pid)]);
      const instance = await this.#control(spec, child, signal);
      // QEMU holds the archive open by now: the secret need not stay on the disk any longer.
      rmSync(handover);
      return instance;
    } catch (thrown) {
      throw await failedStart(thrown, { child, runtimeFolder, signal, explain: startError });
    }
  }

  async #control(spec: VmSpec, child: OwnedChild, signal?: AbortSignal): Promise<VmInstance> {
    const log = this.#options.log.child({ workspace: spec.workspaceId });
    if (!child.channel) throw new TypeError('QEMU was started without its control channel');
    let shutdownReason: unknown;
    const onEvent = ({ event, data }: QmpEvent) => {
      if (event === 'SHUTDOWN') shutdownReason = data.reason;
      if (event === 'BLOCK_IO_ERROR') log.error({ data }, 'the disk of the guest failed; the guest waits');
    };
    const waiting = { timeoutMs: startTimeoutMs, ...(signal ? { signal } : {}) };
    const qmp = await QmpClient.connect(child.channel, { ...waiting, onEvent });
    const table = await qmp.execute('human-monitor-command', { 'command-line': 'info usernet' }, waiting);
    const port = forwardedPort(String(table), agentPort);
    if (spec.sound) requireSound(child.tail());
    log.info({ pid: child.pid, port }, 'virtual machine started');
    return runningGuest({
      child,
      endpoint: { kind: 'tcp', host: '127.0.0.1', port },
      runtimeFolder: spec.runtimeFolder,
      log,
      requestShutdown: () => {
        qmp.execute('system_powerdown').catch((thrown: unknown) => {
          log.debug({ cause: String(thrown) }, 'the power button could not be pressed');
        });
      },
      forceEnd: () => {
        child.kill();
      },
      endedItself: () => shutdownReason === 'guest-shutdown',
    });
  }
}
