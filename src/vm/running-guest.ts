import type { ChildExit, OwnedChild } from '../shared/child-process.ts';
import type { GuestEndpoint } from '../shared/endpoint.ts';
import type { Log } from '../shared/log.ts';
import { displayText } from '../shared/text.ts';
import { processTree } from './known-process.ts';
import { emptyFolder } from './launch-folder.ts';
import type { BorrowedSecret, GuestPause, VmExit, VmInstance } from './vm-backend.ts';

/** What differs between technologies once a guest runs. */
export interface GuestProcess {
  readonly child: OwnedChild;
  /** Processes of this guest that are none of the child's. */
  readonly otherProcessIds?: readonly number[];
  readonly endpoint: GuestEndpoint;
  readonly screenSocket?: string;
  readonly runtimeFolder: string;
  readonly log: Log;
  readonly resumed: boolean;
  readonly borrowed?: BorrowedSecret | undefined;
  /** Asks the guest to shut down; called again every few seconds, as a guest that still boots may miss it. */
  requestShutdown(): void;
  /** Ends every process of the guest at once. */
  forceEnd(): void;
  /** Keeps the guest's state and has the process end; throws with the guest running on. See `VmInstance.suspend`. */
  readonly suspend?: (deadlineMs: number) => Promise<void>;
  readonly pause?: GuestPause;
  /** Where the child's end is not the end of all: waits for the rest. */
  gone?(): Promise<void>;
  /** Whether the guest shut itself down, by what is known now that its process is gone. */
  endedItself(exit: ChildExit): boolean;
}

const repeatRequestMs = 2000;

/** Turns a guest's process into the port's instance: one exit, one clean-up, whoever asks for it. */
export function runningGuest(guest: GuestProcess): VmInstance {
  const { child, log, suspend } = guest;
  let stopAsked = false;
  let forced = false;
  const exited = child.exited.then(async (exit): Promise<VmExit> => {
    await cleanUp(guest);
    const detail = exitDetail(exit, child.tail());
    const endedItself = guest.endedItself(exit);
    const [expected, inOrder] = [stopAsked || endedItself, endedItself && !forced];
    log.info({ pid: child.pid, expected, inOrder, detail }, 'guest ended');
    return { expected, inOrder, detail };
  });
  const force = () => {
    forced = true;
    guest.forceEnd();
  };
  const kill = () => {
    stopAsked = true;
    force();
    return exited;
  };
  return {
    endpoint: guest.endpoint,
    resumed: guest.resumed,
    ...(guest.borrowed === undefined ? {} : { borrowed: guest.borrowed }),
    ...(guest.screenSocket === undefined ? {} : { screenSocket: guest.screenSocket }),
    exited,
    kill,
    ...(guest.pause ? { pause: guest.pause } : {}),
    ...(suspend ? { suspend: (deadlineMs: number) => suspend(deadlineMs).then(() => exited) } : {}),
    get processIds() {
      return [child.pid, ...(guest.otherProcessIds ?? [])].flatMap(processTree);
    },
    async powerOff(deadlineMs) {
      stopAsked = true;
      guest.requestShutdown();
      const repeat = setInterval(() => guest.requestShutdown(), repeatRequestMs);
      const deadline = setTimeout(() => {
        log.warn({ pid: child.pid, deadlineMs }, 'guest did not shut down in time and is ended by force');
        force();
      }, deadlineMs);
      return exited.finally(() => {
        clearInterval(repeat);
        clearTimeout(deadline);
      });
    },
  };
}

/** For the log and the user: how the process ended and what it said last, at most 4 KiB. */
export function exitDetail(exit: ChildExit, untrustedTail: string): string {
  const how = exit.signal === null ? `exit code ${exit.code}` : `ended by ${exit.signal}`;
  const words = displayText(untrustedTail, 4000);
  return words === '' ? how : `${how}: ${words}`;
}

async function cleanUp({ gone, runtimeFolder, log }: GuestProcess): Promise<void> {
  try {
    await gone?.();
    emptyFolder(runtimeFolder);
  } catch (cause) {
    log.error({ runtimeFolder, cause: String(cause) }, 'something is left of the ended guest');
  }
}
