import type { Presenter, SurfaceView } from '../presenter/presenter.ts';
import { ViewSpace } from '../presenter/view/view-space.ts';
import type { SeamlessLook } from '../seamless/guest.ts';
import type { Size } from '../shared/geometry.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** The edge where the user chose no colour; a colour that no usual desktop theme has around its windows. */
const ordinaryEdge = '#e8590c';

/** How a workspace's windows look on this presenter. */
export function seamlessLook(
  workspace: Workspace,
  presenter: Pick<Presenter, 'preferredScale'>,
): SeamlessLook {
  const { id: workspaceId, titlePrefix, frame } = workspace;
  return { workspaceId, titlePrefix, frame, view: viewOf(workspace, presenter.preferredScale) };
}

/** How large the guest's desktop has to be for the display's; before there is a display, as large as that is taken for. */
export function guestDesktopSize(
  workspace: Workspace,
  display: {
    readonly presenter: Pick<Presenter, 'preferredScale' | 'screen'> | undefined;
    readonly size: Size;
  },
): Size {
  const { presenter, size } = display;
  if (!presenter) return size;
  return new ViewSpace(viewOf(workspace, presenter.preferredScale)).screenOf(presenter.screen).size;
}

function viewOf(workspace: Workspace, preferredScale: number): SurfaceView {
  const scale = workspace.scale === 'auto' ? preferredScale : workspace.scale;
  const colour = edgeOf(workspace);
  return {
    scale,
    edgePx: colour === undefined ? 0 : workspace.trustEdgePx * scale,
    edgeColour: colour === undefined ? 0 : Number.parseInt(colour.slice(1), 16),
  };
}

/**
 * Without a choice, the host's own caption with its mark in the title says whose a window is. Where the guest draws
 * the captions nothing does, so there is an edge.
 */
function edgeOf({ trustEdge, frame }: Workspace): string | undefined {
  if (trustEdge === 'auto') return frame === 'guest' ? ordinaryEdge : undefined;
  return trustEdge === 'off' ? undefined : trustEdge;
}
