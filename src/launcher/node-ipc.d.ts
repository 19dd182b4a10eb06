/** What XPane uses of node-ipc 14.0.0, which ships no types. Read from its source. */
declare module 'node-ipc' {
  import type { Server as NetServer, Socket } from 'node:net';

  export interface IpcConfig {
    appspace: string;
    socketRoot: string;
    id: string;
    silent: boolean;
    parser: string | (new (config: IpcConfig) => GuardedParser);
    maxMessageSize: number;
    maxPendingBytes: number;
    /** Milliseconds an unfinished message may stay unfinished. */
    messageTimeout: number;
    maxConnections: number;
    maxRetries: number;
    stopRetrying: boolean;
    unlink: boolean;
  }

  export interface IpcServer {
    readonly server: NetServer;
    start(): void;
    stop(): void;
    emit(socket: Socket, type: string, data: unknown): boolean;
    on(type: 'start', handler: () => void): void;
    on(type: 'connect', handler: (socket: Socket) => void): void;
    on(type: 'error', handler: (error: Error) => void): void;
    on(type: string, handler: (data: unknown, socket: Socket) => void): void;
  }

  export interface IpcClient {
    readonly socket: Socket;
    emit(type: string, data: unknown): boolean;
    on(type: 'connect' | 'disconnect' | 'destroy', handler: () => void): void;
    on(type: 'error', handler: (error: Error) => void): void;
    on(type: string, handler: (data: unknown) => void): void;
  }

  export class IPCModule {
    readonly config: IpcConfig;
    readonly of: Record<string, IpcClient | undefined>;
    readonly server: IpcServer;
    serve(path: string, onStart?: () => void): void;
    connectTo(id: string, path: string, onStart?: () => void): void;
    disconnect(id: string): void;
  }

  export class IPCProtocolError extends Error {
    readonly code: string;
    constructor(code: string, message: string);
  }

  export class GuardedParser {
    constructor(config: IpcConfig);
    readonly delimiter: string;
    encode(type: string, data: unknown): string;
    /** Hands each whole message to `receive` and returns the unfinished rest. Throws {@link IPCProtocolError}. */
    read(buffer: string, data: string, receive: (message: { type: string; data: unknown }) => void): string;
    validateType(type: unknown): void;
  }
}
