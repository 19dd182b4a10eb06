import type { ErrorReport } from '../../shared/errors.ts';
import { desktopNotice } from '../desktop-notice.ts';

/** Where no service can tell the user. Rejects with XPaneError `process.*` where the desktop takes no notification. */
export async function noticeOfLink(report: ErrorReport, env: NodeJS.ProcessEnv): Promise<void> {
  await desktopNotice({ subject: 'link', title: 'A link was not opened' }, report, env);
}
