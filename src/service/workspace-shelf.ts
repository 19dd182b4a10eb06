import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { discardInstallationFloppy } from '../guest-setup/installation/installation-floppy.ts';
import { removeHalfWritten } from '../shared/atomic-file.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder } from '../shared/paths.ts';
import { BaseStore } from '../vm/images/base-store.ts';
import { toMedium } from '../vm/images/image-copy.ts';
import { writeError } from '../vm/images/image-error.ts';
import { UnfinishedWork } from '../vm/images/unfinished-work.ts';
import { builtInDefinition, checkedName, type Definition, idFor } from '../workspace/definition.ts';
import { type BrokenWorkspace, readDefinitions, writeDefinition } from '../workspace/definition-store.ts';
import { dataFolders, definitionName, workspaceFiles } from '../workspace/workspace.ts';
import type { LiveWorkspace } from './live-workspace.ts';
import { LiveWorkspaces } from './live-workspaces.ts';

export interface ShelfParts {
  /** XPanePaths.data. */
  readonly dataFolder: string;
  readonly log: Log;
  readonly open: (definition: Definition) => Promise<LiveWorkspace>;
}

/** A name that nobody else can take, and the id that goes with it. */
export interface Reservation {
  readonly id: string;
  readonly name: string;
  release(): void;
}

/** Files that stay when a workspace begins anew: all else came from its guest. */
const lasting = /^(workspace\.json|companions\.json|secret|set-up(-\w+)?\.json|start-\w+\.json)$/;

/**
 * The workspaces on disk and those of the running service, kept the same: the only writer of their folders. A folder
 * is made under another name and moved to its place whole, and removed the same way.
 */
export class WorkspaceShelf {
  readonly live = new LiveWorkspaces();
  readonly bases: BaseStore;
  readonly unfinished: UnfinishedWork;
  readonly dataFolder: string;
  readonly #parts: ShelfParts;
  readonly #definitions = new Map<string, Definition>();
  readonly #reserved = new Map<string, string>();
  #broken: BrokenWorkspace[] = [];
  /** Pieces of work that will need a base which no definition names yet. */
  #newBases = 0;

  /** Removes what an earlier service left half made, and opens every workspace. */
  static async open(parts: ShelfParts): Promise<WorkspaceShelf> {
    const shelf = new WorkspaceShelf(parts);
    shelf.unfinished.cleanUp(parts.log);
    const { sound, broken } = readDefinitions(parts.dataFolder);
    shelf.#broken = [...broken];
    for (const definition of sound) {
      try {
        const folder = shelf.folderOf(definition.id);
        if (existsSync(folder)) removeHalfWritten(folder);
        shelf.live.add(await parts.open(definition));
        shelf.#definitions.set(definition.id, definition);
      } catch (error) {
        shelf.#broken.push({ id: definition.id, failure: reportOf(error) });
      }
    }
    for (const { id, failure } of shelf.#broken) {
      parts.log.error({ workspace: id, failure }, 'a workspace is broken');
    }
    shelf.tidyBases();
    return shelf;
  }

  private constructor(parts: ShelfParts) {
    this.#parts = parts;
    this.dataFolder = parts.dataFolder;
    const { images, unfinished } = dataFolders(parts.dataFolder);
    privateFolder(parts.dataFolder);
    this.unfinished = new UnfinishedWork(unfinished);
    this.bases = new BaseStore(images, this.unfinished);
  }

  /** Goes on with set-ups that were interrupted: to be called once these workspaces are those that a start counts. */
  async resumeSetUps(): Promise<void> {
    await Promise.all(this.live.all.map((live) => this.#resumeSetUp(live)));
  }

  get broken(): readonly BrokenWorkspace[] {
    return this.#broken;
  }

  get definitions(): readonly Definition[] {
    return [...this.#definitions.values()];
  }

  definitionOf({ id }: LiveWorkspace): Definition {
    const definition = this.#definitions.get(id);
    if (!definition) throw new Error(`${id} has no definition`);
    return definition;
  }

  folderOf(id: string): string {
    return workspaceFiles(this.dataFolder, id, 'qemu').folder;
  }

  /** Throws `workspace.bad-name`, `workspace.name-taken`. */
  reserve(untrustedName: string, except?: LiveWorkspace): Reservation {
    const name = checkedName(untrustedName);
    const others = this.definitions.filter(({ id }) => id !== except?.id);
    // Commands take either for a workspace, so no name of one is an id of another.
    const taken = new Set(
      [...others.flatMap((each) => [each.id, each.name]), ...[...this.#reserved].flat()].map(keyOf),
    );
    if (taken.has(keyOf(name))) throw nameTaken(name);
    const folders = readdirSync(dataFolders(this.dataFolder).workspaces);
    const id = idFor(name, new Set([...taken, ...folders, builtInDefinition.id]));
    this.#reserved.set(id, name);
    return { id, name, release: () => void this.#reserved.delete(id) };
  }

  /** Bases that nobody uses stay while `work` goes on: it is about to use one. */
  async withNewBase<T>(work: () => Promise<T>): Promise<T> {
    this.#newBases += 1;
    try {
      return await work();
    } finally {
      this.#newBases -= 1;
      this.tidyBases();
    }
  }

  /** Puts a workspace there whose folder `fill` completes. Nothing is left of it when that fails. */
  async add(definition: Definition, fill: (folder: string) => Promise<void>): Promise<LiveWorkspace> {
    const folder = this.folderOf(definition.id);
    await this.unfinished.run(folder, async (partial) => {
      await mkdir(partial, { mode: 0o700 });
      await writeDefinition(partial, definition);
      await fill(partial);
      await rename(partial, folder);
      await toMedium(dataFolders(this.dataFolder).workspaces);
    });
    try {
      const live = await this.#parts.open(definition);
      this.#definitions.set(definition.id, definition);
      this.live.add(live);
      await this.#resumeSetUp(live);
      return live;
    } catch (thrown) {
      await this.#discard(folder);
      throw writeError(folder, thrown);
    }
  }

  /** Gives a workspace that is held another definition. */
  async change(live: LiveWorkspace, definition: Definition): Promise<void> {
    const folder = this.folderOf(live.id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await writeDefinition(folder, definition).catch((thrown: unknown) => {
      throw writeError(folder, thrown);
    });
    this.#definitions.set(definition.id, definition);
    await this.#reopen(live, definition);
  }

  /** Takes away all that the guest of a held workspace has written. */
  async empty(live: LiveWorkspace): Promise<void> {
    const folder = this.folderOf(live.id);
    const { disk, setUpFloppy } = workspaceFiles(this.dataFolder, live.id, live.workspace.backend);
    await discardInstallationFloppy(setUpFloppy);
    const names = (await readdir(folder)).filter((name) => !lasting.test(name));
    // A memory without its disk is nothing; a disk without its memory is as after a power cut. So the disk goes last.
    names.sort((a, b) => Number(join(folder, a) === disk) - Number(join(folder, b) === disk));
    const whole = this.unfinished.run(join(folder, 'discarded'), async (partial) => {
      await mkdir(partial, { mode: 0o700 });
      for (const name of names) await rename(join(folder, name), join(partial, name));
      await toMedium(folder);
    });
    await whole.catch((thrown: unknown) => removePiecewise(folder, names, thrown));
    await this.#reopen(live, this.definitionOf(live));
  }

  /** Removes a held workspace with its disk, and its base if it was the last to lie on it. */
  async remove(live: LiveWorkspace): Promise<void> {
    const folder = this.folderOf(live.id);
    await discardInstallationFloppy(workspaceFiles(this.dataFolder, live.id, 'qemu').setUpFloppy);
    this.live.remove(live);
    live.close();
    this.#definitions.delete(live.id);
    await this.#discard(folder);
    this.tidyBases();
  }

  /** Removes the bases that no workspace lies on; none while it is not known what a broken one lies on. */
  tidyBases(): void {
    if (this.#newBases > 0 || this.#broken.length > 0) return;
    const used = this.definitions.flatMap(({ guest }) => (guest.kind === 'image' ? [guest.base] : []));
    const removed = this.bases.removeUnused(new Set(used));
    if (removed.length > 0) this.#parts.log.info({ removed }, 'base images that nobody uses are removed');
  }

  async #discard(folder: string): Promise<void> {
    const whole = this.unfinished.run(folder, async (partial) => {
      await rename(folder, partial);
      await toMedium(dataFolders(this.dataFolder).workspaces);
    });
    await whole.catch(async (thrown: unknown) => {
      // As long as it is defined it can be removed once more.
      const names = existsSync(folder) ? await readdir(folder) : [];
      names.sort((a, b) => Number(a === definitionName) - Number(b === definitionName));
      await removePiecewise(folder, names, thrown);
      await rm(folder, { recursive: true, force: true });
    });
  }

  async #reopen(live: LiveWorkspace, definition: Definition): Promise<void> {
    const changed = await this.#parts.open(definition);
    this.live.replace(live, changed);
    live.close();
    await this.#resumeSetUp(changed);
  }

  async #resumeSetUp({ id, setUp }: LiveWorkspace): Promise<void> {
    await setUp?.resume().catch((error: unknown) => {
      this.#parts.log.error({ workspace: id, error: reportOf(error) }, 'set-up does not go on');
    });
  }
}

/**
 * A disk that is full has no room for a note of what is to be removed as a whole, and must not keep anybody from removing
 * it: then the pieces go one after the other. When that is cut off it can be asked for once more. Throws any other error.
 */
async function removePiecewise(folder: string, names: readonly string[], thrown: unknown): Promise<void> {
  if (reportOf(thrown).code !== 'image.disk-full') throw thrown;
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
}

/** Names that differ in nothing but capitals are the same to people. */
function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function nameTaken(name: string): XPaneError {
  return new XPaneError(
    'workspace.name-taken',
    `There is a workspace called "${name}" already.`,
    'Choose another name; "xpane workspace list" shows those there are.',
  );
}
