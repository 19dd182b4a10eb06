import { reportOf, XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';
import { requireNetwork } from '../vm/network.ts';
import type { VmInstance, VmSpec } from '../vm/vm-backend.ts';
import type { GuestBegin } from './redirected-files.ts';
import { bridgeTo, type SessionGuest, untilReady } from './session-guest.ts';
import type { GuestSource, SessionParts } from './session-parts.ts';
import type { SessionPhase } from './session-phase.ts';
import { StartProgress } from './start-progress.ts';
import { ownGuest } from './warm-start.ts';

type Starting = Extract<SessionPhase, { name: 'starting' }>;

/** The session whose guest is started, as far as a start is concerned with it. */
export interface StartingSession {
  readonly parts: SessionParts;
  /** Tells how far the start is. */
  tell(change: Partial<Omit<Starting, 'name'>>): void;
  /** A machine runs that is not this workspace's own guest yet; undefined: it is, or is gone. */
  onMachine(vm: VmInstance | undefined): void;
  /** From here on the session owns the guest, also when the start fails. */
  onGuest(guest: SessionGuest): void;
}

/** Brings a guest up: one that was suspended, a copy of one that has booted, or by a boot. Rejects as `ensureReady`. */
export async function startGuest(
  session: StartingSession,
  resuming: boolean,
  signal: AbortSignal,
): Promise<SessionGuest> {
  const { parts, tell } = session;
  const { disk, runtimeFolder, warmStart, revertible } = parts;
  const source = parts.guestSource();
  const { backend } = source;
  const obstacle = await backend.obstacle(signal);
  if (obstacle) throw new XPaneError(obstacle.code, obstacle.message, obstacle.hint);
  if (parts.network) requireNetwork(backend, parts.network);
  await backend.reclaim(privateFolder(runtimeFolder), disk);
  // A guest that may be a copy gets its disk with it, and one whose disk is thrown away needs none of its own.
  if (!warmStart && !revertible) await backend.prepareDisk(disk, signal);
  if (resuming) return await resume(session, source, signal);
  tell({ text: parts.installation?.() ? 'Installing Windows' : 'Starting the guest' });
  const progress = new StartProgress(parts.startDurationFile, (fraction) => tell({ fraction }));
  try {
    const vm = await startMachine(session, source, signal);
    const guest = await connect(session, source, vm, { resumed: false }, signal);
    if (!vm.resumed) keepDuration(parts, progress);
    return guest;
  } finally {
    progress.stop();
  }
}

/** The backend may find that the guest cannot go on, and boot it. */
async function resume(
  session: StartingSession,
  source: GuestSource,
  signal: AbortSignal,
): Promise<SessionGuest> {
  session.tell({ text: 'Resuming the guest', resuming: true });
  const vm = await source.backend.start(specOf(session.parts, source), signal);
  if (!vm.resumed) session.tell({ text: 'Starting the guest', resuming: false });
  return await connect(session, source, vm, { resumed: vm.resumed }, signal);
}

/** A guest that does not become this workspace's own boots instead. */
async function startMachine(
  session: StartingSession,
  source: GuestSource,
  signal: AbortSignal,
): Promise<VmInstance> {
  const { secret, log, attended } = session.parts;
  const { backend, patience } = source;
  const spec = specOf(session.parts, source);
  const vm = await backend.start(spec, signal);
  const { borrowed } = vm;
  if (!borrowed) return vm;
  session.onMachine(vm);
  try {
    session.tell({ text: 'Waiting for Windows to be ready' });
    await ownGuest(vm, borrowed, { secret, log, patience, attended }, signal);
    return vm;
  } catch (error) {
    await vm.kill();
    signal.throwIfAborted();
    borrowed.discard();
    log.warn({ error: reportOf(error) }, 'a new guest was of no use and boots');
    return await backend.start({ ...spec, warmStart: false }, signal);
  } finally {
    session.onMachine(undefined);
  }
}

async function connect(
  session: StartingSession,
  { patience }: GuestSource,
  vm: VmInstance,
  begin: GuestBegin,
  signal: AbortSignal,
): Promise<SessionGuest> {
  const { secret, log, attended, setUpDisk, onBridge } = session.parts;
  const agentToCome = setUpDisk?.() !== undefined;
  const guest = { vm, bridge: await bridgeTo(vm, { secret, log, agentToCome }) };
  session.onGuest(guest);
  onBridge(guest.bridge, begin);
  session.tell({ text: 'Waiting for Windows to be ready' });
  await untilReady(guest, signal, { patience, attended });
  if (vm.resumed) guest.bridge.send({ type: 'set-time', unixMs: Date.now() });
  return guest;
}

function specOf(parts: SessionParts, { agentFile }: GuestSource): VmSpec {
  const { workspaceId, disk, runtimeFolder, secretFile, desktop } = parts;
  const { memoryMiB, sound, network, warmStart, revertible, onTrouble } = parts;
  const setUpDisk = parts.setUpDisk?.();
  const installation = parts.installation?.();
  const ofLaunch = { runtimeFolder, agentFile, secretFile, setUpDisk, installation, desktop: desktop() };
  return { workspaceId, disk, ...ofLaunch, memoryMiB, sound, network, warmStart, revertible, onTrouble };
}

function keepDuration({ log }: SessionParts, progress: StartProgress): void {
  try {
    progress.finish();
  } catch (error) {
    log.warn({ error: String(error) }, 'how long the start took could not be kept');
  }
}
