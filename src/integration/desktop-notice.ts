import { runChild } from '../shared/child-process.ts';
import type { ErrorReport } from '../shared/errors.ts';
import { hasSessionBus } from '../shared/session-bus.ts';
import { displayText } from '../shared/text.ts';

const shownMs = 25_000;
const commandMs = 5_000;

/**
 * Tells the user by a notification of the desktop why something was not done that he asked for there: a desktop shows
 * nothing of what its handlers and entries say. `subject` names what a later notice replaces. Rejects with XPaneError `process.*`
 * where the desktop takes none.
 */
export async function desktopNotice(
  { subject, title }: { readonly subject: string; readonly title: string },
  { message, hint }: ErrorReport,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  // Without a bus notify-send would start one, which nobody would ever end.
  if (!hasSessionBus(env)) return;
  const body = [message, `What to do: ${hint}`].map((line) => asMarkup(displayText(line, 400))).join('\n');
  await runChild({
    command: 'notify-send',
    args: [
      ...['--app-name=XPane', `--expire-time=${shownMs}`, '--icon=dialog-error'],
      ...[`--hint=string:x-canonical-private-synchronous:xpane/${subject}`, '--', title, body],
    ],
    env,
    timeoutMs: commandMs,
  });
}

/** The body is read as markup and, by notify-send, for backslash escapes. */
function asMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\\', '\\\\');
}
