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
import { requireInstallable } from '../installable.ts';
import { knownProcess } from '../known-process.ts';
import { openLaunchFolder, reclaimLaunchFolder } from '../launch-folder.ts';
import { recordProcesses } from '../process-record.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm-backend.ts';
import { findAccelerator } from './accelerator.ts';
import { type QemuMachine, qemuArguments } from './arguments.ts';
import { type Beginning, beginning, type LaunchDisk, launchDisk, removeDisk } from './beginning.ts';
import { controlledGuest } from './controlled-guest.ts';
import { attachedDisks } from './device-arguments.ts';
import { GoldenGuests } from './golden.ts';
import { findHostSound, soundEnvironment } from './host-sound.ts';
import { type LaunchMeans, lesserMeans } from './launch-means.ts';
import { type HostNetwork, openHostNetwork } from './network/guest-network.ts';
import { makeOverlay } from './overlay.ts';
import { bootOf, guestMissing, newBoot, newestBase, type QemuGuest } from './qemu-guest.ts';
import { findQemu, playableDrivers, type QemuPrograms } from './qemu-programs.ts';
import { screenSocketIn } from './screen.ts';
import { deafToSessionEnd } from './session-signals.ts';
import { discardSnapshot, isSuspended } from './snapshot.ts';
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
  readonly #goldens: GoldenGuests;

  constructor(options: QemuOptions) {
    this.#options = options;
    this.#goldens = new GoldenGuests(options.cache, options.log);
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
    const place = launchDisk(spec);
    let means = await this.#bestMeans(spec, programs, signal);
    for (;;) {
      try {
        return await this.#launch({ spec, place, programs, means }, signal);
      } catch (thrown) {
        const again = this.#afterFailure(place.disk, means, thrown);
        if (!again) throw thrown;
        means = again;
      }
    }
  }

  /** With what to try again after a failure, if that may help. */
  #afterFailure(disk: string, means: LaunchMeans, failure: unknown): LaunchMeans | undefined {
    const { log } = this.#options;
    const cause = reportOf(failure);
    if (isResumeFailure(failure)) {
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

  async #launch(launch: Launch, signal?: AbortSignal): Promise<VmInstance> {
    const { spec, place, programs, means } = launch;
    const { runtimeFolder } = spec;
    const { disk, lower, fresh } = place;
    const { guest } = this.#options;
    const handover = join(runtimeFolder, 'handover.tar');
    if (spec.installation && guest.kind === 'image') requireInstallable(guest.machine);
    const isNew = fresh && lower === undefined;
    const { boot, baseHash } = isNew ? newBoot(guest, handover) : bootOf(guest, lower ?? disk, handover);
    openLaunchFolder(runtimeFolder);
    const log = this.#options.log.child({ workspace: spec.workspaceId });
    const owned: Owned = {};
    try {
      const network = await openHostNetwork(
        spec.network ?? { kind: 'none' },
        { ...programs, ...{ runtimeFolder, log, workspaceId: spec.workspaceId } },
        signal,
      );
      owned.network = network;
      const machine: QemuMachine = {
        ...{ workspaceId: spec.workspaceId, memoryMiB: spec.memoryMiB, disk, lower },
        ...{ ...means, seccomp: programs.seccomp, screenSocket: screenSocketIn(runtimeFolder) },
        ...{ network: network.network },
        ...boot,
        ...(boot.hardware ? { setUpDisk: spec.setUpDisk, installation: spec.installation } : {}),
      };
      const ground = { qemuVersion: programs.version, machine, baseHash, processor: cpus()[0]?.model ?? '' };
      const files = (secret?: string) => (guest.kind === 'builtin' ? handoverFiles(spec, secret) : []);
      const parts = { spec, place, ground, handover: files(), qemuImg: programs.qemuImg, log };
      const begin = await beginning({ ...parts, goldens: this.#goldens }, signal);
      if (begin.borrowed?.original === false) owned.golden = begin.borrowed.key;
      const handed = files(begin.borrowed?.secret);
      if (handed.length > 0) writeFileSync(handover, ustar(handed), { mode: 0o600 });
      return await this.#run({ ...launch, machine, network, begin, log, owned }, signal);
    } catch (thrown) {
      await owned.network?.close();
      const failure = await failedStart(thrown, {
        child: owned.child,
        runtimeFolder,
        signal,
        explain: startError,
      });
      // Nobody has used what is on a disk that was made just now.
      if (fresh) removeDisk(disk);
      else if (!isSuspended(disk)) discardSnapshot(disk);
      if (owned.golden !== undefined && isResumeFailure(failure)) this.#goldens.remove(owned.golden);
      throw failure;
    }
  }

  async #run(
    run: Launch & {
      readonly machine: QemuMachine;
      readonly network: HostNetwork;
      readonly begin: Beginning;
      readonly log: Log;
      readonly owned: Owned;
    },
    signal?: AbortSignal,
  ): Promise<VmInstance> {
    const { spec, place, programs, means, machine, network, begin, log, owned } = run;
    const { memory, key, borrowed } = begin;
    const { file: memoryFile, copied: memoryCopied, state } = memory;
    const args = qemuArguments({ ...machine, memoryFile, memoryCopied, incoming: state !== undefined });
    const child = await startChild({
      ...(await deafToSessionEnd(programs.qemu, args)),
      env: { ...childEnvironment(), ...soundEnvironment(means.sound, process.env) },
      channel: true,
    });
    owned.child = child;
    recordProcesses(spec.runtimeFolder, [child.pid, ...network.processIds].map(knownProcess));
    const { disk, throwAway } = place;
    const goldens = this.#goldens;
    const ofGuest = { spec: { ...spec, disk }, otherDisks: attachedDisks(means.devices), throwAway };
    const ofLaunch = { child, network, memory, key, borrowed, goldens, log };
    const instance = await controlledGuest({ ...ofGuest, ...ofLaunch }, signal);
    // QEMU holds the archive open by now: the secret need not stay on the disk any longer.
    rmSync(join(spec.runtimeFolder, 'handover.tar'), { force: true });
    return instance;
  }
}

/** What a launch has come to, for whoever catches what it throws. */
interface Owned {
  network?: HostNetwork;
  child?: OwnedChild;
  /** The golden guest that it is a copy of. */
  golden?: string;
}

function isResumeFailure(failure: unknown): boolean {
  return reportOf(failure).code === 'vm.resume-failed';
}

interface Launch {
  readonly spec: VmSpec;
  readonly place: LaunchDisk;
  readonly programs: QemuPrograms;
  readonly means: LaunchMeans;
}
