import { runChild } from '../../shared/child-process.ts';

/** Printers of this computer that CUPS knows. */
export interface HostPrinters {
  readonly names: readonly string[];
  /** The one that programs print on unless told otherwise; undefined if there is none. */
  readonly usual: string | undefined;
}

const timeoutMs = 10_000;
/** What CUPS takes for a name (no blank, `/` or `#`), and no option of a command. */
const printerName = /^(?!-)[^\s/#\p{Cc}]{1,127}$/u;

/** None where CUPS is not installed, or its server does not answer. Rejects with `signal.reason`. */
export async function hostPrinters(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<HostPrinters> {
  const ask = async (option: string) => {
    const options = { timeoutMs, ...(signal ? { signal } : {}) };
    // Messages are translated otherwise.
    const child = { command: 'lpstat', args: [option], env: { ...env, LC_ALL: 'C' }, ...options };
    const result = await runChild(child).catch(() => undefined);
    signal?.throwIfAborted();
    return result?.code === 0 ? result.stdout : '';
  };
  const [list, usual] = [await ask('-e'), await ask('-d')];
  return readPrinters(list, usual);
}

/** From what `lpstat -e` and `lpstat -d` print. Pure. */
export function readPrinters(list: string, usual: string): HostPrinters {
  const names = list.split('\n').filter((line) => printerName.test(line));
  const named = /^system default destination: (\S+)/m.exec(usual)?.[1];
  // Of a queue with options of its own ("name/instance") the queue.
  const queue = named?.split('/')[0];
  return { names, usual: queue !== undefined && names.includes(queue) ? queue : undefined };
}
