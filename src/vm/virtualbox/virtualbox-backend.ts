import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { capabilities } from '../capabilities.ts';
import type { GuestMachine } from '../guest-machine.ts';
import { alreadyRunning, emptyFolder, openLaunchFolder, reclaimLaunchFolder } from '../launch-folder.ts';
import { baseMissing } from '../qemu/overlay.ts';
import { discardSnapshot, isSuspended, markUsed } from '../qemu/snapshot.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm-backend.ts';
import {
  forgetLaunch,
  type RecordedMachine,
  recordedLaunch,
  recordLaunch,
  recordSuspended,
  suspendedMachine,
} from './launch-record.ts';
import { endLeftMachine } from './left-machine.ts';
import { creationCalls, forwardCalls, settingsFile, type VirtualBoxMachine } from './machine-arguments.ts';
import { endMachine } from './machine-end.ts';
import { runningMachine } from './running-machine.ts';
import { keepSavedState, machineFolder } from './saved-state.ts';
import { findVBoxManage, type VBoxManage } from './vboxmanage.ts';
import { makeVirtualBoxDisk } from './virtualbox-disk.ts';

/** From the command to a machine that runs; restoring a state reads all of the guest's memory. */
const startTimeoutMs = 60_000;

export interface VirtualBoxOptions {
  /** The read-only qcow2 image, named by its content. */
  readonly base: string;
  readonly machine: GuestMachine;
  readonly log: Log;
}

const notRevertible = new XPaneError(
  'vm.not-revertible',
  'In VirtualBox what a guest changes cannot be thrown away at its end.',
  'Set "revertible" to off, or "backend" to qemu.',
);

const noInstallation = new XPaneError(
  'vm.not-installable',
  'In VirtualBox XPane does not install Windows from its CD.',
  'Set "backend" to qemu while Windows is installed.',
);

/**
 * A user's own image in VirtualBox. VirtualBox knows the machine only while it runs: it is registered at each start and
 * forgotten at its end. What goes on later lies beside the disk, so that whoever throws that away throws all away.
 */
export class VirtualBoxBackend implements VmBackend {
  readonly kind = 'virtualbox';
  readonly capabilities = capabilities.virtualbox;
  readonly #options: VirtualBoxOptions;

  constructor(options: VirtualBoxOptions) {
    this.#options = options;
  }

  async obstacle(signal?: AbortSignal) {
    try {
      await findVBoxManage(signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      return reportOf(thrown);
    }
    return existsSync(this.#options.base) ? undefined : baseMissing;
  }

  async prepareDisk(disk: string, signal?: AbortSignal): Promise<void> {
    await makeVirtualBoxDisk(this.#options.base, disk, signal);
  }

  async reclaim(runtimeFolder: string, disk: string): Promise<void> {
    await endLeftMachine(disk, this.#options.log);
    await reclaimLaunchFolder(runtimeFolder);
  }

  async start(spec: VmSpec, signal?: AbortSignal): Promise<VmInstance> {
    // Before anything of a machine that runs is touched.
    if (recordedLaunch(spec.disk)) throw alreadyRunning();
    if (spec.revertible) throw notRevertible;
    if (spec.installation) throw noInstallation;
    await this.prepareDisk(spec.disk, signal);
    const manage = await findVBoxManage(signal);
    const key = this.#keyOf(spec, manage);
    const folder = machineFolder(spec.disk);
    const suspended = suspendedMachine(spec.disk, key, (name) => settingsFile({ folder, name }));
    if (suspended) {
      const vm = await this.#resume(spec, manage, suspended, signal);
      if (vm) return vm;
    } else if (isSuspended(spec.disk)) {
      this.#options.log.warn({ code: 'vm.snapshot-other-machine' }, 'the suspended guest cannot go on');
    }
    discardSnapshot(spec.disk);
    const uuid = randomUUID();
    const name = `xpane-${spec.workspaceId}-${uuid.slice(0, 8)}`;
    return this.#launch(spec, manage, { key, uuid, name, resumes: false }, signal);
  }

  /** Undefined when the saved state is no good: then the guest boots anew. A failure of the host's leaves it saved. */
  async #resume(
    spec: VmSpec,
    manage: VBoxManage,
    suspended: RecordedMachine,
    signal?: AbortSignal,
  ): Promise<VmInstance | undefined> {
    try {
      return await this.#launch(spec, manage, { ...suspended, resumes: true }, signal);
    } catch (thrown) {
      if (isSuspended(spec.disk)) throw thrown;
      const cause = reportOf(thrown);
      this.#options.log.warn({ code: cause.code, cause }, 'the suspended guest is given up and boots anew');
      return undefined;
    }
  }

  async #launch(
    spec: VmSpec,
    manage: VBoxManage,
    launch: RecordedMachine & { readonly resumes: boolean },
    signal?: AbortSignal,
  ): Promise<VmInstance> {
    const { disk, runtimeFolder } = spec;
    const { key, uuid, name, resumes } = launch;
    openLaunchFolder(runtimeFolder);
    const machine = this.#machine(spec, { uuid, name, port: await freePort() });
    privateFolder(machine.folder);
    recordLaunch(disk, { uuid, name, key });
    try {
      const register = resumes
        ? [['registervm', settingsFile(machine)]]
        : creationCalls(machine, manage.version);
      for (const call of register) await manage.run(call, { signal });
      // From here on the guest may write to its disk.
      if (resumes) markUsed(disk);
      await manage.run(['startvm', uuid, '--type=headless'], { signal, timeoutMs: startTimeoutMs });
      if (resumes) for (const call of forwardCalls(machine)) await manage.run(call, { signal });
    } catch (thrown) {
      if (resumes && (await isStillSaved(manage, uuid))) recordSuspended(disk, { uuid, name, key });
      await this.#clearAway(manage, spec, uuid);
      throw thrown;
    }
    const log = this.#options.log.child({ workspace: spec.workspaceId });
    log.info({ uuid, port: machine.port, resumed: resumes }, 'machine of VirtualBox started');
    return runningMachine({
      ...{ manage, uuid, port: machine.port, resumed: resumes, log },
      keep: () => keepSavedState(disk, { uuid, name, key }),
      ended: (saved) => {
        // One that could not be ended may have been ended for the next start, and another have taken its place.
        if (recordedLaunch(disk)?.uuid !== uuid) return;
        if (!saved) discardSnapshot(disk);
        forgetLaunch(disk, uuid);
        emptyFolder(runtimeFolder);
      },
    });
  }

  async #clearAway(manage: VBoxManage, { disk, runtimeFolder }: VmSpec, uuid: string): Promise<void> {
    await endMachine(manage, uuid);
    if (!isSuspended(disk)) discardSnapshot(disk);
    forgetLaunch(disk, uuid);
    await reclaimLaunchFolder(runtimeFolder);
  }

  #machine(
    { disk, setUpDisk, memoryMiB }: VmSpec,
    own: Pick<VirtualBoxMachine, 'uuid' | 'name' | 'port'>,
  ): VirtualBoxMachine {
    const { machine: hardware } = this.#options;
    return { ...own, folder: machineFolder(disk), disk, setUpDisk, memoryMiB, hardware };
  }

  /** What a saved state takes for granted. */
  #keyOf(spec: VmSpec, { version }: VBoxManage): string {
    const same = this.#machine(asTheGuestSeesIt(spec), { uuid: '', name: '', port: 0 });
    const content = [version.text, basename(this.#options.base), creationCalls(same, version)];
    return createHash('sha256').update(JSON.stringify(content)).digest('hex');
  }
}

function asTheGuestSeesIt(spec: VmSpec): VmSpec {
  return { ...spec, disk: '/disk', setUpDisk: spec.setUpDisk && '/set-up.iso' };
}

/** After a start that failed: the guest has not run on. */
async function isStillSaved(manage: VBoxManage, uuid: string): Promise<boolean> {
  const info = await manage.info(uuid).catch(() => undefined);
  return info?.phase === 'saved';
}

/**
 * VirtualBox cannot choose a port itself and say which: it is chosen here and free again when VirtualBox takes it. Who
 * takes it in between does not know the secret, and the start fails.
 */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
