import { dirname } from 'node:path';
import { XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder } from '../shared/paths.ts';
import { findApplication, notFound } from './application-lookup.ts';
import { type CatalogueEntry, readCatalogue, sortApplications, writeCatalogue } from './catalogue-file.ts';
import { existingIcon, type IconPixels, writeIcon } from './icon-file.ts';

/** What the host knows of an application. */
export interface KnownApplication {
  readonly id: string;
  readonly name: string;
  readonly folder: string[];
  /** PNG, absolute path. */
  readonly iconFile?: string;
}

/** What a desktop needs to know of it, too. */
export interface ApplicationDetails extends KnownApplication {
  /** Its program, a path of the guest's; empty if nobody has told it yet. */
  readonly target: string;
  /** Of the files that it opens: plain lower-case characters, without the dot. */
  readonly extensions: readonly string[];
  /** Of `iconFile`: the same id, the same pixels. */
  readonly iconId?: string;
}

/** An application as the guest publishes it, validated and cleaned by the bridge. */
export interface PublishedApplication {
  readonly applicationId: string;
  readonly name: string;
  readonly folder: readonly string[];
  readonly iconId: string | undefined;
  readonly target?: string;
  readonly extensions?: readonly string[];
}

/** The published applications of one workspace: of the running guest, or of the last time it ran. */
export interface Catalogue {
  /** Sorted by folder, then name. */
  readonly applications: readonly KnownApplication[];
  /** The same, in the same order. */
  readonly details: readonly ApplicationDetails[];
  /** False before the guest has ever told what it has. */
  readonly known: boolean;
  /** By id, by name in any case, or by `folder/name`. Throws `application.unknown`, `application.ambiguous`. */
  find(wanted: string): KnownApplication;
  /**
   * Takes over what the guest publishes now. `find` knows it at once; the promise is for icons and file on
   * disk. Calls may overlap: the last one wins. Rejects with the system's error.
   */
  replace(
    published: readonly PublishedApplication[],
    iconOf: (iconId: string) => IconPixels | undefined,
  ): Promise<void>;
}

/** Opens the catalogue in `file`, with icons in `iconFolder`; makes the folders. */
export async function openCatalogue(files: {
  readonly file: string;
  readonly iconFolder: string;
  readonly log: Log;
}): Promise<Catalogue> {
  const { file, iconFolder, log } = files;
  privateFolder(dirname(file));
  privateFolder(iconFolder);
  let entries = await readCatalogue(file, log);
  const iconFiles = new Map<string, string>();
  for (const { iconId } of entries) {
    const path = iconId && (await existingIcon(iconFolder, iconId));
    if (path) iconFiles.set(iconId, path);
  }
  let applications = entries.map(withIcon);
  let known = entries.length > 0;
  let saving: Promise<void> | undefined;

  function withIcon({ id, name, folder, iconId }: CatalogueEntry): KnownApplication {
    const iconFile = iconId && iconFiles.get(iconId);
    return { id, name, folder: [...folder], ...(iconFile ? { iconFile } : {}) };
  }

  async function saveIcons(iconOf: (iconId: string) => IconPixels | undefined): Promise<void> {
    for (const { iconId } of entries) {
      if (!iconId || iconFiles.has(iconId)) continue;
      const icon = iconOf(iconId);
      if (!icon) continue;
      try {
        iconFiles.set(iconId, await writeIcon(iconFolder, iconId, icon));
      } catch (error) {
        // An application without its icon is better than none; a full disk is not the icon's fault.
        if (!(error instanceof XPaneError)) throw error;
        log.warn({ iconId, code: error.code }, error.message);
      }
    }
    applications = entries.map(withIcon);
  }

  return {
    get applications() {
      return applications;
    },
    get details() {
      return entries.map((entry) => ({ ...detailsOf(entry), ...withIcon(entry) }));
    },
    get known() {
      return known;
    },
    find(wanted) {
      const lookup = findApplication(applications, wanted);
      if (lookup.kind !== 'found') throw notFound(lookup, wanted);
      return lookup.application;
    },
    async replace(published, iconOf) {
      const mine = sortApplications(published.map(entryOf));
      entries = mine;
      applications = mine.map(withIcon);
      known = true;
      // One at a time, and only the newest: a guest that publishes in a rush costs two writes, not hundreds.
      while (saving) await saving.catch(() => {});
      if (entries !== mine) return;
      saving = saveIcons(iconOf).then(() => writeCatalogue(file, entries));
      await saving.finally(() => {
        saving = undefined;
      });
    },
  };
}

function detailsOf({ target = '', extensions = [], iconId }: CatalogueEntry) {
  return { target, extensions, ...(iconId ? { iconId } : {}) };
}

function entryOf(published: PublishedApplication): CatalogueEntry {
  const { applicationId, name, folder, iconId, target, extensions = [] } = published;
  // Cleaning may have left nothing of a name.
  return {
    id: applicationId,
    name: name || applicationId,
    folder: folder.filter(Boolean),
    ...(iconId ? { iconId } : {}),
    ...(target ? { target } : {}),
    ...(extensions.length > 0 ? { extensions: [...extensions] } : {}),
  };
}
