import { z } from 'zod';
import { clipboardRuleRange, isClipboardRule } from './clipboard-rule.ts';
import { companionRuleRange, isCompanionRule } from './companion-rule.ts';
import { deviceRuleRange, isDeviceRule } from './device-rule.ts';
import { fileRuleRange, isFileRule } from './file-rule.ts';
import { hostOpensRange, isHostOpens } from './host-opens.ts';
import { isScanRule, scanRuleRange } from './scan-rule.ts';
import { isShareRule, shareRuleRange } from './share-rule.ts';
import { isUnpublishedRule, unpublishedRuleRange } from './unpublished-rule.ts';
import { isUrlSources, ownUrlList, urlSourcesRange } from './url-sources.ts';

/**
 * Every setting, described once: validation, storage, environment overrides and help all come from here.
 * A setting is added by adding it here.
 */

/** Who may set it, beside the policy. `user`: in the settings file or the environment. */
type SetBy = 'user';

export interface SettingDescription {
  /** What it does, one sentence for people. */
  readonly about: string;
  /** The allowed values in words, for messages. */
  readonly range: string;
  readonly setBy: SetBy;
  /** Overrides the file; for tests and for trying something once. */
  readonly variable: `XPANE_${string}`;
}

const shape = {
  /** `auto` is resolved by the service: QEMU where it is installed, else the sandbox. */
  backend: z.enum(['auto', 'qemu', 'sandbox', 'virtualbox']).default('auto'),
  /** In MiB; what it bounds is the backend's, see `VmCapabilities.memory`. `auto`: see `automaticMemoryMiB`. */
  memoryMiB: z.union([z.literal('auto'), z.int().min(128).max(3072)]).default('auto'),
  sound: z.enum(['on', 'off']).default('on'),
  /** As MED-V, where users could share what they plugged in unless an administrator forbade it. */
  devices: z.string().max(1024).refine(isDeviceRule).default('all'),
  network: z.enum(['none', 'nat', 'bridged']).default('none'),
  /** A name that Linux takes for an interface, and that means nothing on a command line. */
  networkBridge: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/)
    .default('br0'),
  /** As MED-V, which hid a machine that nobody used after half an hour and hibernated it. */
  idleMinutes: z.int().min(0).max(1440).default(30),
  /** MED-V's CloseAction: HIBERNATE, SHUTDOWN, TURN-OFF. */
  closeAction: z.enum(['suspend', 'shutdown', 'turn-off']).default('suspend'),
  /** MED-V's LogonStartEnabled. */
  start: z.enum(['log-on', 'first-use']).default('first-use'),
  warmStart: z.enum(['on', 'off']).default('on'),
  revertible: z.enum(['on', 'off']).default('off'),
  frame: z.enum(['host', 'guest']).default('host'),
  scale: z.union([z.literal('auto'), z.literal(1), z.literal(2), z.literal(3)]).default('auto'),
  trustEdge: z.union([z.enum(['auto', 'off']), z.string().regex(/^#[0-9a-f]{6}$/i)]).default('auto'),
  /** In pixels of the guest: as wide to the eye at every scale. */
  trustEdgePx: z.int().min(1).max(16).default(2),
  /** MED-V v1's extension filter, each way. */
  filesToGuest: z.string().max(1024).refine(isFileRule).default('all'),
  filesFromGuest: z.string().max(1024).refine(isFileRule).default('all'),
  companions: z.string().max(1024).refine(isCompanionRule).default('ask'),
  /** Nothing, until somebody decides: a guest may be hostile. */
  hostOpens: z.string().max(1024).refine(isHostOpens).default('none'),
  clipboardToGuest: z.string().max(64).refine(isClipboardRule).default('all'),
  clipboardFromGuest: z.string().max(64).refine(isClipboardRule).default('all'),
  printing: z.enum(['off', 'pdf', 'default', 'all']).default('default'),
  shareFolders: z.string().max(64).refine(isShareRule).default('read-write'),
  scanFromGuest: z.string().min(1).max(1024).refine(isScanRule).default('off'),
  titlePrefix: z.string().min(1).max(32).default('[XP] '),
  /** MED-V 2.0 knew no links from the guest. Rules that were made for the host's links are not meant for a hostile guest. */
  urlsFromGuest: z.enum(['guest', 'rules']).default('guest'),
  urlRules: z.string().max(4096).refine(isUrlSources).default(ownUrlList),
  /** MED-V's AppPublishingEnabled. `auto`: unless XPANE_HOME says that this XPane is no part of the user's desktop. */
  integration: z.enum(['auto', 'on', 'off']).default('auto'),
  /** MED-V's exclusion list. */
  unpublished: z.string().max(4096).refine(isUnpublishedRule).default('default'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
} as const;

export const settingsSchema = z.strictObject(shape);
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;

export const settingDescriptions: Record<SettingName, SettingDescription> = {
  backend: {
    about:
      'What the guest runs in: a virtual machine of QEMU or, for images only, of VirtualBox; or, for the built-in guest only, a sandbox without one.',
    range: 'auto, qemu, sandbox or virtualbox',
    setBy: 'user',
    variable: 'XPANE_BACKEND',
  },
  memoryMiB: {
    about:
      'Memory in MiB: of the guest in a virtual machine, of each of its programs in a sandbox. With auto 384 for the built-in guest, and by the memory of this computer for an image.',
    range: 'auto, or a whole number from 128 to 3072',
    setBy: 'user',
    variable: 'XPANE_MEMORY_MIB',
  },
  sound: {
    about:
      'Whether the guest can be heard, in a virtual machine; a sandbox has no sound. No guest can record.',
    range: 'on or off',
    setBy: 'user',
    variable: 'XPANE_SOUND',
  },
  devices: {
    about: 'Which devices of this computer, and images, workspaces may be given.',
    range: deviceRuleRange,
    setBy: 'user',
    variable: 'XPANE_DEVICES',
  },
  network: {
    about:
      'What a guest in a virtual machine reaches beside XPane: nothing; by nat what this computer reaches, but for what is on its loopback interface; or a network by a bridge of this computer.',
    range: 'none, nat or bridged',
    setBy: 'user',
    variable: 'XPANE_NETWORK',
  },
  networkBridge: {
    about: 'The bridge of this computer that a guest joins whose network is bridged.',
    range: 'the name of a bridge, 1 to 15 letters, digits, dots, dashes and underscores',
    setBy: 'user',
    variable: 'XPANE_NETWORK_BRIDGE',
  },
  idleMinutes: {
    about:
      'After how many minutes without a window or a launch a guest is put to rest, see closeAction; 0 for never.',
    range: 'a whole number from 0 to 1440',
    setBy: 'user',
    variable: 'XPANE_IDLE_MINUTES',
  },
  closeAction: {
    about:
      'What becomes of a guest that is put to rest: it is suspended, and what is open in it stays open (in a virtual machine; a sandbox runs on); shut down; or turned off at once. A guest that starts at log-on is suspended or runs on.',
    range: 'suspend, shutdown or turn-off',
    setBy: 'user',
    variable: 'XPANE_CLOSE_ACTION',
  },
  start: {
    about:
      'When the guest is started: when you log on, if XPane does ("xpane autostart on"), or at the first use.',
    range: 'log-on or first-use',
    setBy: 'user',
    variable: 'XPANE_START',
  },
  warmStart: {
    about:
      'Whether a new built-in guest in a virtual machine goes on from a copy of one that has booted, instead of booting.',
    range: 'on or off',
    setBy: 'user',
    variable: 'XPANE_WARM_START',
  },
  revertible: {
    about:
      'Whether what is changed in the guest is thrown away when it ends: each start then begins with the disk as it was when this was turned on.',
    range: 'on or off',
    setBy: 'user',
    variable: 'XPANE_REVERTIBLE',
  },
  frame: {
    about: 'Who draws the frames of guest windows: this desktop, or the guest.',
    range: 'host or guest',
    setBy: 'user',
    variable: 'XPANE_FRAME',
  },
  scale: {
    about:
      'How many pixels of the screen one pixel of the guest takes in each direction; for screens of fine pixels.',
    range: 'auto, 1, 2 or 3',
    setBy: 'user',
    variable: 'XPANE_SCALE',
  },
  trustEdge: {
    about:
      'Coloured edge around every guest window, its menus too, that no guest can paint over. With auto there is one where the guest draws the frames, so that its captions cannot pass for those of this desktop.',
    range: 'auto, off or a colour as #rrggbb',
    setBy: 'user',
    variable: 'XPANE_TRUST_EDGE',
  },
  trustEdgePx: {
    about: 'Width of the coloured edge, in pixels of the guest.',
    range: 'a whole number from 1 to 16',
    setBy: 'user',
    variable: 'XPANE_TRUST_EDGE_PX',
  },
  filesToGuest: {
    about: 'Which files of this computer may be opened in the guest. Programs never are.',
    range: fileRuleRange,
    setBy: 'user',
    variable: 'XPANE_FILES_TO_GUEST',
  },
  filesFromGuest: {
    about:
      'Which files may come back from the guest: those that were opened there, and what is saved beside them. Programs never do.',
    range: fileRuleRange,
    setBy: 'user',
    variable: 'XPANE_FILES_FROM_GUEST',
  },
  companions: {
    about:
      'Which files take what lies in their folder with them into the guest: those of the extensions that are listed, and with ask those for whose kind you say so when you are asked, once. 199 files at most, and 512M in all if nothing is said.',
    range: companionRuleRange,
    setBy: 'user',
    variable: 'XPANE_COMPANIONS',
  },
  hostOpens: {
    about:
      'Files of the guest that open on this computer when they are opened there, by extension. Programs never do.',
    range: hostOpensRange,
    setBy: 'user',
    variable: 'XPANE_HOST_OPENS',
  },
  clipboardToGuest: {
    about:
      'What of the things copied on this computer can be pasted in the guest, while you work in one of its windows.',
    range: clipboardRuleRange,
    setBy: 'user',
    variable: 'XPANE_CLIPBOARD_TO_GUEST',
  },
  clipboardFromGuest: {
    about: 'What of the things copied in the guest can be pasted on this computer.',
    range: clipboardRuleRange,
    setBy: 'user',
    variable: 'XPANE_CLIPBOARD_FROM_GUEST',
  },
  printing: {
    about:
      'Which printers the guest has: none; one that makes PDF files in your documents; that and the usual printer of this computer; or that and all of them, 16 at most.',
    range: 'off, pdf, default or all',
    setBy: 'user',
    variable: 'XPANE_PRINTING',
  },
  shareFolders: {
    about:
      'Whether workspaces may have folders of this computer, only to read or also to write, and how large each may be (4G if nothing is said).',
    range: shareRuleRange,
    setBy: 'user',
    variable: 'XPANE_SHARE_FOLDERS',
  },
  scanFromGuest: {
    about:
      'A program that looks at each file from the guest before it gets its place here; the path of the file is its last argument. Unless it ends with 0 in two minutes, the file is put into quarantine.',
    range: scanRuleRange,
    setBy: 'user',
    variable: 'XPANE_SCAN_FROM_GUEST',
  },
  titlePrefix: {
    about: 'Stands before the title of every guest window, so that none can pass for a window of the host.',
    range: 'text of 1 to 32 characters',
    setBy: 'user',
    variable: 'XPANE_TITLE_PREFIX',
  },
  urlsFromGuest: {
    about:
      'What becomes of links that programs in the guest open: they stay in the guest, or the rules for links may also send them to the browser of this computer.',
    range: 'guest or rules',
    setBy: 'user',
    variable: 'XPANE_URLS_FROM_GUEST',
  },
  urlRules: {
    about:
      'Where the rules are that tell which links open in the guest; of several sources the first with a rule for a link decides.',
    range: urlSourcesRange,
    setBy: 'user',
    variable: 'XPANE_URL_RULES',
  },
  integration: {
    about:
      'Whether published applications are in this desktop\'s menu and open files from its file manager, see "xpane integrate". With auto they are, but where XPANE_HOME gives XPane a home of its own.',
    range: 'auto, on or off',
    setBy: 'user',
    variable: 'XPANE_INTEGRATION',
  },
  unpublished: {
    about:
      "Which applications of the guest stay out of this desktop's menu. With default those that come with Windows itself, of an image.",
    range: unpublishedRuleRange,
    setBy: 'user',
    variable: 'XPANE_UNPUBLISHED',
  },
  logLevel: {
    about: 'How much the service writes to its log.',
    range: 'debug, info, warn or error',
    setBy: 'user',
    variable: 'XPANE_LOG_LEVEL',
  },
};

export const settingNames = Object.keys(shape) as SettingName[];

/** What a workspace may have of its own; the log is the service's, and rules for links are for all workspaces. */
export type OwnSettings = Partial<Omit<Settings, 'logLevel' | 'urlRules'>>;
export const ownSettingNames = settingNames.filter((name) => name !== 'logLevel' && name !== 'urlRules');

/** Pure. */
export function isAllowed(name: SettingName, value: unknown): boolean {
  return value !== undefined && settingsSchema.shape[name].safeParse(value).success;
}

/**
 * The settings in the environment, as raw values: numbers where the setting is one. Not validated, an empty
 * variable counts as none. Pure.
 */
export function settingsInEnvironment(env: NodeJS.ProcessEnv): Partial<Record<SettingName, unknown>> {
  const found: Partial<Record<SettingName, unknown>> = {};
  for (const name of settingNames) {
    const text = env[settingDescriptions[name].variable];
    if (text) found[name] = valueInText(name, text);
  }
  return found;
}

/** A value as somebody typed it: a number where the setting is one. Not validated. Pure. */
export function valueInText(name: SettingName, text: string): string | number {
  return counted.has(name) && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** Settings that are, or may be, a number. */
const counted: ReadonlySet<SettingName> = new Set(['memoryMiB', 'idleMinutes', 'scale', 'trustEdgePx']);
