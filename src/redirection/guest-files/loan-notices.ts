import { basename, dirname } from 'node:path';
import { reportOf } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { FileNotice } from '../files/notices.ts';
import type { Returned } from './return-loan.ts';

/** Undefined for what is where it belongs. Pure. */
export function noticeOfReturn(returned: Returned, workspaceName: string): FileNotice | undefined {
  const name = displayText(returned.record.name, 80);
  const workspace = displayText(workspaceName, 64);
  if (returned.kind === 'beside') {
    return {
      title: `${name} was kept beside`,
      text: `It was changed, moved or protected in ${workspace}, too. What you saved is there in the same folder, with "(from this computer, …)" in its name.`,
    };
  }
  if (returned.kind !== 'rescued') return undefined;
  const { path, why } = returned;
  return {
    title: `${name} was kept on this computer`,
    text: `${workspace} has no place for it: ${why}\nWhat you saved is ${displayText(basename(path), 200)} in ${displayText(dirname(path), 400)}.`,
  };
}

/** Pure. */
export function noticeOfWait(untrustedName: string, error: unknown, workspaceName: string): FileNotice {
  const name = displayText(untrustedName, 80);
  const workspace = displayText(workspaceName, 64);
  const { code, message } = reportOf(error);
  const text =
    code === 'loans.no-guest' || code === 'bridge.not-connected'
      ? `${workspace} does not run. What you saved goes there when it does.`
      : `${message} What you saved goes there as soon as it can.`;
  return { title: `${name} is saved here, not yet in ${workspace}`, text };
}

/** Something else that lay in a loan's folder when that went. Pure. */
export function noticeOfKept(path: string): FileNotice {
  return {
    title: `${displayText(basename(path), 80)} was kept`,
    text: `It lay beside a file of the guest that is closed now. It is in ${displayText(dirname(path), 400)}.`,
  };
}
