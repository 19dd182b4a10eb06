import { setUpText } from '../launcher/api/set-up-text.ts';
import type { ServiceState, WorkspaceState } from '../launcher/api/state.ts';
import { applicationFolder, maxApplications } from './application-tree.ts';
import { menuLabel } from './menu-label.ts';

/** Pieces of work that are shown; there is hardly ever more than one. */
const maxWork = 2;

/** What a click asks for. */
export type TrayAction =
  | { readonly kind: 'start-service' | 'about' | 'exit' }
  | {
      readonly kind:
        | 'start'
        | 'suspend'
        | 'stop'
        | 'restart'
        | 'turn-off'
        | 'desktop'
        | 'set-up'
        | 'set-up-later'
        /** Asks whether it is meant; `reset-surely` says that it is. */
        | 'reset'
        | 'reset-surely';
      readonly workspace: string;
    }
  | { readonly kind: 'launch'; readonly workspace: string; readonly application: string };

export interface MenuItem {
  /** Stable as long as the item means the same. */
  readonly key: string;
  readonly label: string;
  /** Absent: a line to read, shown greyed. */
  readonly action?: TrayAction;
}

export interface MenuSubmenu {
  readonly key: string;
  readonly label: string;
  readonly groups: readonly MenuGroup[];
}

/** Entries between two separators: first the submenus, then the items. Never empty on the top level. */
export interface MenuGroup {
  readonly submenus: readonly MenuSubmenu[];
  readonly items: readonly MenuItem[];
  /** Its entries come and go with the guest's installed applications. */
  readonly growing: boolean;
}

export type TrayIconName = 'running' | 'starting' | 'stopped' | 'failed';

export interface MenuModel {
  readonly icon: TrayIconName;
  readonly tooltip: string;
  readonly groups: readonly MenuGroup[];
}

/** What the tray knows of the service: its state, or that it is being waited for, or that there is none. */
export type ServiceView = ServiceState | 'connecting' | 'absent';

/**
 * The whole menu, made anew from what is known now. One workspace lies open in the menu; several have a submenu
 * each. Always three groups (state, applications, XPane itself), so that most changes only relabel entries.
 * `resetAsked`: the workspace that the user is asked about whether it is to be reset.
 */
export function menuModel(view: ServiceView, resetAsked?: string): MenuModel {
  if (view === 'connecting') return withoutService('XPane is starting…', 'starting', []);
  if (view === 'absent') {
    return withoutService('XPane is not running', 'stopped', [
      { key: 'start-service', label: 'Start XPane', action: { kind: 'start-service' } },
    ]);
  }
  const [only, ...others] = view.workspaces;
  const icon = iconOf(view.workspaces);
  if (only === undefined) return withoutService('XPane has no workspace', icon, []);
  if (others.length === 0) {
    const line = stateLine(only);
    const heading = [note(`state/${only.id}`, line), ...workNotes(view)];
    const [control, applications] = workspaceGroups(only, maxApplications, heading, resetAsked);
    return { icon, tooltip: line, groups: [control, applications, ownGroup] };
  }
  const title = `XPane: ${view.workspaces.length} workspaces`;
  const share = Math.floor(maxApplications / view.workspaces.length);
  const submenus = view.workspaces.map((workspace) => ({
    key: `workspace/${workspace.id}`,
    label: stateLine(workspace),
    groups: workspaceGroups(workspace, share, [], resetAsked),
  }));
  return {
    icon,
    tooltip: title,
    groups: [
      group([note('xpane', title), ...workNotes(view)]),
      { submenus, items: [], growing: false },
      ownGroup,
    ],
  };
}

/** The item with this key, or undefined if the menu has none (any more). */
export function itemWithKey(groups: readonly MenuGroup[], key: string): MenuItem | undefined {
  for (const { items, submenus } of groups) {
    const here = items.find((item) => item.key === key);
    if (here) return here;
    for (const submenu of submenus) {
      const below = itemWithKey(submenu.groups, key);
      if (below) return below;
    }
  }
  return undefined;
}

const ownGroup = group([
  { key: 'about', label: 'About XPane', action: { kind: 'about' } },
  { key: 'exit', label: 'Exit', action: { kind: 'exit' } },
]);

function withoutService(line: string, icon: TrayIconName, items: readonly MenuItem[]): MenuModel {
  const applications = items.length > 0 ? items : [note('applications', 'No applications yet')];
  const growing: MenuGroup = { submenus: [], items: applications, growing: true };
  return { icon, tooltip: line, groups: [group([note('xpane', line)]), growing, ownGroup] };
}

function workspaceGroups(
  workspace: WorkspaceState,
  limit: number,
  heading: readonly MenuItem[],
  resetAsked: string | undefined,
): [MenuGroup, MenuGroup] {
  return [
    group([
      ...[...heading, ...notes(workspace), ...setUpItems(workspace)],
      ...controls(workspace, workspace.id === resetAsked),
    ]),
    applicationFolder(workspace.id, workspace.applications, limit),
  ];
}

/** Work on disks that is under way, as an import. */
function workNotes({ work = [] }: ServiceState): MenuItem[] {
  return work.slice(0, maxWork).map(({ id, text, fraction }) => {
    const percent = fraction === undefined ? '' : ` (${Math.floor(fraction * 100)} %)`;
    return note(`work/${id}`, menuLabel(text) + percent);
  });
}

/** What went wrong, and what there is to choose while set-up is due. */
function setUpItems({ id, setUp }: WorkspaceState): MenuItem[] {
  if (!setUp || setUp.phase === 'done' || setUp.phase === 'running') return [];
  const { phase, failure, prompt } = setUp;
  const label = phase === 'waiting' ? 'Set up now' : 'Try again';
  const now: MenuItem = { key: `set-up/${id}`, label, action: { kind: 'set-up', workspace: id } };
  const later: MenuItem = {
    key: `set-up-later/${id}`,
    label: 'Set up later',
    action: { kind: 'set-up-later', workspace: id },
  };
  const why =
    phase === 'waiting' || !failure
      ? []
      : [
          note(`set-up-failure/${id}`, menuLabel(failure.message)),
          note(`set-up-hint/${id}`, menuLabel(`What to do: ${failure.hint}`)),
        ];
  return [...why, now, ...(prompt?.mayPostpone ? [later] : [])];
}

function notes({ id, phase, failure, notice, warning, setUp }: WorkspaceState): MenuItem[] {
  // What set-up failed with is told by set-up.
  if (setUp && setUp.phase !== 'done') return [];
  if (notice !== undefined) return [note(`notice/${id}`, menuLabel(notice))];
  if (warning) return [note(`warning/${id}`, menuLabel(warning.message))];
  if (phase !== 'failed' || !failure) return [];
  return [
    note(`failure/${id}`, menuLabel(failure.message)),
    note(`hint/${id}`, menuLabel(`What to do: ${failure.hint}`)),
  ];
}

function controls(
  { id, name, phase, notice, suspends, desktopView, setUp }: WorkspaceState,
  resetAsked: boolean,
): MenuItem[] {
  const toSetUp = setUp !== undefined && setUp.phase !== 'done';
  const control = (
    kind: Exclude<Extract<TrayAction, { workspace: string }>['kind'], 'launch'>,
    label: string,
    enabled: boolean,
  ): MenuItem => ({
    key: `${kind}/${id}`,
    label,
    ...(enabled ? { action: { kind, workspace: id } } : {}),
  });
  const atRest = phase === 'stopped' || phase === 'suspended' || phase === 'failed';
  const mayReset = atRest && !toSetUp;
  return [
    control('start', phase === 'suspended' ? 'Resume' : 'Start', atRest && !toSetUp),
    ...(suspends ? [control('suspend', 'Suspend', phase === 'running' && !toSetUp)] : []),
    control('stop', 'Stop', phase === 'running' || phase === 'starting' || phase === 'suspended'),
    control('restart', 'Restart', phase === 'running' && !toSetUp),
    resetAsked
      ? control('reset-surely', menuLabel(`Really reset ${name}`), mayReset)
      : control('reset', 'Reset…', mayReset),
    ...(desktopView
      ? [control('desktop', menuLabel(`Desktop of ${name}`), phase !== 'stopping' && phase !== 'suspending')]
      : []),
    ...(notice === undefined ? [] : [control('turn-off', 'Turn off without saving', true)]),
  ];
}

function stateLine({ name, phase, progress, resuming, setUp }: WorkspaceState): string {
  const settingUp = setUp && setUpText(setUp);
  if (settingUp !== undefined) return menuLabel(`${name}: ${settingUp}`);
  const inWords = {
    stopped: 'stopped',
    starting: resuming ? 'resuming…' : 'starting…',
    running: 'running',
    suspending: 'suspending…',
    suspended: 'suspended',
    stopping: 'stopping…',
    failed: 'failed',
  }[phase];
  const moving = movingPhases.has(phase);
  const text = moving && progress ? ` ${progress.text}` : '';
  const percent =
    moving && progress?.fraction !== undefined ? ` (${Math.floor(progress.fraction * 100)} %)` : '';
  return menuLabel(`${name}: ${inWords}${text}`) + percent;
}

const movingPhases: ReadonlySet<WorkspaceState['phase']> = new Set(['starting', 'suspending', 'stopping']);

/** One icon for all workspaces: what moves or is broken is shown before what rests. */
function iconOf(workspaces: readonly WorkspaceState[]): TrayIconName {
  const phases = new Set(workspaces.map(phaseShown));
  if ([...phases].some((phase) => movingPhases.has(phase))) return 'starting';
  if (phases.has('failed')) return 'failed';
  return phases.has('running') ? 'running' : 'stopped';
}

/** A guest that is being set up starts and stops on its way; that is one work. */
function phaseShown({ phase, setUp }: WorkspaceState): WorkspaceState['phase'] {
  if (setUp?.phase === 'running') return 'starting';
  return setUp?.phase === 'failed' ? 'failed' : phase;
}

function note(key: string, label: string): MenuItem {
  return { key, label };
}

function group(items: readonly MenuItem[]): MenuGroup {
  return { submenus: [], items, growing: false };
}
