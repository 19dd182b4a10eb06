import type { ServiceState, SetUpReport, WorkspaceState } from '../launcher/api/state.ts';
import type { ErrorReport } from '../shared/errors.ts';

/** What a click on a notification is passed on as. */
export interface BalloonRef {
  readonly workspace: string;
  readonly balloon: number;
}

/** A click on the notification says yes: the file is opened again, with its folder. */
export interface FolderQuestionRef {
  readonly workspace: string;
  readonly kind: string;
  readonly file: string;
}

export interface Notification {
  /** What it is about: a later one of the same subject takes the place of an earlier one on the screen. */
  readonly subject: string;
  readonly title: string;
  /** Lines are separated by newlines; each is cleaned before it is shown. */
  readonly text: string;
  readonly icon: 'running' | 'starting' | 'stopped' | 'failed' | 'information' | 'warning' | 'error';
  /** It answers a click of the user's, who cannot click too often. */
  readonly asked?: true;
  /** What the guest says, and what is asked about a file, can be clicked. */
  readonly click?: BalloonRef | FolderQuestionRef;
}

/** No click on a notification reaches XPane on Linux, so the text says where to go. */
const whereToClick = 'Click the XPane icon in the panel to choose an application.';

/**
 * What the user is told when the service's state changes. Without an earlier state nothing is new: a tray that
 * starts beside a running service keeps quiet, except about a failure.
 */
export function notificationsFor(
  before: ServiceState | undefined,
  after: ServiceState,
): readonly Notification[] {
  return [
    ...brokenUrlLists(before, after),
    ...(before ? refusedLinks(before, after) : []),
    ...after.workspaces.flatMap((workspace) => aboutOne(before, workspace)),
  ];
}

function aboutOne(before: ServiceState | undefined, workspace: WorkspaceState): Notification[] {
  const earlier = before?.workspaces.find(({ id }) => id === workspace.id);
  // A guest starts and stops while it is set up: that is told as what it is.
  const settingUp = [earlier, workspace].some((one) => one?.setUp && one.setUp.phase !== 'done');
  const told = settingUp
    ? aboutSetUp(earlier?.setUp, workspace, before !== undefined)
    : aboutWorkspace(earlier, workspace);
  const screen = earlier && aboutScreen(earlier, workspace);
  return [
    ...(told ? [told] : []),
    ...(screen ? [screen] : []),
    ...(earlier ? newBalloons(earlier, workspace) : []),
    ...(earlier ? newFileNotices(earlier, workspace) : []),
  ];
}

function refusedLinks(before: ServiceState, { refusedLinks: links = [] }: ServiceState): Notification[] {
  const lastId = before.refusedLinks?.at(-1)?.id ?? 0;
  return links
    .filter(({ id }) => id > lastId)
    .map(({ failure, from }) =>
      from
        ? // A guest may cause as many as it likes, and choose words of it: they are counted and look as what it says.
          {
            ...failureOf(`link/${from.id}`, `${from.name}: a link was not opened`, failure),
            icon: 'warning' as const,
          }
        : failureOf('link', 'A link was not opened', failure),
    );
}

/** Told again to a tray that starts, as any failure. */
function brokenUrlLists(before: ServiceState | undefined, after: ServiceState): Notification[] {
  const known = new Set(
    before?.brokenUrlLists?.map(({ source, failure }) => `${source}\n${failure.message}`),
  );
  return (after.brokenUrlLists ?? [])
    .filter(({ source, failure }) => !known.has(`${source}\n${failure.message}`))
    .map(({ source, failure }) => failureOf(`url-list/${source}`, 'Rules for links cannot be used', failure));
}

function aboutWorkspace(
  before: WorkspaceState | undefined,
  { id, name, phase, applications, failure, resuming, warning }: WorkspaceState,
): Notification | undefined {
  const subject = `workspace/${id}`;
  if (before?.phase === phase) {
    const isNew = warning && phase === 'running' && warning.code !== before.warning?.code;
    return isNew ? { ...failureOf(subject, `${name} waits`, warning), icon: 'warning' } : undefined;
  }
  if (phase === 'failed') {
    const title = before?.phase === 'running' ? `${name} stopped working` : `${name} could not start`;
    return failureOf(subject, title, failure ?? { code: '', message: '', hint: 'Start it again.' });
  }
  // A guest that goes on where it was is there before anybody could read about it.
  if (before === undefined || resuming || before.resuming || atRest.has(before.phase)) return undefined;
  if (phase === 'starting') {
    const text =
      applications.length === 0
        ? 'The first start prepares the guest and may take some minutes. You can go on working.'
        : 'Applications open as soon as the guest is ready.';
    return { subject, title: `${name} is starting`, text, icon: 'starting' };
  }
  if (phase === 'running') {
    return { subject, title: `${name} is ready`, text: whereToClick, icon: 'running' };
  }
  return undefined;
}

/**
 * What is asked is asked of a tray that has just started, too; what went wrong is told again to it, as any failure. What
 * goes well in silent mode is not told.
 */
function aboutSetUp(
  before: SetUpReport | undefined,
  { id, name, setUp: after }: WorkspaceState,
  watched: boolean,
): Notification | undefined {
  if (!after || (before?.phase === after.phase && before.prompt?.kind === after.prompt?.kind))
    return undefined;
  const subject = `workspace/${id}`;
  const { phase, prompt, mode } = after;
  if (prompt) return promptOf(subject, name, prompt);
  if (!watched || mode === 'silent') return undefined;
  if (phase === 'running' && before?.phase !== 'running') {
    const text =
      'The guest is started and set up. You can go on working; the tray’s menu shows how far it is.';
    return { subject, title: `${name} is being set up`, text, icon: 'starting' };
  }
  if (phase === 'done') return { subject, title: `${name} is set up`, text: whereToClick, icon: 'running' };
  return undefined;
}

function promptOf(subject: string, name: string, prompt: NonNullable<SetUpReport['prompt']>): Notification {
  const { kind, text, detail, helpUrl, mayPostpone } = prompt;
  const entry = kind === 'start' ? '“Set up now”' : '“Try again”';
  const choice = `In the XPane icon’s menu choose ${entry}${mayPostpone ? ' or “Set up later”' : ''}.`;
  const lines = [text, detail, choice, helpUrl === undefined ? undefined : `Help: ${helpUrl}`];
  const inWords = { start: 'is to be set up', retry: 'was not set up', failure: 'could not be set up' }[kind];
  return {
    ...{ subject, title: `${name} ${inWords}` },
    text: lines.filter((line) => line !== undefined).join('\n'),
    icon: kind === 'start' ? 'stopped' : 'failed',
  };
}

const atRest: ReadonlySet<WorkspaceState['phase']> = new Set(['suspending', 'suspended']);
/** A guest that failed has said so already. */
function aboutScreen(
  { desktopView: before }: WorkspaceState,
  { id, name, phase, desktopView: after }: WorkspaceState,
): Notification | undefined {
  if (!before?.shown || after?.shown || !after?.ended || phase === 'failed') return undefined;
  return failureOf(`screen/${id}`, `The desktop of ${name} was closed`, after.ended);
}

const balloonIcons = {
  none: 'information',
  info: 'information',
  warning: 'warning',
  error: 'error',
} as const;

function newBalloons(
  before: WorkspaceState,
  { id: workspace, balloons = [] }: WorkspaceState,
): Notification[] {
  const lastId = before.balloons?.at(-1)?.id ?? 0;
  return balloons
    .filter(({ id }) => id > lastId)
    .map(({ id, title, text, kind }) => ({
      subject: `balloon/${workspace}`,
      title,
      text,
      icon: balloonIcons[kind],
      click: { workspace, balloon: id },
    }));
}

/** What XPane itself says of files: each has a place of its own on the screen. */
function newFileNotices(before: WorkspaceState, { id: workspace, files }: WorkspaceState): Notification[] {
  const lastId = before.files?.notices?.at(-1)?.id ?? 0;
  return (files?.notices ?? [])
    .filter(({ id }) => id > lastId)
    .map(({ id, kind = 'warning', title, text, folderQuestion }) => {
      const click = folderQuestion ? { click: { workspace, ...folderQuestion } } : {};
      return { subject: `files/${workspace}/${id}`, title, text, icon: kind, ...click };
    });
}

/** Something the user asked for did not work. */
export function actionFailed(title: string, error: ErrorReport): Notification {
  return { ...failureOf(`action/${title}`, title, error), asked: true };
}

function failureOf(subject: string, title: string, { message, hint }: ErrorReport): Notification {
  return { subject, title, text: `${message}\nWhat to do: ${hint}`, icon: 'failed' };
}

/** A menu cannot ask; its entry says then that it is meant. */
export function askReset(workspace: string, name: string): Notification {
  const text = `All that was installed and saved in it is lost. Choose “Really reset ${name}” in the menu if that is meant.`;
  return { subject: `reset/${workspace}`, title: `Reset ${name}?`, text, icon: 'stopped', asked: true };
}

export function about(version: string): Notification {
  const text = 'Shows applications of a Windows XP guest as windows of this desktop.';
  return { subject: 'about', title: `XPane ${version}`, text, icon: 'running', asked: true };
}
