import { capabilities } from '../vm/capabilities.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What becomes of a guest that nobody uses; undefined: it runs on. */
export type IdleEnd = Workspace['closeAction'] | undefined;

export function canSuspend({ backend, revertible }: Pick<Workspace, 'backend' | 'revertible'>): boolean {
  return capabilities[backend].suspends && !revertible;
}

/** The user's own, as a device: what is written there stays, whatever becomes of the workspace's. */
export function hasOwnDisk({ devices = [] }: Pick<Workspace, 'devices'>): boolean {
  return devices.some(({ kind }) => kind === 'disk');
}

/**
 * Of a revertible guest nothing is kept, so nothing is lost when it is switched off, unless it has another disk. One that starts at log-on is to be
 * there in a moment: it is suspended or left alone, as MED-V's CloseAction does not count there. Pure.
 */
export function idleEnd(
  workspace: Pick<Workspace, 'backend' | 'revertible' | 'closeAction' | 'start' | 'devices'>,
): IdleEnd {
  const { closeAction, revertible, start } = workspace;
  if (closeAction === 'suspend' && canSuspend(workspace)) return 'suspend';
  if (start === 'log-on') return undefined;
  if (revertible) return hasOwnDisk(workspace) ? 'shutdown' : 'turn-off';
  return closeAction === 'suspend' ? undefined : closeAction;
}
