import type { SelfCommand } from '../../shared/self-command.ts';
import { execLine } from '../exec-line.ts';
import { categoriesOf } from './categories.ts';
import type { DesktopApplication, DesktopWorkspace } from './desktop-application.ts';
import { iconName } from './file-names.ts';

/** What an entry starts: this XPane, with the home it has. */
export interface EntryParts {
  readonly self: SelfCommand;
  readonly env: NodeJS.ProcessEnv;
  readonly mark: string;
}

/**
 * The entry of a published application (Desktop Entry Specification 1.5). Of the guest's texts it has only the name,
 * which nothing takes for a command: what is started is named by ids. Pure.
 */
export function applicationEntry(
  { self, env, mark }: EntryParts,
  workspace: DesktopWorkspace,
  application: DesktopApplication,
  shown: { readonly name: string; readonly types: readonly string[] },
): string {
  const { windowClass, icon } = application;
  const start = ['launch', '--tell', 'desktop', '--workspace', workspace.id, application.id];
  const categories = categoriesOf(application.target, application.folder);
  const whole = self.args.length === 0;
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${stringValue(shown.name)}`,
    `Comment=${stringValue(`Application of ${workspace.name}, shown by XPane`)}`,
    `Exec=${execLine(self, env, start)} %F`,
    // An XPane that is gone has no entries.
    ...(whole ? [`TryExec=${stringValue(self.command)}`] : []),
    `Icon=${icon ? iconName(mark, icon.id) : 'application-x-executable'}`,
    'Terminal=false',
    'StartupNotify=true',
    ...(windowClass === undefined ? [] : [`StartupWMClass=${stringValue(windowClass)}`]),
    ...(categories.length > 0 ? [`Categories=${listValue(categories)}`] : []),
    ...(shown.types.length > 0 ? [`MimeType=${listValue(shown.types)}`] : []),
    `Actions=${listValue(workspace.hasScreen ? ['open', 'screen'] : ['open'])}`,
    '',
    '[Desktop Action open]',
    'Name=Open',
    `Exec=${execLine(self, env, start)}`,
    ...(workspace.hasScreen ? screenAction({ self, env }, workspace) : []),
    '',
  ].join('\n');
}

function screenAction({ self, env }: Pick<EntryParts, 'self' | 'env'>, { id, name }: DesktopWorkspace) {
  return [
    '',
    '[Desktop Action screen]',
    `Name=${stringValue(`Screen of ${name}`)}`,
    `Exec=${execLine(self, env, ['desktop', '--workspace', id])}`,
  ];
}

/** A folder of the menu. Pure. */
export function directoryEntry(name: string): string {
  return [
    '[Desktop Entry]',
    'Type=Directory',
    `Name=${stringValue(name)}`,
    'Icon=applications-other',
    '',
  ].join('\n');
}

/** A value of one line: what would end it, or mean something else, is escaped or gone. Pure. */
export function stringValue(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the point
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return line.replaceAll('\\', '\\\\');
}

/** Of words without semicolons. */
function listValue(words: readonly string[]): string {
  return words.map((word) => `${word};`).join('');
}
