import type { Writable } from 'node:stream';
import type { XPanePaths } from '../shared/paths.ts';
import type { SelfCommand } from '../shared/self-command.ts';
import type { CallOptions, ServiceClient } from './client.ts';
import type { Output } from './output.ts';

/** What the command line is given by the composition root: the rooms it must not import, and its surroundings. */
export interface House {
  readonly self: SelfCommand;
  readonly paths: XPanePaths;
  readonly env: NodeJS.ProcessEnv;
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
  readonly workspace?: string;
  readonly force?: boolean;
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

/** One command of the command line. `run` resolves to the exit code and throws XPaneError otherwise. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** At most one, and required. */
  readonly argument?: { readonly name: string; readonly description: string };
  readonly takesWorkspace?: boolean;
  readonly takesForce?: boolean;
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
