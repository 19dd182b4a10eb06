import pino from 'pino';

/** What rooms log through; pino is only known here. Values from a guest go through `displayText` first. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Appends JSON lines to `file` (0600, made with its folder), or to standard error without one. */
export function openLog(options: { readonly file?: string; readonly level: LogLevel }): Log {
  const destination =
    options.file === undefined
      ? pino.destination({ fd: 2, sync: true })
      : pino.destination({ dest: options.file, mkdir: true, mode: 0o600, sync: true });
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** For tests and short-lived commands. */
export const silentLog: Log = pino({ level: 'silent' });

/** Says each warning once, whatever it is about: what goes wrong for one window does so for many. */
export function eachWarningOnce(log: Log): Log {
  const said = new Set<string>();
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    error: (fields, message) => log.error(fields, message),
    child: (fields) => eachWarningOnce(log.child(fields)),
    warn: (fields, message) => {
      if (said.has(message)) log.debug(fields, message);
      else log.warn(fields, message);
      said.add(message);
    },
  };
}
