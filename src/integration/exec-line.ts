import type { SelfCommand } from '../shared/self-command.ts';

/** An Exec line (Desktop Entry Specification 1.5) for a command of this very XPane, with the home it has. Pure. */
export function execLine(
  { command, args }: SelfCommand,
  env: NodeJS.ProcessEnv,
  words: readonly string[],
): string {
  const moved = ['XPANE_HOME', 'XPANE_CACHE'].flatMap((name) => (env[name] ? [`${name}=${env[name]}`] : []));
  const line = [...(moved.length > 0 ? ['env', ...moved] : []), command, ...args, ...words];
  return line.map(quoted).join(' ');
}

/** Whether an entry of XPane's starts one with the home that this one has, wherever its program lies. Pure. */
export function isOfThisHome(entry: string, env: NodeJS.ProcessEnv): boolean {
  const line = /^Exec=(.*)$/m.exec(entry)?.[1] ?? '';
  if (env.XPANE_HOME) return line.startsWith(`env ${quoted(`XPANE_HOME=${env.XPANE_HOME}`)} `);
  return !/^env "?XPANE_HOME=/.test(line);
}

/**
 * One argument: as it is where that is safe, since xdg-open 1.1 understands no quotes; else quoted, with what means something between quotes escaped; then escaped once more, as every string of
 * such a file is; a per cent sign would be a field code.
 */
function quoted(argument: string): string {
  if (/^[\w./:=@+,-]+$/.test(argument)) return argument;
  const escaped = argument.replace(/(["`$\\])/g, '\\$1').replaceAll('%', '%%');
  return `"${escaped}"`.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}
