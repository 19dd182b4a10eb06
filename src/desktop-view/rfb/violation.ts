import { XPaneError } from '../../shared/errors.ts';

/** The screen's server broke the protocol; `why` is for the log and for whoever reads the hint. */
export function violation(why: string): XPaneError {
  return new XPaneError(
    'desktop.bad-screen',
    'The guest’s screen sent something that makes no sense. Its view was closed.',
    `Open it again with "xpane desktop"; if that does not help, restart the guest. (${why})`,
  );
}
