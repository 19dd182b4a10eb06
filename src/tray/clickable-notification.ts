import { runChild } from '../shared/child-process.ts';

/** Whoever has not clicked by then has not seen it; notification daemons keep a list for ever. */
const answerTimeoutMs = 60_000;
/** The action that a click on the notification's body means, by the Desktop Notifications Specification. */
const bodyAction = 'default';

export interface ClickableNotification {
  readonly title: string;
  /** Markup; notify-send reads backslash escapes in it. */
  readonly body: string;
  /** A name of the desktop's icon theme. */
  readonly icon: string;
  readonly subject: string;
}

/**
 * Shows a notification by notify-send and waits for a click on it: true. False when it was closed without one, or
 * after a minute. node-notifier brings no click back on Linux. Rejects with XPaneError `process.*`.
 */
export async function showClickable(
  { title, body, icon, subject }: ClickableNotification,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<boolean> {
  const { stdout } = await runChild({
    command: 'notify-send',
    args: [
      ...['--wait', `--action=${bodyAction}=Open`, '--app-name=XPane', `--icon=${icon}`],
      ...[`--hint=string:x-canonical-private-synchronous:xpane/${subject}`, '--', title, body],
    ],
    env,
    timeoutMs: answerTimeoutMs,
    signal,
  });
  return stdout.trim() === bodyAction;
}
