import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Params, Result } from '../launcher/api/methods.ts';
import type { WorkspaceDetails } from '../launcher/api/workspace-methods.ts';
import { type ErrorReport, XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';
import { formatOfName, type ImageFormat, imageFormats } from '../vm/images/image-formats.ts';
import { inspectImage } from '../vm/images/image-source.ts';
import { requireQemuImg } from '../vm/images/qemu-img.ts';
import { compactDisk, copyShared, exportDisk, type Overlay } from '../vm/images/workspace-disk.ts';
import { makeOverlay } from '../vm/qemu/overlay.ts';
import { builtInDefinition, type Definition, withSettings } from '../workspace/definition.ts';
import { machineSchema } from '../workspace/machine-settings.ts';
import type { SettingsStore } from '../workspace/settings-store.ts';
import type { AskedShare, Share } from '../workspace/shares.ts';
import { workspaceFiles } from '../workspace/workspace.ts';
import { ChangeSignal } from './change-signal.ts';
import { definitionWithDevice, definitionWithoutDevice } from './device-care.ts';
import { beginSetUp } from './first-time/begin-set-up.ts';
import { notesOn } from './import-notes.ts';
import type { LiveWorkspace } from './live-workspace.ts';
import { definitionWithoutShare, definitionWithShare, ownFolders } from './shares/share-care.ts';
import { installWindows } from './windows-installation.ts';
import { type WorkHandle, WorkList } from './work-list.ts';
import { workspaceDetails } from './workspace-details.ts';
import type { WorkspaceShelf } from './workspace-shelf.ts';

export interface CareParts {
  readonly shelf: WorkspaceShelf;
  readonly settings: SettingsStore;
  /** The image of the built-in guest below an overlay. Throws `vm.base-missing`. */
  readonly builtInBase: (disk: string) => string;
  /** Why guests in QEMU are slow on this computer, if they are. */
  readonly whySlow?: () => Promise<ErrorReport | undefined>;
}

/** What an imported Windows XP gets, unless it is told otherwise: memory by the host's, whatever the general setting. */
const imageSettings = { memoryMiB: 'auto' } as const;

/** The use cases of making, changing and removing workspaces. */
export class WorkspaceCare {
  readonly changes = new ChangeSignal();
  readonly #parts: CareParts;
  readonly #work = new WorkList();

  constructor(parts: CareParts) {
    this.#parts = parts;
    this.#work.changes.listen(() => this.changes.emit());
  }

  get work() {
    return this.#work.all;
  }

  get broken() {
    return this.#parts.shelf.broken;
  }

  cancel(work: string): void {
    this.#work.cancel(work);
  }

  /** The service ends: nothing is at work any more when this resolves. */
  async end(): Promise<void> {
    await this.#work.cancelAll();
  }

  async create({ name, base, settings = {} }: Params<'createWorkspace'>): Promise<Result<'createWorkspace'>> {
    const { shelf } = this.#parts;
    return this.#reserved(name, (identity) =>
      shelf.withNewBase(async () => {
        const guest = base === undefined ? builtInDefinition.guest : this.#guestOn(base);
        const own = guest.kind === 'image' ? imageSettings : {};
        const plain: Definition = { version: 1, ...identity, guest, settings: own };
        await shelf.add(withSettings(plain, settings), async (folder) => {
          if (guest.kind === 'image') await beginSetUp(folder);
        });
        return identity;
      }),
    );
  }

  async importImage(params: Params<'importImage'>, signal: AbortSignal): Promise<Result<'importImage'>> {
    const { file, settings = {} } = params;
    const format = checkedFormat(params.format);
    const text = `Importing ${displayText(basename(file), 60)}`;
    const untrustedName = params.name ?? displayText(basename(file, extname(file)), 64);
    return this.#reserved(untrustedName, async (identity) => {
      // What is wrong with the settings is said before a large disk is copied.
      const defined = (base: string): Definition => {
        const guest = { kind: 'image', base, machine: machineSchema.parse({}) } as const;
        const plain = { version: 1, ...identity, guest, settings: imageSettings } as const;
        return withSettings(plain, settings);
      };
      defined('0'.repeat(64));
      return this.#work.run({ id: params.work, text, signal }, (handle) =>
        this.#parts.shelf.withNewBase(() => this.#import(file, format, defined, params.setUp, handle)),
      );
    });
  }

  async installWindows(
    params: Params<'installWindows'>,
    signal: AbortSignal,
  ): Promise<Result<'installWindows'>> {
    return installWindows(this.#parts.shelf, params, signal);
  }

  async show({ workspace }: Params<'showWorkspace'>): Promise<Result<'showWorkspace'>> {
    const { shelf, settings, whySlow } = this.#parts;
    const live = shelf.live.find(workspace);
    const slow = live.workspace.backend === 'qemu' ? await whySlow?.() : undefined;
    return { ...(await workspaceDetails(shelf, settings, live)), ...(slow ? { slow } : {}) };
  }

  async rename({ workspace, name }: Params<'renameWorkspace'>): Promise<Result<'renameWorkspace'>> {
    const { shelf } = this.#parts;
    const live = shelf.live.find(workspace);
    return this.#held(live, 'is being renamed', async () => {
      const reservation = shelf.reserve(name, live);
      try {
        await shelf.change(live, { ...shelf.definitionOf(live), name: reservation.name });
        return { id: live.id, name: reservation.name };
      } finally {
        reservation.release();
      }
    });
  }

  async set({ workspace, settings = {} }: Params<'setWorkspace'>): Promise<Result<'setWorkspace'>> {
    return this.#changed(workspace, (definition) => withSettings(definition, settings));
  }

  async addDevice({ workspace, ...asked }: Params<'addDevice'>): Promise<Result<'addDevice'>> {
    const { settings } = this.#parts;
    return this.#changed(workspace, (definition, live) =>
      definitionWithDevice({ definition, workspace: live.workspace }, asked, settings),
    );
  }

  async removeDevice({ workspace, name }: Params<'removeDevice'>): Promise<Result<'removeDevice'>> {
    return this.#changed(workspace, (definition) => definitionWithoutDevice(definition, name));
  }

  /** Throws as `definitionWithShare`, `workspace.running`, `workspace.busy`. */
  async addShare(live: LiveWorkspace, asked: AskedShare): Promise<void> {
    const { settings, shelf } = this.#parts;
    const own = [shelf.dataFolder, ...ownFolders()];
    await this.#changed(live.id, (definition) =>
      definitionWithShare(definition, asked, settings.read(definition.settings).shareFolders, own),
    );
  }

  /** Throws `share.unknown`, `workspace.running`, `workspace.busy`. */
  async removeShare(live: LiveWorkspace, asked: string): Promise<void> {
    await this.#changed(live.id, (definition) => definitionWithoutShare(definition, asked));
  }

  sharesOf(live: LiveWorkspace): readonly Share[] {
    return this.#parts.shelf.definitionOf(live).shares ?? [];
  }

  async clone(params: Params<'cloneWorkspace'>, signal: AbortSignal): Promise<Result<'cloneWorkspace'>> {
    const { shelf } = this.#parts;
    const live = shelf.live.find(params.workspace);
    requireOwnDisk(live);
    return this.#reserved(params.name, (identity) =>
      this.#held(live, 'is being copied', () =>
        this.#work.run({ id: params.work, text: `Copying ${live.name}`, signal }, async (handle) => {
          const definition = { ...shelf.definitionOf(live), ...identity };
          await shelf.withNewBase(() =>
            shelf.add(definition, (folder) => this.#copyInto(folder, live, definition, handle)),
          );
          return identity;
        }),
      ),
    );
  }

  async export(params: Params<'exportWorkspace'>, signal: AbortSignal): Promise<Result<'exportWorkspace'>> {
    const { shelf } = this.#parts;
    const live = shelf.live.find(params.workspace);
    const { file } = params;
    const format = checkedFormat(params.format) ?? formatOfName(file);
    if (format === undefined) throw unknownTarget(file);
    if (!live.workspace.image) throw noImage(live.name);
    requireOwnDisk(live);
    return this.#held(live, 'is being exported', () =>
      this.#work.run({ id: params.work, text: `Exporting ${live.name}`, signal }, async (handle) => {
        const overlay = await this.#overlay(live, handle.signal);
        await exportDisk(overlay, { file, format }, { unfinished: shelf.unfinished, ...handle });
        return { file, format, sizeBytes: (await stat(file)).size };
      }),
    );
  }

  async reset({ workspace, force }: Params<'resetWorkspace'>): Promise<Result<'resetWorkspace'>> {
    const { shelf } = this.#parts;
    const live = shelf.live.find(workspace);
    return this.#emptied(live, 'is being reset', force, () => shelf.empty(live));
  }

  async compact(
    params: Params<'compactWorkspace'>,
    signal: AbortSignal,
  ): Promise<Result<'compactWorkspace'>> {
    const { shelf } = this.#parts;
    const live = shelf.live.find(params.workspace);
    requireOwnDisk(live);
    if (live.workspace.backend !== 'qemu') throw noImage(live.name);
    return this.#held(live, 'is being compacted', () =>
      this.#work.run({ id: params.work, text: `Compacting ${live.name}`, signal }, async (handle) => {
        const { disk } = workspaceFiles(shelf.dataFolder, live.id, 'qemu');
        if (!existsSync(disk)) return { beforeBytes: 0, afterBytes: 0 };
        const overlay = await this.#overlay(live, handle.signal);
        return compactDisk(overlay, { unfinished: shelf.unfinished, ...handle });
      }),
    );
  }

  async remove({ workspace, force }: Params<'removeWorkspace'>): Promise<Result<'removeWorkspace'>> {
    const { shelf } = this.#parts;
    const live = shelf.live.find(workspace);
    if (live.id === builtInDefinition.id) throw builtInStays();
    return this.#emptied(live, 'is being removed', force, () => shelf.remove(live));
  }

  async #import(
    file: string,
    format: ImageFormat | undefined,
    defined: (base: string) => Definition,
    setUp: Params<'importImage'>['setUp'],
    { signal, onFraction }: WorkHandle,
  ): Promise<Result<'importImage'>> {
    const { shelf } = this.#parts;
    const source = await inspectImage(file, { format, signal });
    const { hash, shared } = await shelf.bases.add(source, { signal, onFraction });
    const { id, name } = await shelf.add(defined(hash), async (folder) => {
      if (setUp !== 'none') await beginSetUp(folder, setUp);
      signal.throwIfAborted();
    });
    return { id, name, base: hash, shared, notes: await notesOn(source, shelf.dataFolder, shared) };
  }

  /** The clone of an image keeps the secret, which its guest knows; the built-in guest is told a new one at its start. */
  async #copyInto(
    folder: string,
    live: LiveWorkspace,
    { guest }: Definition,
    handle: WorkHandle,
  ): Promise<void> {
    const { shelf } = this.#parts;
    const files = (['qemu', 'sandbox'] as const).map((backend) =>
      workspaceFiles(shelf.dataFolder, live.id, backend),
    );
    const disks = files.map(({ disk }) => disk);
    const others = files.flatMap(({ secret, setUpState, catalogue, icons }) =>
      guest.kind === 'image' ? [secret, setUpState, catalogue, icons] : [catalogue, icons],
    );
    for (const file of new Set([...disks, ...others])) {
      const work = disks.includes(file) ? handle : { signal: handle.signal };
      if (existsSync(file)) await copyShared(file, join(folder, basename(file)), work);
    }
  }

  /** A workspace that has not started yet, or was reset, has no overlay until somebody needs one. */
  async #overlay(live: LiveWorkspace, signal: AbortSignal): Promise<Overlay> {
    const { shelf, builtInBase } = this.#parts;
    const { disk } = workspaceFiles(shelf.dataFolder, live.id, 'qemu');
    const { image } = live.workspace;
    if (!image) return { disk, base: builtInBase(disk) };
    const base = shelf.bases.pathOf(image.base);
    await makeOverlay(requireQemuImg(), base, disk, signal);
    return { disk, base };
  }

  /** Throws `workspace.unknown-base`. */
  #guestOn(start: string): Definition['guest'] {
    const [base, ...others] = /^[0-9a-f]{8,64}$/.test(start) ? this.#parts.shelf.bases.find(start) : [];
    if (base === undefined || others.length > 0) throw unknownBase(start);
    return { kind: 'image', base, machine: machineSchema.parse({}) };
  }

  async #reserved<T>(
    untrustedName: string,
    work: (identity: { readonly id: string; readonly name: string }) => Promise<T>,
  ): Promise<T> {
    const { id, name, release } = this.#parts.shelf.reserve(untrustedName);
    try {
      return await work({ id, name });
    } finally {
      release();
    }
  }

  async #changed(
    workspace: string,
    change: (definition: Definition, live: LiveWorkspace) => Definition,
  ): Promise<WorkspaceDetails> {
    const { shelf } = this.#parts;
    const live = shelf.live.find(workspace);
    return this.#held(live, 'is being changed', async () => {
      const { settings } = this.#parts;
      await shelf.change(live, change(shelf.definitionOf(live), live));
      return workspaceDetails(shelf, settings, shelf.live.find(live.id));
    });
  }

  /** A suspended guest goes with its disk; what came of opened files does not, nor what may be there only without force. */
  async #emptied(
    live: LiveWorkspace,
    what: string,
    force: boolean | undefined,
    work: () => Promise<void>,
  ): Promise<Record<string, never>> {
    const lookAtFiles = async () => {
      await live.files.beforeDiskGoes({ force: force === true });
      await live.shares?.beforeDiskGoes({ force: force === true });
      await live.printing?.beforeDiskGoes({ force: force === true });
    };
    // A suspended guest is gone once its disk is held.
    if (live.session.phase.name === 'suspended') await lookAtFiles();
    const release = await live.holdDisk(what, { away: true });
    try {
      await lookAtFiles();
      await work();
      return {};
    } finally {
      release();
    }
  }

  async #held<T>(live: LiveWorkspace, what: string, work: () => Promise<T>): Promise<T> {
    const release = await live.holdDisk(what);
    try {
      return await work();
    } finally {
      release();
    }
  }
}

function checkedFormat(untrusted: string | undefined): ImageFormat | undefined {
  const known = imageFormats.find((format) => format === untrusted);
  if (known !== undefined || untrusted === undefined) return known;
  throw new XPaneError(
    'image.unknown-target',
    `There is no format "${displayText(untrusted, 20)}".`,
    `Use one of: ${imageFormats.join(', ')}.`,
  );
}

function unknownTarget(file: string): XPaneError {
  return new XPaneError(
    'image.unknown-target',
    `Which format ${displayText(file, 200)} is to have cannot be told from its name.`,
    `End it in .qcow2, .vhd, .vhdx, .vmdk, .vdi or .img, or use --format.`,
  );
}

function unknownBase(start: string): XPaneError {
  return new XPaneError(
    'workspace.unknown-base',
    `There is no one image whose hash begins with "${displayText(start, 64)}".`,
    '"xpane workspace show" names the image of a workspace; give 8 digits of it at least.',
  );
}

/** A disk of VirtualBox is all of an image, and known to VirtualBox by an id of its own. */
function requireOwnDisk({ name, workspace }: LiveWorkspace): void {
  if (workspace.backend !== 'virtualbox') return;
  throw new XPaneError(
    'workspace.virtualbox-disk',
    `The disk of ${name} is VirtualBox’s: XPane neither copies nor exports it.`,
    'Do that in VirtualBox, with the file disk.vdi of the folder that "xpane workspace show" names.',
  );
}

function noImage(name: string): XPaneError {
  return new XPaneError(
    'workspace.no-image',
    `${name} has no disk image that could be used by itself.`,
    'That is for workspaces of imported images; a sandbox keeps plain files.',
  );
}

function builtInStays(): XPaneError {
  return new XPaneError(
    'workspace.built-in',
    'The built-in workspace is always there.',
    'Free its space by "xpane workspace reset builtin".',
  );
}
