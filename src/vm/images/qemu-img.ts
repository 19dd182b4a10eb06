import { type ChildExit, runChild, startChild } from '../../shared/child-process.ts';
import { pause } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import { childEnvironment, findProgram, requireSetpriv } from '../host-programs.ts';

/** What qemu-img may use at most: an image made to exhaust this computer only ends the program that reads it. */
const limits = {
  /** Room for its libraries, its threads' stacks and an image's tables. */
  addressSpaceBytes: 2 * 2 ** 30,
  /** For questions about an image. To check one of 2 TiB takes half a minute. */
  askMs: 5 * 60_000,
  /** For work, before any byte is read. */
  workMs: 60_000,
  /** Slower than any disk people have; what takes longer hangs. */
  leastBytesPerMs: 2000,
} as const;

/** A question that qemu-img answers soon. */
export interface ImageQuestion {
  readonly args: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface ImageAnswer extends ChildExit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Throws `vm.qemu-missing`, `process.timeout`, `process.too-much-output`, or `signal.reason`. */
export async function askQemuImg({ args, signal }: ImageQuestion): Promise<ImageAnswer> {
  return runChild({
    ...limited(args, []),
    env: environment(),
    timeoutMs: limits.askMs,
    ...(signal ? { signal } : {}),
  });
}

/** Reading and writing a whole image. */
export interface ImageWork extends ImageQuestion {
  /** How much it is about, in bytes: the deadline grows with it. */
  readonly sizeBytes: number;
  /** No file may become larger than this. */
  readonly maxFileBytes: number;
  /** Called with 0 to 1, rising. */
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

export interface WorkResult extends ChildExit {
  /** The last that it printed. */
  readonly words: string;
}

const lookEveryMs = 100;

/**
 * Runs qemu-img to its end; whatever ends this early, the process is gone then. Its own failure is a result.
 * Throws `vm.qemu-missing`, `image.timeout`, or `signal.reason`.
 */
export async function workQemuImg(work: ImageWork): Promise<WorkResult> {
  const { args, signal, sizeBytes, maxFileBytes, onFraction } = work;
  signal?.throwIfAborted();
  const child = await startChild({
    ...limited(args, [`--fsize=${Math.ceil(maxFileBytes)}`]),
    env: environment(),
  });
  const timeoutMs = workTimeoutMs(sizeBytes);
  const deadlineMs = performance.now() + timeoutMs;
  const ended: { exit?: ChildExit } = {};
  void child.exited.then((exit) => {
    ended.exit = exit;
  });
  let told = 0;
  try {
    for (;;) {
      await Promise.race([child.exited, pause(lookEveryMs, signal)]);
      signal?.throwIfAborted();
      const fraction = fractionIn(child.tail()) ?? 0;
      if (fraction > told) {
        told = fraction;
        onFraction?.(fraction);
      }
      if (ended.exit) return { ...ended.exit, words: withoutProgress(child.tail()) };
      if (performance.now() > deadlineMs) throw tooLate(timeoutMs);
    }
  } finally {
    if (!ended.exit) await child.kill();
  }
}

/** Pure. */
export function workTimeoutMs(sizeBytes: number): number {
  return limits.workMs + sizeBytes / limits.leastBytesPerMs;
}

/** How far qemu-img is by what `-p` made it print: `    (12.34/100%)` and a carriage return, again and again. Pure. */
export function fractionIn(printed: string): number | undefined {
  const last = [...printed.matchAll(/\((\d{1,3}\.\d\d)\/100%\)/g)].at(-1)?.[1];
  return last === undefined ? undefined : Math.min(1, Number(last) / 100);
}

/** Pure. */
export function withoutProgress(printed: string): string {
  return printed.replace(/\s*\(\d{1,3}\.\d\d\/100%\)\r?/g, '').trim();
}

/** Throws `vm.qemu-missing`, `vm.setpriv-missing`. */
export function requireQemuImg(): string {
  requireSetpriv();
  const qemuImg = findProgram('qemu-img');
  if (qemuImg !== undefined) return qemuImg;
  throw new XPaneError(
    'vm.qemu-missing',
    'The program qemu-img, which reads and writes disk images, is not installed.',
    'Install QEMU; on Debian and Ubuntu: sudo apt install qemu-system-x86 qemu-utils',
  );
}

/** The C library would set address space aside for every thread and processor there is. */
function environment(): NodeJS.ProcessEnv {
  return { ...childEnvironment(), MALLOC_ARENA_MAX: '2' };
}

/** prlimit comes with setpriv, in util-linux. */
function limited(args: readonly string[], more: readonly string[]): { command: string; args: string[] } {
  const own = [`--as=${limits.addressSpaceBytes}`, '--core=0', ...more];
  return { command: 'prlimit', args: [...own, '--', requireQemuImg(), ...args] };
}

function tooLate(timeoutMs: number): XPaneError {
  return new XPaneError(
    'image.timeout',
    `The image was not done within ${Math.round(timeoutMs / 60_000)} minutes.`,
    'Try again when the computer is less busy; if it happens again, the image is damaged.',
  );
}
