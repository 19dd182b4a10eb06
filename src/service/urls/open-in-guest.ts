import type { LaunchResult } from '../../guest-bridge/guest-bridge.ts';
import type { Params } from '../../launcher/api/methods.ts';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { Display } from '../display.ts';
import { launchFailure } from '../launch-outcome.ts';
import type { LiveWorkspace } from '../live-workspace.ts';
import { fulfil, userWish } from '../user-wish.ts';

const openTimeoutMs = 30_000;

/**
 * Starts the guest if need be and has it open the link. The window takes no focus for what nobody may have clicked.
 * Rejects as a launch does.
 */
export async function openInGuest(
  url: string,
  workspace: LiveWorkspace,
  display: Display,
  { unasked = false, ...where }: Omit<Params<'openUrl'>, 'url'>,
  signal: AbortSignal,
): Promise<void> {
  const presenter = await display.open(where.display, where.authority);
  const name = displayText(new URL(url).host || url, 64);
  await fulfil(
    workspace,
    userWish(presenter, { name, startupId: where.startupId }),
    signal,
    async (bridge) => {
      const result = await bridge.openUrl(url, { timeoutMs: openTimeoutMs, signal });
      const failure = linkFailure(result, url, workspace.name);
      if (failure) throw failure;
    },
    { mayTakeFocus: !unasked },
  );
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
