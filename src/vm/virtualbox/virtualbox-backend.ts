import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename } from 'node:path';
import { runChild } from '../../shared/child-process.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { capabilities } from '../capabilities.ts';
import type { GuestMachine } from '../guest-machine.ts';
import { childEnvironment } from '../host-programs.ts';
import { alreadyRunning, openLaunchFolder, reclaimLaunchFolder } from '../launch-folder.ts';
import { baseMissing } from '../qemu/overlay.ts';
import { discardSnapshot, isSuspended, markUsed, snapshotFiles } from '../qemu/snapshot.ts';
import type { VmBackend, VmInstance, VmSpec } from '../vm-backend.ts';
import {
  recordedLaunch,
  recordLaunch,
  recordSuspended,
  type SuspendedMachine,
  suspendedMachine,
} from './launch-record.ts';
import { creationCalls, forwardCalls, settingsFile, type VirtualBoxMachine } from './machine-arguments.ts';
import { endMachine } from './machine-end.ts';
import { runningMachine } from './running-machine.ts';
import { findVBoxManage, type VBoxManage } from './vboxmanage.ts';
import { makeVirtualBoxDisk } from './virtualbox-disk.ts';

/** From the command to a machine that runs; restoring a state reads all of the guest's memory. */
const startTimeoutMs = 60_000;
/** The guest's memory, to a slow disk. */
const syncTimeoutMs = 60_000;

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

  async reclaim(runtimeFolder: string): Promise<void> {
    const left = recordedLaunch(privateFolder(runtimeFolder));
    if (left && (await endMachine(await findVBoxManage(), left.uuid))) {
      this.#options.log.warn(
        { runtimeFolder, ...left },
        'ended a machine of VirtualBox that was left behind',
      );
    }
    await reclaimLaunchFolder(runtimeFolder);
  }

  async start(spec: VmSpec, signal?: AbortSignal): Promise<VmInstance> {
    // Before anything of a machine that runs is touched.
    if (recordedLaunch(spec.runtimeFolder)) throw alreadyRunning();
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
    suspended: SuspendedMachine,
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
    launch: SuspendedMachine & { readonly resumes: boolean },
    signal?: AbortSignal,
  ): Promise<VmInstance> {
    const { disk, runtimeFolder } = spec;
    const { key, uuid, name, resumes } = launch;
    openLaunchFolder(runtimeFolder);
    const machine = this.#machine(spec, { uuid, name, port: await freePort() });
    privateFolder(machine.folder);
    recordLaunch(runtimeFolder, { uuid });
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
      ...{ manage, uuid, port: machine.port, resumed: resumes, runtimeFolder, log },
      keep: async () => {
        await toMedium(machine.folder);
        recordSuspended(disk, { uuid, name, key });
      },
      discard: () => discardSnapshot(disk),
    });
  }

  async #clearAway(manage: VBoxManage, { disk, runtimeFolder }: VmSpec, uuid: string): Promise<void> {
    await endMachine(manage, uuid);
    if (!isSuspended(disk)) discardSnapshot(disk);
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

/** VirtualBox's own files of a machine, its saved state with them: where QEMU has the memory. */
function machineFolder(disk: string): string {
  return snapshotFiles(disk).folder;
}

/** After a start that failed: the guest has not run on. */
async function isStillSaved(manage: VBoxManage, uuid: string): Promise<boolean> {
  const info = await manage.info(uuid).catch(() => undefined);
  return info?.phase === 'saved';
}

/** The whole file system: what VirtualBox wrote lies in files of its own choice. */
async function toMedium(folder: string): Promise<void> {
  const args = ['--file-system', folder];
  await runChild({ command: 'sync', args, env: childEnvironment(), timeoutMs: syncTimeoutMs });
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
