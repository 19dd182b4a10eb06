import type { Readable, Writable } from 'node:stream';
import type { XPanePaths } from '../shared/paths.ts';
import type { SelfCommand } from '../shared/self-command.ts';
import type { CallOptions, ServiceClient } from './client.ts';
import type { Output } from './output.ts';

/** What the command line is given by the composition root: the rooms it must not import, and its surroundings. */
export interface House {
  readonly self: SelfCommand;
  readonly paths: XPanePaths;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Runs until the service ends; resolves to an exit code, `alreadyRunning` if another one runs. */
  runService(): Promise<number>;
  /** Runs until the tray is closed. The tray's lock is held meanwhile. */
  runTray(): Promise<number>;
}

export interface CommandInput {
  /** The command's argument; the empty string if it takes none. */
  readonly argument: string;
  /** What came after it, as far as the command takes more. */
  readonly more: readonly string[];
  readonly workspace?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
  /** Options without a value that were given. */
  readonly flags: ReadonlySet<string>;
  /** By the option's name. */
  readonly values: Readonly<Record<string, string>>;
  /** From `--set NAME=VALUE`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** An option with a value. */
export interface ValueOption {
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

export interface CommandContext {
  readonly house: House;
  readonly output: Output;
  /** From `--timeout`, for requests that may take long. */
  readonly callOptions: CallOptions;
  /** The running service. Throws `service.not-running`. Closed when the command ends. */
  connect(): Promise<ServiceClient>;
  /** The service, started if need be. Closed when the command ends. */
  start(): Promise<ServiceClient>;
}

/** A group in another has that one's name before its own, and comes after it. */
export const commandGroups = {
  workspace: 'make, change and remove workspaces',
  'workspace device': 'devices of this computer, and images, for one workspace',
  integrate: 'make XPane a part of this desktop',
  share: 'folders of this computer that a guest has, too',
  url: 'which links open in the guest, and why',
  setup: 'set up the guests of disk images for the first time',
} as const;
export type CommandGroup = keyof typeof commandGroups;

/** One command of the command line. `run` resolves to the exit code and throws XPaneError otherwise. */
export interface Command {
  /** `xpane <group> <name>`; without a group `xpane <name>`. */
  readonly group?: CommandGroup;
  readonly name: string;
  readonly summary: string;
  /** Required. */
  readonly argument?: { readonly name: string; readonly description: string };
  /** What comes after it. */
  readonly more?: {
    readonly name: string;
    readonly description: string;
    readonly count: 'one' | 'optional' | 'many' | 'any';
  };
  readonly options?: readonly ValueOption[];
  /** Options without a value. */
  readonly flags?: readonly { readonly name: string; readonly description: string }[];
  /** Settings of a workspace, each as `--set NAME=VALUE`. */
  readonly takesSettings?: boolean;
  /** Asks before it does what cannot be undone, unless `--yes`. */
  readonly takesYes?: boolean;
  readonly takesWorkspace?: boolean;
  readonly takesWait?: boolean;
  /** What it does then. */
  readonly takesForce?: string;
  readonly examples: readonly string[];
  run(context: CommandContext, input: CommandInput): Promise<number>;
}

/** For the parameters of requests: only what was asked for. */
export function forceOf(input: CommandInput): { force?: boolean } {
  return input.force === true ? { force: true } : {};
}

/** For the parameters of requests: a workspace only if one was named. */
export function workspaceOf(input: CommandInput): { workspace?: string } {
  return input.workspace === undefined ? {} : { workspace: input.workspace };
}

/** For the parameters of requests: where windows are to appear. */
export function displayOf({ env }: House): { display?: string; authority?: string } {
  const { DISPLAY: display, XAUTHORITY: authority } = env;
  if (!display) return {};
  return { display, ...(authority && authority.length <= 1024 ? { authority } : {}) };
}
