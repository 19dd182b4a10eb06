import type { LaunchResult } from '../guest-bridge/guest-bridge.ts';
import { XPaneError } from '../shared/errors.ts';

/** The error for a launch the guest refused; none when it started. `name` is safe to show. */
export function launchFailure(result: LaunchResult, name: string): XPaneError | undefined {
  const detail = result.systemError === 0 ? '' : ` (Windows error ${result.systemError})`;
  switch (result.outcome) {
    case 'started':
      return undefined;
    case 'not-published':
      return new XPaneError(
        'launch.not-published',
        `The guest no longer offers ${name}.`,
        'It was removed from the guest’s Start Menu; "xpane apps" lists what is there.',
      );
    case 'not-found':
      return new XPaneError(
        'launch.not-found',
        `The program behind ${name} is missing in the guest.`,
        'Install the application again in the guest.',
      );
    case 'not-taken':
      return new XPaneError(
        'launch.not-taken',
        `No window of the guest took ${name}.`,
        'Open it with an application: "xpane open --with APP".',
      );
    case 'access-denied':
      return new XPaneError(
        'launch.access-denied',
        `The guest refused to start ${name}${detail}.`,
        'Ask who prepared the workspace to allow it for the guest’s user.',
      );
    case 'no-session':
      return new XPaneError(
        'launch.no-session',
        `${name} cannot start: nobody is logged on in the guest.`,
        'Restart the workspace; if that does not help, automatic log-on is not set up in it.',
      );
    case 'failed':
      return new XPaneError(
        'launch.failed',
        `${name} could not be started in the guest${detail}.`,
        'Try again; the log file has more.',
      );
  }
}
