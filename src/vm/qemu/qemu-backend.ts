import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type OwnedChild, startChild } from '../../shared/child-process.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { capabilities } from '../capabilities.ts';
import { failedStart } from '../failed-start.ts';
import type { GuestDevice } from '../guest-devices.ts';
import { handoverFiles } from '../guest-handover.ts';
import { connectDevices } from '../host-devices.ts';
import { childEnvironment } from '../host-programs.ts';
import { knownProcess } from '../known-process.ts';
import { openLaunchFolder, reclaimLaunchFolder } from '../launch-folder.ts';
import { recordProcesses } from '../process-record.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm-backend.ts';
import { findAccelerator } from './accelerator.ts';
import { type QemuMachine, qemuArguments } from './arguments.ts';
import { controlledGuest } from './controlled-guest.ts';
import { attachedDisks } from './device-arguments.ts';
import { guestMemory } from './guest-memory.ts';
import { findHostSound, soundEnvironment } from './host-sound.ts';
import { type LaunchMeans, lesserMeans } from './launch-means.ts';
import { type HostNetwork, openHostNetwork } from './network/guest-network.ts';
import { makeOverlay } from './overlay.ts';
import { bootOf, guestMissing, newestBase, type QemuGuest } from './qemu-guest.ts';
import { findQemu, playableDrivers, type QemuPrograms } from './qemu-programs.ts';
import { screenSocketIn } from './screen.ts';
import { discardSnapshot, isSuspended } from './snapshot.ts';
import { snapshotKey } from './snapshot-key.ts';
import { startError } from './start-error.ts';
import { ustar } from './ustar.ts';

export interface QemuOptions {
  readonly guest: QemuGuest;
  readonly devices?: readonly GuestDevice[] | undefined;
  readonly cache: string;
  readonly log: Log;
}

/** Guests as virtual machines of QEMU. */
export class QemuBackend implements VmBackend {
  readonly kind = 'qemu';
  readonly capabilities = capabilities.qemu;
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
    return guestMissing(this.#options.guest);
  }

  async prepareDisk(disk: string, signal?: AbortSignal): Promise<void> {
    if (existsSync(disk)) return;
    const { qemuImg } = await findQemu(signal);
    await makeOverlay(qemuImg, newestBase(this.#options.guest), disk, signal);
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
        const again = this.#afterFailure(spec.disk, means, thrown);
        if (!again) throw thrown;
        means = again;
      }
    }
  }

  /** With what to try again after a failure, if that may help. */
  #afterFailure(disk: string, means: LaunchMeans, failure: unknown): LaunchMeans | undefined {
    const { log } = this.#options;
    const cause = reportOf(failure);
    if (cause.code === 'vm.resume-failed') {
      log.warn({ code: cause.code, cause }, 'the suspended guest is given up and boots anew');
      discardSnapshot(disk);
      return means;
    }
    const lesser = lesserMeans(means, failure);
    // What is suspended on one processor does not go on on another: better to wait until that is there again.
    if (!lesser || (lesser.accelerator !== means.accelerator && isSuspended(disk))) return undefined;
    log.warn({ means: lesser, cause }, 'the guest is started with less');
    return lesser;
  }

  async #bestMeans(
    spec: VmSpec,
    { qemu, version }: QemuPrograms,
    signal?: AbortSignal,
  ): Promise<LaunchMeans> {
    const { cache, log } = this.#options;
    const waiting = signal ? { signal } : {};
    const devices = await connectDevices(this.#options.devices ?? []);
    const [accelerator, drivers] = await Promise.all([
      findAccelerator({ qemu, qemuVersion: version, cacheFolder: cache, log, ...waiting }),
      spec.sound ? playableDrivers(qemu, signal) : undefined,
    ]);
    const sound = drivers && findHostSound({ drivers, env: process.env });
    if (sound) log.info({ sound }, 'where the guest plays its sound');
    return { accelerator, sound, devices };
  }

  async #launch(
    spec: VmSpec,
    programs: QemuPrograms,
    means: LaunchMeans,
    signal?: AbortSignal,
  ): Promise<VmInstance> {
    const { runtimeFolder, disk } = spec;
    const { guest } = this.#options;
    const handover = join(runtimeFolder, 'handover.tar');
    const { boot, baseHash } = bootOf(guest, disk, handover);
    openLaunchFolder(runtimeFolder);
    const log = this.#options.log.child({ workspace: spec.workspaceId });
    let child: OwnedChild | undefined;
    let network: HostNetwork | undefined;
    try {
      network = await openHostNetwork(
        spec.network ?? { kind: 'none' },
        { ...programs, ...{ runtimeFolder, log, workspaceId: spec.workspaceId } },
        signal,
      );
      const files = guest.kind === 'builtin' ? handoverFiles(spec) : [];
      if (files.length > 0) writeFileSync(handover, ustar(files), { mode: 0o600 });
      const machine: QemuMachine = {
        ...{ workspaceId: spec.workspaceId, memoryMiB: spec.memoryMiB, disk },
        ...{ ...means, seccomp: programs.seccomp, screenSocket: screenSocketIn(runtimeFolder) },
        ...{ network: network.network },
        ...boot,
      };
      const key = snapshotKey({
        ...{ qemuVersion: programs.version, machine, baseHash, handover: files },
        processor: cpus()[0]?.model ?? '',
      });
      const otherDisks = attachedDisks(means.devices);
      const memory = await guestMemory(
        { disk, otherDisks, key, sizeBytes: spec.memoryMiB * 2 ** 20, log },
        signal,
      );
      child = await startChild({
        command: programs.qemu,
        args: qemuArguments({ ...machine, memoryFile: memory.file, incoming: memory.state !== undefined }),
        env: { ...childEnvironment(), ...soundEnvironment(means.sound, process.env) },
        channel: true,
      });
      recordProcesses(runtimeFolder, [child.pid, ...network.processIds].map(knownProcess));
      const parts = { spec, otherDisks, child, memory, network, key, log };
      const instance = await controlledGuest(parts, signal);
      // QEMU holds the archive open by now: the secret need not stay on the disk any longer.
      rmSync(handover, { force: true });
      return instance;
    } catch (thrown) {
      await network?.close();
      const failure = await failedStart(thrown, { child, runtimeFolder, signal, explain: startError });
      if (!isSuspended(disk)) discardSnapshot(disk);
      throw failure;
    }
  }
}
