import { opendir, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import type { FileNotice } from '../redirection/files/notices.ts';
import { reportOf, XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { displayText } from '../shared/text.ts';
import type { CompanionAnswers } from '../workspace/companion-answers.ts';
import {
  type CompanionRule,
  companionRule,
  isKnownToNeedFolder,
  kindOf,
} from '../workspace/companion-rule.ts';

export interface CompanionChoiceParts {
  readonly answers: CompanionAnswers;
  /** The setting `companions` as it is now. Throws `settings.*`, `policy.*`. */
  readonly rule: () => string;
  readonly log: Log;
}

/** Nobody has decided whether a file takes its folder with it. */
export interface FolderQuestion {
  /** The extension, lower case; an answer is for all files of that kind. */
  readonly kind: string;
  /** Absolute. */
  readonly file: string;
  /** The file's folder, links followed. */
  readonly folder: string;
}

/** Decides which files take their folder into one workspace's guest: by the setting, else as the user has answered. */
export class CompanionChoice {
  readonly #parts: CompanionChoiceParts;

  constructor(parts: CompanionChoiceParts) {
    this.#parts = parts;
  }

  /** Of all that goes beside one file. */
  get maxBytes(): number {
    return this.#rule.maxBytes;
  }

  /**
   * Whether the file's folder goes, too. A folder that holds the user's home never does by itself. `undefined`: not for
   * its kind, but as it did before; `false`: not even then, by the setting `none` or the user's own answer.
   */
  async takesFolder(file: string): Promise<boolean | undefined> {
    const kind = kindOf(basename(file));
    const { always, asks } = this.#rule;
    const answer = asks && !always.has(kind) ? this.#parts.answers.of(kind) : undefined;
    if (answer === 'alone' || (!asks && always.size === 0)) return false;
    const takes = always.has(kind) || answer === 'folder';
    return takes && !(await isTooWide(await folderOf(file))) ? true : undefined;
  }

  /** What the user is to be asked of a file; nothing where the answer makes no difference. */
  async question(file: string): Promise<FolderQuestion | undefined> {
    const kind = kindOf(basename(file));
    const { always, asks } = this.#rule;
    if (!asks || always.has(kind) || !isKnownToNeedFolder(kind)) return undefined;
    if (this.#parts.answers.of(kind)) return undefined;
    const folder = await folderOf(file);
    if ((await isTooWide(folder)) || !(await hasMore(folder))) return undefined;
    return { kind, file, folder };
  }

  /** As `question`, for who asks without waiting for an answer: until there is one, files of that kind go alone. */
  async questionOnce(file: string): Promise<FolderQuestion | undefined> {
    const question = await this.question(file);
    const { answers, log } = this.#parts;
    // Another file of that kind was opened meanwhile.
    if (!question || answers.of(question.kind)) return undefined;
    await answers.set(question.kind, 'asked').catch((error: unknown) => {
      log.warn({ error: reportOf(error) }, 'that a question was asked could not be kept');
    });
    return question;
  }

  /** Throws `files.folder-rule` where answers do not count, and the system's error when it could not be kept. */
  async answer(kind: string, takesFolder: boolean): Promise<void> {
    const { always, asks } = this.#rule;
    if (!asks || always.has(kind)) throw byRule(kind);
    await this.#parts.answers.set(kind, takesFolder ? 'folder' : 'alone');
  }

  /** The user has asked for the file's folder. Throws `files.folder-too-wide`. */
  async requireNarrow(file: string): Promise<void> {
    const folder = await folderOf(file);
    if (!(await isTooWide(folder))) return;
    throw new XPaneError(
      'files.folder-too-wide',
      `${displayText(folder, 200)} does not go into the guest with a file: your home folder is there.`,
      'Move the file, with those that it needs, to a folder of its own.',
    );
  }

  get #rule(): CompanionRule {
    return companionRule(this.#parts.rule());
  }
}

/** It holds all that the user has. */
async function isTooWide(folder: string): Promise<boolean> {
  const home = await realpath(homedir()).catch(() => '/');
  return folder === '/' || `${home}/`.startsWith(`${folder}/`);
}

/** For whoever is not at a terminal; what is asked is not asked again. Pure. */
export function noticeOfQuestion({ kind, file, folder }: FolderQuestion): FileNotice {
  const name = displayText(basename(file), 80);
  return {
    kind: 'information',
    title: `Does ${name} need its folder?`,
    text: `If it misses other files of ${displayText(folder, 200)}, click here: they go into the guest, too, now and with later files of kind .${kind}.\nOr by command: xpane open --folder --remember FILE`,
    folderQuestion: { kind, file },
  };
}

/** Links followed: what lies there is what it belongs to. */
async function folderOf(file: string): Promise<string> {
  return dirname(await realpath(file).catch(() => file));
}

/** Something lies beside the file. */
async function hasMore(folder: string): Promise<boolean> {
  let others = -1;
  try {
    const entries = await opendir(folder);
    for await (const { name } of entries) {
      if (!name.startsWith('.')) others += 1;
      if (others > 0) return true;
    }
  } catch {
    // A folder that cannot be read does not go.
  }
  return false;
}

function byRule(kind: string): XPaneError {
  return new XPaneError(
    'files.folder-rule',
    `Whether files of kind .${displayText(kind, 40)} take their folder with them is fixed by the setting "companions".`,
    'Change the setting; --folder and --alone count for one time.',
  );
}
