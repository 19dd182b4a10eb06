import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** A process that cannot be mistaken: a process id is used again, but not with the same start time. */
export interface KnownProcess {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTicks: string;
}

/** The process that has this id now, or undefined when there is none or only its remains (a zombie). */
export function knownProcess(pid: number): KnownProcess | undefined {
  const startTicks = startTicksOf(pid);
  return startTicks === undefined ? undefined : { pid, startTicks };
}

export function isRunning({ pid, startTicks }: KnownProcess): boolean {
  return startTicksOf(pid) === startTicks;
}

/** Kills this process and no other; that it went by itself is as good. */
export function killProcess(known: KnownProcess): void {
  if (!isRunning(known)) return;
  try {
    process.kill(known.pid, 'SIGKILL');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

/** A process and all below it, parents first; what ended meanwhile is left out. */
export function processTree(pid: number): number[] {
  if (startTicksOf(pid) === undefined) return [];
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

/** This user's processes that run one of `programs` with an argument that `matches`. */
export function processesWith(
  programs: readonly string[],
  matches: (arg: string) => boolean,
): KnownProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const [program = '', ...args] = argumentsOf(pid);
      if (!programs.includes(basename(program)) || !args.some(matches)) return [];
      return knownProcess(Number(pid)) ?? [];
    });
}

/** /proc/PID/cmdline of a process of this user, see proc(5); empty for another's and for one that is gone. */
function argumentsOf(pid: string): string[] {
  try {
    if (statSync(`/proc/${pid}`).uid !== process.getuid?.()) return [];
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Field 22 of /proc/PID/stat, see proc(5); undefined once no thread of it is left. */
function startTicksOf(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, threads] = [fields[0], Number(fields[17])];
  // The first thread of a process that was killed may end before the others, whose files are still open.
  return (state === 'Z' || state === 'X') && threads <= 1 ? undefined : fields[19];
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}
