import { totalmem } from 'node:os';
import type { ErrorReport } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder, type XPanePaths } from '../shared/paths.ts';
import { snapshotOf } from '../vm/backends.ts';
import { basePath } from '../vm/images/base-store.ts';
import type { VmNetwork } from '../vm/network.ts';
import { openCatalogue } from '../workspace/catalogue.ts';
import type { Definition } from '../workspace/definition.ts';
import { workspaceSecret } from '../workspace/secret.ts';
import type { SettingsStore } from '../workspace/settings-store.ts';
import { dataFolders, type Workspace, workspaceFiles, workspaceRuntime } from '../workspace/workspace.ts';
import { workspaceFrom } from '../workspace/workspaces.ts';
import { resolveBackend } from './backend-choice.ts';
import { requireDevices } from './device-care.ts';
import type { Display } from './display.ts';
import { guestDesktopSize } from './guest-look.ts';
import { guestSource, imageSource } from './guest-source.ts';
import { LiveWorkspace } from './live-workspace.ts';
import type { MemoryGate } from './memory-gate.ts';
import { WorkspaceSession } from './workspace-session.ts';

export interface OpeningParts {
  readonly paths: XPanePaths;
  readonly settings: SettingsStore;
  readonly display: Display;
  readonly memory: MemoryGate;
  readonly log: Log;
}

/** Joins all that a workspace is made of. Throws `settings.*`, `workspace.secret-broken`, or the system's error. */
export async function openWorkspace(definition: Definition, parts: OpeningParts): Promise<LiveWorkspace> {
  const { paths, display, memory } = parts;
  const settings = parts.settings.read(definition.settings);
  const workspace = workspaceFrom(definition, settings, resolveBackend(settings.backend), hostMiB());
  const log = parts.log.child({ workspace: workspace.id });
  const files = workspaceFiles(paths.data, workspace.id, workspace.backend);
  privateFolder(files.folder);
  const catalogue = await openCatalogue({ file: files.catalogue, iconFolder: files.icons, log });
  const findGuest = sourceOf(workspace, paths, log);
  let warning: ErrorReport | undefined;
  const session = new WorkspaceSession({
    workspaceId: workspace.id,
    guestSource: () => {
      requireDevices(workspace, parts.settings.read(definition.settings).devices);
      warning = memory.admit(live);
      return findGuest();
    },
    disk: files.disk,
    secretFile: files.secret,
    secret: await workspaceSecret(files.secret),
    runtimeFolder: workspaceRuntime(paths.runtime, workspace.id),
    snapshot: snapshotOf(files.disk),
    memoryMiB: workspace.memoryMiB,
    sound: workspace.sound,
    network: networkOf(workspace),
    warmStart: workspace.warmStart,
    revertible: workspace.revertible,
    startDurationFile: files.startDuration,
    desktop: () => guestDesktopSize(workspace, display),
    attended: () => live.screen.state?.shown === true,
    onBridge: (bridge) => live.adopt(bridge),
    log,
  });
  const live = new LiveWorkspace({ workspace, session, catalogue, display, warning: () => warning, log });
  return live;
}

function networkOf({ network, networkBridge }: Workspace): VmNetwork {
  return network === 'bridged' ? { kind: network, bridge: networkBridge } : { kind: network };
}

function sourceOf({ image, backend, devices }: Workspace, { cache, data }: XPanePaths, log: Log) {
  if (!image) return guestSource(resolveBackend(backend), { devices, cache, log });
  const base = basePath(dataFolders(data).images, image.base);
  const kind = backend === 'virtualbox' ? backend : 'qemu';
  return imageSource({ kind, base, machine: image.machine, devices, cache, log });
}

function hostMiB(): number {
  return Math.floor(totalmem() / 2 ** 20);
}
