import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import type { Presenter, StartNotice, UserAct } from '../presenter/presenter.ts';
import { untilFirstWindow } from './busy-pointer.ts';
import type { LiveWorkspace } from './live-workspace.ts';

/** A program shows its first window within this after it was asked for, or shows it without taking the focus. */
export const firstWindowTimeoutMs = 20_000;

/** The moment of the user's wish, not that at which the guest has booted: much may be typed elsewhere meanwhile. */
export interface UserWish {
  readonly act: UserAct;
  readonly notice: StartNotice;
}

/** Tells the desktop that something is about to start; `name` is safe to show. The owner passes it to `fulfil`. */
export function userWish(
  presenter: Presenter,
  about: { readonly name: string; readonly startupId?: string | undefined },
): UserWish {
  const { name, startupId } = about;
  const notice = presenter.announceStart({ name, ...(startupId === undefined ? {} : { startupId }) });
  return { act: presenter.userAct(), notice };
}

/**
 * Starts the guest if need be and has it do what the user wishes: its first window may take the focus, by default. Throws what
 * `ensureReady` and `work` throw; then nothing is waited for any more.
 */
export async function fulfil<T>(
  workspace: LiveWorkspace,
  { act, notice }: UserWish,
  signal: AbortSignal,
  work: (bridge: GuestBridge) => Promise<T>,
  { mayTakeFocus = true } = {},
): Promise<T> {
  const release = workspace.keepAwake();
  let giveUp = () => notice.end();
  try {
    const bridge = await workspace.ensureReady(signal);
    const withdraw = mayTakeFocus ? workspace.expectWindow(act, firstWindowTimeoutMs) : () => undefined;
    const notBusy = untilFirstWindow(bridge, notice, firstWindowTimeoutMs);
    giveUp = () => {
      withdraw();
      notBusy();
    };
    return await work(bridge);
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    release();
  }
}
