import type { LaunchResult } from '../../guest-bridge/guest-bridge.ts';
import type { Params } from '../../launcher/api/methods.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { untilFirstWindow } from '../busy-pointer.ts';
import type { Display } from '../display.ts';
import { launchFailure } from '../launch-outcome.ts';
import type { LiveWorkspace } from '../live-workspace.ts';

const openTimeoutMs = 30_000;
/** As for an application that the user launches. */
const firstWindowTimeoutMs = 20_000;

/** Starts the guest if need be and has it open the link. Rejects as a launch does. */
export async function openInGuest(
  url: string,
  workspace: LiveWorkspace,
  display: Display,
  where: Pick<Params<'openUrl'>, 'display' | 'authority' | 'startupId'>,
  signal: AbortSignal,
): Promise<void> {
  const release = workspace.keepAwake();
  let giveUp: () => void = () => undefined;
  try {
    const presenter = await display.open(where.display, where.authority);
    const act = presenter.userAct();
    const notice = presenter.announceStart({
      name: displayText(new URL(url).host || url, 64),
      ...(where.startupId === undefined ? {} : { startupId: where.startupId }),
    });
    giveUp = () => notice.end();
    const bridge = await workspace.ensureReady(signal);
    const withdraw = workspace.expectWindow(act, firstWindowTimeoutMs);
    const notBusy = untilFirstWindow(bridge, notice, firstWindowTimeoutMs);
    giveUp = () => {
      withdraw();
      notBusy();
    };
    const result = await bridge.openUrl(url, { timeoutMs: openTimeoutMs, signal });
    const failure = linkFailure(result, url, workspace.name);
    if (failure) throw failure;
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    release();
  }
}

/** The error for a link the guest did not open; none when it did. */
export function linkFailure(result: LaunchResult, url: string, workspace: string): XPaneError | undefined {
  return result.outcome === 'not-found'
    ? noProgram(url, workspace)
    : launchFailure(result, 'the program for links');
}

function noProgram(url: string, workspace: string): XPaneError {
  return new XPaneError(
    'launch.no-link-program',
    `No program in the guest of ${workspace} opens "${displayText(url, 120)}".`,
    'Install one in the guest, or change the rule: "xpane url test" tells which it is.',
  );
}
