import { XPaneError } from '../../shared/errors.ts';
import type { ClipboardRefusal } from '../protocol/clipboard-messages.ts';

/** Why content did not cross. Codes are stable. */

const AGAIN = 'Copy it in the guest again.';

export const noProgress = () =>
  new XPaneError('bridge.clipboard-timeout', 'The guest did not send what was pasted.', AGAIN);

export const cancelled = (cause?: unknown) =>
  new XPaneError('bridge.clipboard-cancelled', 'Nobody waits for what was pasted any more.', AGAIN, cause);

export const tooLarge = () =>
  new XPaneError(
    'bridge.clipboard-too-large',
    'What was copied in the guest is too large to be pasted here.',
    'Copy less at once, or save it to a file.',
  );

export const notTaken = () =>
  new XPaneError(
    'bridge.clipboard-not-taken',
    'The guest has stopped taking what was pasted there.',
    'Paste it in the guest again.',
  );

export const tooMany = () =>
  new XPaneError('bridge.clipboard-refused', 'Too much is being pasted at once.', 'Try again in a moment.');

/** The error for what the guest answers. */
export function refusalError(reason: ClipboardRefusal): XPaneError {
  if (reason === 'too-large') return tooLarge();
  if (reason === 'gone') {
    return new XPaneError('bridge.clipboard-gone', 'The guest has copied something else meanwhile.', AGAIN);
  }
  return new XPaneError('bridge.clipboard-refused', 'The guest does not give what was copied there.', AGAIN);
}
