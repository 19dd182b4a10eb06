import type { ShowState, SurfaceLook } from '../../presenter.ts';
import type { AtomName } from '../atoms.ts';

type StateLook = Pick<SurfaceLook, 'kind' | 'modal' | 'above'>;

const ofShowState: Readonly<Record<ShowState, readonly AtomName[]>> = {
  normal: [],
  // Of WM_HINTS and WM_CHANGE_STATE.
  minimised: [],
  maximised: ['_NET_WM_STATE_MAXIMIZED_HORZ', '_NET_WM_STATE_MAXIMIZED_VERT'],
  'full-screen': ['_NET_WM_STATE_FULLSCREEN'],
};

/** The EWMH states that follow from the look, whatever the show state is. */
function ofLook(look: StateLook): readonly AtomName[] {
  const states: AtomName[] = [];
  if (look.kind === 'utility') states.push('_NET_WM_STATE_SKIP_TASKBAR', '_NET_WM_STATE_SKIP_PAGER');
  if (look.modal) states.push('_NET_WM_STATE_MODAL');
  if (look.above) states.push('_NET_WM_STATE_ABOVE');
  return states;
}

/** What _NET_WM_STATE has to hold before the window is mapped for the first time. */
export function firstStates(look: StateLook, state: ShowState): readonly AtomName[] {
  return [...ofLook(look), ...ofShowState[state]];
}

/** What to ask of the window manager for a window that it knows already. */
export interface StateRequest {
  readonly on: boolean;
  readonly states: readonly AtomName[];
}

export function lookRequests(before: StateLook, after: StateLook): readonly StateRequest[] {
  return difference(ofLook(before), ofLook(after));
}

/** From one show state to another, neither of them `minimised`. */
export function showStateRequests(before: ShowState, after: ShowState): readonly StateRequest[] {
  const wanted = { on: true, states: ofShowState[after] };
  // Wanted first, so that no state in between is seen. "Maximised" goes whatever is known: a manager may have set it.
  const others = (['full-screen', 'maximised'] as const)
    .filter((state) => state !== after && (state === 'maximised' || state === before))
    .map((state) => ({ on: false, states: ofShowState[state] }));
  return [wanted, ...others].filter(({ states }) => states.length > 0);
}

function difference(before: readonly AtomName[], after: readonly AtomName[]): readonly StateRequest[] {
  const gone = before.filter((state) => !after.includes(state));
  const come = after.filter((state) => !before.includes(state));
  return [
    ...gone.map((state) => ({ on: false, states: [state] })),
    ...come.map((state) => ({ on: true, states: [state] })),
  ];
}
