import { runChild } from '../../shared/child-process.ts';

/** Printers of this computer that CUPS knows. */
export interface HostPrinters {
  readonly names: readonly string[];
  /** The one that programs print on unless told otherwise; undefined if there is none. */
  readonly usual: string | undefined;
  /** False: the server of CUPS did not answer, there may be more. */
  readonly complete: boolean;
}

const timeoutMs = 10_000;
/** What a shell says of a command that it does not find. */
const notInstalled = 127;
/** What CUPS takes for a name (no blank, `/` or `#`), and no option of a command. */
const printerName = /^(?!-)[^\s/#\p{Cc}]{1,127}$/u;

/** Completely none where CUPS is not installed. Rejects with `signal.reason`. */
export async function hostPrinters(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<HostPrinters> {
  const ask = async (option: string) => {
    const options = { timeoutMs, ...(signal ? { signal } : {}) };
    // Messages are translated otherwise.
    const child = { command: 'lpstat', args: [option], env: { ...env, LC_ALL: 'C' }, ...options };
    const result = await runChild(child).catch(() => undefined);
    signal?.throwIfAborted();
    return { code: result?.code, text: result?.code === 0 ? result.stdout : '' };
  };
  // A list of none is what `lpstat -e` says without a server, too, with a code of success.
  const [server, list, usual] = [await ask('-r'), await ask('-e'), await ask('-d')];
  const isRunning = server.text.includes('scheduler is running') && list.code === 0 && usual.code === 0;
  return { ...readPrinters(list.text, usual.text), complete: isRunning || server.code === notInstalled };
}

/** From what `lpstat -e` and `lpstat -d` print. Pure. */
export function readPrinters(list: string, usual: string): Omit<HostPrinters, 'complete'> {
  const names = list.split('\n').filter((line) => printerName.test(line));
  const named = /^system default destination: (\S+)/m.exec(usual)?.[1];
  // Of a queue with options of its own ("name/instance") the queue.
  const queue = named?.split('/')[0];
  return { names, usual: queue !== undefined && names.includes(queue) ? queue : undefined };
}
