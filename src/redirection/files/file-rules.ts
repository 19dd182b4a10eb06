import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

/** As a setting tells; see `fileRule` of the room `workspace`. */
export interface DirectionRule {
  /** Lower case, without the dot; `-` is a file without one. None: all but `never`. */
  readonly only: ReadonlySet<string> | undefined;
  readonly never: ReadonlySet<string>;
  readonly maxBytes: number;
}

export interface FileRules {
  readonly toGuest: DirectionRule;
  readonly fromGuest: DirectionRule;
}

export interface AskedFile {
  /** Every name it has or gets: any of them may be the one that counts. */
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

/** What Windows runs when it is opened (PATHEXT, and what shell, script host and installer take). */
const windowsPrograms = words(`
  exe com bat cmd pif scr cpl msi msp mst msc lnk scf url shs shb vb vbs vbe js jse wsf wsh wsc ws sct hta
  ps1 psm1 psc1 ps1xml reg inf ins isp jar application appref-ms gadget dll ocx sys drv
`);
/** What this computer runs, or what it would run a program by. */
const hostPrograms = words(`
  sh bash zsh ksh csh fish command run elf so appimage desktop service py pyc pyw pyz
  pl pm rb lua tcl php awk sed jar class rpm deb flatpakref flatpakrepo snap ko vim el
`);

/**
 * Why the file may not go into the guest, or come from it; undefined when it may. What Windows or this computer would
 * run never crosses, whatever the settings say: a guest that can write what the host runs is no guest. Pure.
 */
export function refusal(
  { toGuest, fromGuest }: FileRules,
  direction: 'to-guest' | 'from-guest',
  { names, sizeBytes }: AskedFile,
): XPaneError | undefined {
  const shown = displayText(names[0] ?? '', 80);
  const where = direction === 'to-guest' ? 'into the guest' : 'out of the guest';
  const rule = direction === 'to-guest' ? toGuest : fromGuest;
  const setting = direction === 'to-guest' ? 'filesToGuest' : 'filesFromGuest';
  const extensions = names.map(extensionOf);
  if (extensions.some((each) => windowsPrograms.has(each) || hostPrograms.has(each))) {
    return program(shown, where);
  }
  if (!extensions.every((each) => covers(rule, each))) {
    return new XPaneError(
      'files.not-allowed',
      `Files of the kind of ${shown} may not go ${where}.`,
      `The setting "${setting}" says which may.`,
    );
  }
  if (sizeBytes > rule.maxBytes) {
    return new XPaneError(
      'files.too-large',
      `${shown} is too large to go ${where}.`,
      `The setting "${setting}" says how large a file may be.`,
    );
  }
  return undefined;
}

/**
 * Whether it is something that an application makes for itself while it works, as a lock or a half-done save: nobody
 * misses it. Pure.
 */
export function isByTheWay(guestName: string): boolean {
  return byTheWay.some((pattern) => pattern.test(guestName));
}

const byTheWay = [
  // Office: owner files, and what a save is written to before it is renamed.
  /^~\$/,
  /^~.*\.tmp$/i,
  /\.(?:tmp|temp|lck|lock|ldb|laccdb|swp|swo|part|crdownload)$/i,
  /^\.~lock\..*#$/,
  /^(?:thumbs\.db|desktop\.ini)$/i,
];

/** `where`: "into the guest". */
export function program(shown: string, where: string): XPaneError {
  return new XPaneError(
    'files.program',
    `${shown} is a program, or can act as one. Programs do not go ${where}.`,
    'Install programs in the guest, and start those that are published ("xpane apps").',
  );
}

function covers({ only, never }: DirectionRule, extension: string): boolean {
  const word = extension || '-';
  return !never.has(word) && (only?.has(word) ?? true);
}

/** As Windows sees it: without what it drops at the end. A name that begins with its only dot has one, too. */
function extensionOf(name: string): string {
  const plain = name.replace(/[. ]+$/, '');
  const dot = plain.lastIndexOf('.');
  return dot < 0 ? '' : plain.slice(dot + 1).toLowerCase();
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
