import { z } from 'zod';
import { XPaneError } from '../shared/errors.ts';
import { displayText } from '../shared/text.ts';

/** Folders of this computer that the guest has, too. */

const longestName = 64;

/** Seen in lists and messages, and typed. */
const name = z
  .string()
  .min(1)
  .refine((text) => displayText(text, longestName) === text && !/[/\\]/.test(text));

export const shareSchema = z.strictObject({
  name,
  /** Absolute; its links were followed when it was added. */
  folder: z
    .string()
    .max(4096)
    .startsWith('/')
    .refine((text) => !/\p{Cc}/u.test(text)),
  /** None: it is seen as My Documents alone. */
  drive: z
    .string()
    .regex(/^[D-Z]$/)
    .optional(),
  /** Nothing of the guest's comes here. */
  readOnly: z.boolean(),
  /** It is the user's My Documents in the guest. */
  documents: z.boolean(),
});
export type Share = Readonly<z.infer<typeof shareSchema>>;

/** As many as the guest's list of files is shared among. */
const mostShares = 8;
/** A: to C: are Windows' own, D: and E: mostly CDs, Z: is the built-in guest's. */
const usualDrives = [...'STUVWXYRQPONMLKJIHGF'];

export const sharesSchema = z
  .array(shareSchema)
  .max(mostShares)
  .refine((shares) => shares.every((share, at) => !clash(share, shares.slice(0, at))));

/** As somebody asked for one. */
export interface AskedShare {
  readonly folder: string;
  /** By default that of the folder. */
  readonly name?: string | undefined;
  /** By default one that is free, unless it is My Documents. */
  readonly drive?: string | undefined;
  readonly readOnly: boolean;
  readonly documents: boolean;
}

/** Throws `share.invalid`, `share.taken`, `share.too-many`. Pure. */
export function withShare(shares: readonly Share[], asked: AskedShare): Share[] {
  const { folder, readOnly, documents } = asked;
  const used = new Set(shares.map(({ drive }) => drive));
  const free = documents ? undefined : usualDrives.find((letter) => !used.has(letter));
  const drive = asked.drive?.replace(/:$/, '').toUpperCase() ?? free;
  const wanted = asked.name ?? nameOf(folder);
  const parsed = shareSchema.safeParse({
    name: wanted,
    folder,
    readOnly,
    documents,
    ...(drive ? { drive } : {}),
  });
  if (!parsed.success) {
    const what =
      parsed.error.issues[0]?.path[0] === 'drive'
        ? `the drive ${displayText(drive ?? '', 20)}`
        : displayText(wanted, 80);
    throw new XPaneError(
      'share.invalid',
      `A folder cannot be shared as ${what}.`,
      'A drive is a letter from D to Z; a name has up to 64 characters that can be seen, and no slash.',
    );
  }
  const other = clash(parsed.data, shares);
  if (other !== undefined) {
    throw new XPaneError(
      'share.taken',
      `The workspace has ${other} already.`,
      'Choose another one: see "xpane share add --help".',
    );
  }
  if (shares.length >= mostShares) {
    throw new XPaneError(
      'share.too-many',
      `A workspace has ${mostShares} shared folders at most.`,
      'Share a folder that they are in, or remove one ("xpane share remove").',
    );
  }
  return [...shares, parsed.data];
}

/** Throws `share.unknown`. Pure. */
export function withoutShare(shares: readonly Share[], asked: string): Share[] {
  const others = shares.filter((share) => share !== findShare(shares, asked));
  return others;
}

/** Throws `share.unknown`. Pure. */
export function findShare(shares: readonly Share[], asked: string): Share {
  const found = shares.find(
    (share) => share.name.toLowerCase() === asked.toLowerCase() || share.folder === asked,
  );
  if (found) return found;
  const names = shares.map((share) => share.name);
  throw new XPaneError(
    'share.unknown',
    `The workspace has no shared folder ${displayText(asked, 200)}.`,
    names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`,
  );
}

function nameOf(folder: string): string {
  const last = folder.split('/').at(-1) ?? '';
  return displayText(last, longestName).replaceAll('\\', '_');
}

/** What of `others` is in the way, in words. */
function clash(share: Share, others: readonly Share[]): string | undefined {
  const named = others.find((other) => other.name.toLowerCase() === share.name.toLowerCase());
  if (named) return `a shared folder ${named.name}`;
  const lettered = others.find((other) => other.drive !== undefined && other.drive === share.drive);
  if (lettered) return `the drive ${lettered.drive}: (${lettered.name})`;
  const documents = others.find((other) => other.documents && share.documents);
  return documents && `My Documents in ${documents.name}`;
}
