import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { privateFolder } from '../../shared/paths.ts';
import { displayText } from '../../shared/text.ts';
import { uriListOf } from '../../shared/uri-list.ts';
import { type FileRules, refusal } from '../files/file-rules.ts';
import { hostNameOf, numberedHostName } from '../files/host-name.ts';
import { asHostFailure, HostFailure } from '../files/incoming-file.ts';
import { listed } from '../files/notices.ts';
import type { Scan } from '../files/scan.ts';
import { fetchLoan, placeCopy } from '../guest-files/fetch-loan.ts';
import type { LoanTransfers } from '../guest-files/loan-port.ts';
import {
  type LeftOut,
  notAList,
  nothingInside,
  noticeOfLeftOut,
  notKept,
  tooLarge,
} from './copied-errors.ts';
import { readCopiedList, type UntrustedCopy } from './copied-list.ts';
import type { CopyOptions, CopyTelling } from './ports.ts';

/** A program that pasted may still read; nobody else is told of the files. */
const restMs = 10 * 60_000;
/** However often a guest copies, and something here asks for all of it: so many copies of before are kept. */
const mostResting = 3;
/** What is wrong with one file alone; anything else of the bridge would befall the next one, too. */
const ofOneFile = /^bridge\.file-(?:in-use|changed|not-found|refused)$/;

export interface HostCopiesParts {
  /** Of this workspace alone. What is in it is removed. */
  readonly folder: string;
  readonly rules: () => FileRules;
  readonly scan: Scan;
  readonly telling: CopyTelling;
  readonly log: Log;
}

/** Where a copied file comes to lie. */
interface Placed {
  readonly copy: UntrustedCopy;
  /** Safe names, from the folder of this copy down. */
  readonly path: readonly string[];
}

/** Copied files of one workspace's guests that are here: a folder for each copy, which only this user can enter. */
export class HostCopies {
  readonly #parts: HostCopiesParts;
  /** Of what is on the desktop's clipboard. */
  readonly #current = new Set<string>();
  readonly #resting = new Map<string, NodeJS.Timeout>();

  constructor(parts: HostCopiesParts) {
    this.#parts = parts;
  }

  /** Fetches what the guest has copied. Resolves to a list of URIs. Throws as `CopiedFiles.fromGuest`. */
  async fetch(
    loans: LoanTransfers,
    untrustedList: Uint8Array,
    { maxBytes, signal }: CopyOptions,
  ): Promise<Uint8Array> {
    const copies = readCopiedList(untrustedList);
    if (!copies) throw untrustedList.length === 0 ? nothingInside() : notAList();
    const { allowed, leftOut } = this.#sorted(copies);
    const sizeBytes = allowed.reduce((sum, { sizeBytes: one }) => sum + one, 0);
    if (sizeBytes > maxBytes) throw tooLarge('clipboardFromGuest');
    const folder = await this.#makeFolder();
    this.#current.add(folder);
    const name = listed(allowed.map(({ untrustedPath }) => untrustedPath.at(-1) ?? ''));
    const transfer = { name, direction: 'from-guest', sizeBytes } as const;
    try {
      const here = await this.#parts.telling.follow(transfer, signal, (following) =>
        this.#fetchAll(loans, placesOf(allowed), { folder, leftOut, ...following }),
      );
      const [first, ...more] = leftOut;
      if (here.size === 0) throw first?.error ?? nothingInside();
      if (first) this.#parts.telling.onNotice(noticeOfLeftOut([first, ...more]));
      return Buffer.from(uriListOf([...here].map((top) => join(folder, top))));
    } catch (error) {
      this.#current.delete(folder);
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Something else is on the desktop's clipboard. */
  movedOn(): void {
    for (const folder of this.#current) {
      const timer = setTimeout(() => void this.#remove(folder), restMs);
      timer.unref();
      this.#resting.set(folder, timer);
    }
    this.#current.clear();
    const tooMany = [...this.#resting].slice(0, Math.max(0, this.#resting.size - mostResting));
    for (const [folder, timer] of tooMany) {
      clearTimeout(timer);
      void this.#remove(folder);
    }
  }

  /** Removes all copies, those of an earlier service too. Rejects with the system's error. */
  async clear(): Promise<void> {
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
    this.#current.clear();
    await rm(this.#parts.folder, { recursive: true, force: true });
  }

  /** Throws `copied.not-kept`, `paths.not-private`. */
  async #makeFolder(): Promise<string> {
    try {
      return await mkdtemp(join(privateFolder(this.#parts.folder), 'copy-'));
    } catch (error) {
      throw error instanceof XPaneError ? error : notKept(error);
    }
  }

  #sorted(copies: readonly UntrustedCopy[]): { allowed: UntrustedCopy[]; leftOut: LeftOut[] } {
    const rules = this.#parts.rules();
    const [allowed, leftOut]: [UntrustedCopy[], LeftOut[]] = [[], []];
    for (const copy of copies) {
      const name = copy.untrustedPath.at(-1) ?? '';
      const names = [name, hostNameOf(name)];
      const error = refusal(rules, 'from-guest', { names, sizeBytes: copy.sizeBytes });
      if (error) leftOut.push({ name, error });
      else allowed.push(copy);
    }
    return { allowed, leftOut };
  }

  /** Resolves to the names at the top of what is here by then. */
  async #fetchAll(
    loans: LoanTransfers,
    places: readonly Placed[],
    {
      folder,
      leftOut,
      signal,
      onProgress,
    }: {
      readonly folder: string;
      readonly leftOut: LeftOut[];
      readonly signal: AbortSignal;
      readonly onProgress: (bytes: number) => void;
    },
  ): Promise<ReadonlySet<string>> {
    const here = new Set<string>();
    let bytes = 0;
    for (const { copy, path } of places) {
      const name = path.at(-1) ?? '';
      const into = join(folder, ...path.slice(0, -1));
      try {
        await mkdir(into, { recursive: true, mode: 0o700 }).catch(asHostFailure);
        const { scan } = this.#parts;
        // What it is by now may be more than the guest said, on which the whole was allowed.
        const asked = { loanId: copy.id, name, folder: into, maxBytes: copy.sizeBytes, scan, signal };
        const fetched = await fetchLoan(loans, asked);
        await placeCopy(fetched, join(into, name)).catch(async (error: unknown) => {
          await rm(fetched.temporary, { force: true });
          throw error;
        });
        here.add(path[0] ?? '');
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof HostFailure) throw notKept(error);
        const { code } = reportOf(error);
        if (code.startsWith('bridge.') && !ofOneFile.test(code)) throw error;
        leftOut.push({ name: displayText(name, 80), error });
      }
      bytes += copy.sizeBytes;
      onProgress(bytes);
    }
    return here;
  }

  async #remove(folder: string): Promise<void> {
    this.#resting.delete(folder);
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
      this.#parts.log.warn({ error: reportOf(error) }, 'copied files could not be removed'),
    );
  }
}

/** Safe names for all of them; different names of the guest may become the same here, folders' too. Pure. */
function placesOf(copies: readonly UntrustedCopy[]): Placed[] {
  const aboveOf = ({ untrustedPath }: UntrustedCopy) => untrustedPath.slice(0, -1).map(hostNameOf);
  const taken = new Set(
    copies.flatMap((copy) => aboveOf(copy).map((_, at, above) => above.slice(0, at + 1).join('/'))),
  );
  return copies.map((copy) => {
    const above = aboveOf(copy);
    const name = hostNameOf(copy.untrustedPath.at(-1) ?? '');
    for (let number = 1; ; number++) {
      const path = [...above, number === 1 ? name : numberedHostName(name, number)];
      const key = path.join('/');
      if (taken.has(key)) continue;
      taken.add(key);
      return { copy, path };
    }
  });
}
