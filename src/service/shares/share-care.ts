import { realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { type XPanePaths, xpanePaths } from '../../shared/paths.ts';
import { displayText } from '../../shared/text.ts';
import type { Definition } from '../../workspace/definition.ts';
import { shareRule } from '../../workspace/share-rule.ts';
import { type AskedShare, withoutShare, withShare } from '../../workspace/shares.ts';

/**
 * A definition with one shared folder more. `rule`: the setting `shareFolders`; `own`: folders of XPane itself. Throws
 * `share.*`.
 */
export function definitionWithShare(
  definition: Definition,
  asked: AskedShare,
  rule: string,
  own: readonly string[],
): Definition {
  const { access } = shareRule(rule);
  if (access === 'off' || (access === 'read-only' && !asked.readOnly)) throw notAllowed(rule, access);
  const folder = realFolder(asked.folder);
  if (own.some((each) => isWithin(folder, each) || isSeenIn(each, folder))) throw notThat(folder);
  // What the user calls it, though a link may lead elsewhere.
  const name = asked.name ?? asked.folder.split('/').filter(Boolean).at(-1) ?? '';
  return { ...definition, shares: withShare(definition.shares ?? [], { ...asked, folder, name }) };
}

/** Throws `share.unknown`. Pure. */
export function definitionWithoutShare({ shares = [], ...others }: Definition, asked: string): Definition {
  const left = withoutShare(shares, asked);
  return left.length === 0 ? others : { ...others, shares: left };
}

function realFolder(path: string): string {
  try {
    const folder = realpathSync(path);
    if (statSync(folder).isDirectory()) return folder;
  } catch (cause) {
    throw noFolder(path, cause);
  }
  throw noFolder(path);
}

/** What XPane keeps: a guest that could write there would be the host's master. */
export function ownFolders(): string[] {
  const { data, config, state, cache, runtime }: XPanePaths = xpanePaths();
  return [data, config, state, cache, runtime].map((path) => resolve(path));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** What is hidden in a folder is not shared with it. */
function isSeenIn(path: string, folder: string): boolean {
  return (
    isWithin(path, folder) &&
    !relative(folder, path)
      .split(sep)
      .some((name) => name.startsWith('.'))
  );
}

function noFolder(path: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'share.not-there',
    `There is no folder ${displayText(path, 200)}.`,
    'Look how it is called, or whether its disk or network share is connected.',
    cause,
  );
}

function notThat(folder: string): XPaneError {
  return new XPaneError(
    'share.own-folder',
    `${displayText(folder, 200)} cannot be shared: XPane keeps its own files there.`,
    'Share a folder beside it, or a smaller one.',
  );
}

function notAllowed(rule: string, access: string): XPaneError {
  return new XPaneError(
    'share.not-allowed',
    access === 'off'
      ? 'The setting "shareFolders" of this computer allows no shared folders.'
      : `The setting "shareFolders" of this computer is "${rule}".`,
    access === 'off' ? 'Ask whoever administers this computer.' : 'Share it with --read-only.',
  );
}
