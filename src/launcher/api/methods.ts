import { z } from 'zod';
import { fileMethods } from './file-methods.ts';
import { integrationMethods } from './integration-methods.ts';
import { shareMethods } from './share-methods.ts';
import { serviceState, workspacePhases } from './state.ts';
import { urlMethods } from './url-methods.ts';
import { workspaceMethods } from './workspace-methods.ts';

/**
 * The service's methods: name -> parameters and result. Defined once; client, server and command line take their
 * types from here, the server its checks. All can fail with an error report.
 */
export const methods = {
  /** The state now. */
  status: { params: z.strictObject({}), result: serviceState },
  /** Starts the guest, resolves when it is ready. */
  start: { params: z.strictObject({ workspace: z.string().optional() }), result: z.object({}) },
  /**
   * Closes the applications and shuts the guest down, resolves when it is gone. `workspace.stop-held`: one of them
   * does not close, or the guest waits for room on the disk, so it goes on. `force` does not ask them: what is not saved is lost.
   */
  stop: {
    params: z.strictObject({ workspace: z.string().optional(), force: z.boolean().optional() }),
    result: z.object({}),
  },
  restart: { params: z.strictObject({ workspace: z.string().optional() }), result: z.object({}) },
  /**
   * Puts the guest to rest with all that is open in it, resolves when no process is left; `phase` is what it rests in:
   * a guest that does not run stays as it is. `vm.*` when that fails: the guest then runs on.
   */
  suspend: {
    params: z.strictObject({ workspace: z.string().optional() }),
    result: z.object({ phase: z.enum(workspacePhases) }),
  },
  /** The user has logged on: starts the workspaces whose `start` is `log-on`, without waiting for them. */
  logOn: { params: z.strictObject({}), result: z.object({ workspaces: z.array(z.string()) }) },
  /** Starts the guest if need be, then the application. `application` is an id or a name. */
  launch: {
    params: z.strictObject({
      workspace: z.string().optional(),
      application: z.string().min(1).max(512),
      /** Where windows are to appear; the service keeps the first display it was given. */
      display: z.string().max(256).optional(),
      /** XAUTHORITY: the file with that display's key; by default the one in the service's environment. */
      authority: z.string().max(1024).optional(),
      /** DESKTOP_STARTUP_ID: what the host's launcher calls this start (startup-notification 0.1). */
      startupId: z.string().max(256).optional(),
    }),
    result: z.object({ applicationId: z.string(), name: z.string(), processId: z.number() }),
  },
  /** Shows the guest's own screen in a window, or raises that window; starts the guest if need be, waits only for its screen. */
  desktop: {
    params: z.strictObject({
      workspace: z.string().optional(),
      /** As for `launch`. */
      display: z.string().max(256).optional(),
      authority: z.string().max(1024).optional(),
    }),
    result: z.object({}),
  },
  /** The user clicked a balloon of the state. One that is forgotten is nothing. */
  balloonClicked: {
    params: z.strictObject({ workspace: z.string(), balloon: z.int().min(1) }),
    result: z.object({}),
  },
  /** Stops every guest as `stop` does and ends the service. */
  quit: { params: z.strictObject({ force: z.boolean().optional() }), result: z.object({}) },
  /** First event: the whole state; then one at each change, at most every 50 ms. */
  watch: { params: z.strictObject({}), result: z.object({}) },
  ...fileMethods,
  ...workspaceMethods,
  ...urlMethods,
  ...shareMethods,
  ...integrationMethods,
} as const;

export type MethodName = keyof typeof methods;
export type Params<M extends MethodName> = z.infer<(typeof methods)[M]['params']>;
export type Result<M extends MethodName> = z.infer<(typeof methods)[M]['result']>;

/** What the service does for its clients. `watch` is the server's own: it calls `state` and `onChange`. */
export type ServiceApi = {
  [M in Exclude<MethodName, 'watch' | 'status'>]: (
    params: Params<M>,
    signal: AbortSignal,
  ) => Promise<Result<M>>;
} & {
  state(): ServiceState;
  /** Calls back after each change of the state; returns how to stop that. */
  onChange(listener: () => void): () => void;
};
type ServiceState = z.infer<typeof serviceState>;

/**
 * What a client sends on the local socket, JSON. Token and version are in the first message of a connection, without a
 * version where that asks to quit; the token only there.
 */
export const request = z.strictObject({
  id: z.int().min(1),
  method: z.enum(Object.keys(methods) as [MethodName, ...MethodName[]]),
  params: z.unknown(),
  token: z.string().max(128).optional(),
  /** Of XPane. A service answers no other one than its own: neither side looks for what the other one lacks. */
  version: z.string().max(64).optional(),
});
