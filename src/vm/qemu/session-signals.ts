import { runChild } from '../../shared/child-process.ts';
import { childEnvironment } from '../host-programs.ts';

/** Of `env` in GNU coreutils 8.31 and newer. */
const blocking = '--block-signal=TERM,HUP,INT';
/** Bits of SIGTERM (15), SIGHUP (1) and SIGINT (2) in the line SigBlk of /proc/self/status, see proc(5). */
const blockedBits = 0x4003n;
const probeTimeoutMs = 5_000;

/** Found out once in a process; again after a try that told nothing. */
let probe: Promise<boolean> | undefined;

/**
 * A command for a QEMU that the end of a session, of a terminal or of the computer does not end: those signal all of
 * its processes at once, and QEMU would be gone, as after a power cut, before its service could suspend the guest. Its
 * service ends it, or the kernel when that dies. QEMU has no option for this, and sets handlers of its own; but it leaves
 * alone which signals are blocked. Where `env` cannot block any, the command is as it was.
 */
export async function deafToSessionEnd(
  command: string,
  args: readonly string[],
): Promise<{ readonly command: string; readonly args: readonly string[] }> {
  probe ??= envBlocks().catch(() => {
    probe = undefined;
    return false;
  });
  return (await probe) ? { command: 'env', args: [blocking, command, ...args] } : { command, args };
}

/** By what comes of it: other programs called `env` may take the option and do nothing. */
async function envBlocks(): Promise<boolean> {
  const { code, stdout } = await runChild({
    command: 'env',
    args: [blocking, 'cat', '/proc/self/status'],
    env: childEnvironment(),
    timeoutMs: probeTimeoutMs,
  });
  const mask = /^SigBlk:\s*([0-9a-f]+)$/m.exec(stdout)?.[1];
  return code === 0 && mask !== undefined && (BigInt(`0x${mask}`) & blockedBits) === blockedBits;
}
