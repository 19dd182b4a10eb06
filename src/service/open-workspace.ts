import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { GuestBridge } from '../guest-bridge/guest-bridge.ts';
import { type ErrorReport, reportOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { privateFolder, type XPanePaths } from '../shared/paths.ts';
import { snapshotOf } from '../vm/backends.ts';
import { capabilities } from '../vm/capabilities.ts';
import { basePath } from '../vm/images/base-store.ts';
import type { VmNetwork } from '../vm/network.ts';
import { endLeftMachine } from '../vm/virtualbox/left-machine.ts';
import { openCatalogue } from '../workspace/catalogue.ts';
import type { Definition } from '../workspace/definition.ts';
import { workspaceSecret } from '../workspace/secret.ts';
import type { SettingsStore } from '../workspace/settings-store.ts';
import { dataFolders, type Workspace, workspaceFiles, workspaceRuntime } from '../workspace/workspace.ts';
import { workspaceFrom } from '../workspace/workspaces.ts';
import { resolveBackend } from './backend-choice.ts';
import { ClipboardFiles } from './clipboard-files.ts';
import { requireDevices } from './device-care.ts';
import type { Display } from './display.ts';
import { joinSetUp } from './first-time/join-set-up.ts';
import { setUpPolicyFile } from './first-time/set-up-policy.ts';
import { guestDesktopSize } from './guest-look.ts';
import { guestSource, imageSource } from './guest-source.ts';
import { hasOwnDisk } from './idle-end.ts';
import { LiveWorkspace } from './live-workspace.ts';
import { hostDesktop } from './loans/host-desktop.ts';
import { loanFolders, WorkspaceLoans } from './loans/workspace-loans.ts';
import type { MemoryGate } from './memory-gate.ts';
import type { PrintingCare } from './printing/printing-care.ts';
import { RedirectedFiles, redirectedFolders } from './redirected-files.ts';
import { sharedFolders, WorkspaceShares } from './shares/workspace-shares.ts';
import { WorkspaceSession } from './workspace-session.ts';

export interface OpeningParts {
  readonly paths: XPanePaths;
  readonly settings: SettingsStore;
  readonly display: Display;
  readonly memory: MemoryGate;
  readonly log: Log;
  /** Without it guests have no printers. */
  readonly printing?: PrintingCare;
  /** A program of a guest opens a link. */
  readonly onLink?: (from: LiveWorkspace, untrustedUrl: string, bridge: GuestBridge) => void;
  /** What an administrator decided about first-time set-up; the computer's own by default. */
  readonly setUpPolicy?: string;
}

/**
 * Joins all that a workspace is made of. Begins nothing: see `FirstTimeSetUp.resume`. Throws `settings.*`, `workspace.secret-broken`,
 * `guest-setup.state-…`, `policy.broken`, or the system's error.
 */
export async function openWorkspace(definition: Definition, parts: OpeningParts): Promise<LiveWorkspace> {
  const { paths, display, memory } = parts;
  const settings = parts.settings.read(definition.settings);
  const workspace = workspaceFrom(definition, settings, resolveBackend(settings.backend), hostMiB());
  const log = parts.log.child({ workspace: workspace.id });
  const files = workspaceFiles(paths.data, workspace.id, workspace.backend);
  privateFolder(files.folder);
  const endLeft = () => endLeftMachine(workspaceFiles(paths.data, workspace.id, 'virtualbox').disk, log);
  // Whatever the workspace's backend is by now: nobody else would end it. The workspace opens all the same.
  await endLeft().catch((thrown: unknown) =>
    log.error({ error: reportOf(thrown) }, 'a machine of VirtualBox was left behind and may still run'),
  );
  const catalogue = await openCatalogue({ file: files.catalogue, iconFolder: files.icons, log });
  const findGuest = sourceOf(workspace, paths, log);
  let warning: ErrorReport | undefined;
  let trouble: ErrorReport | undefined;
  const secret = await workspaceSecret(files.secret);
  const session = new WorkspaceSession({
    workspaceId: workspace.id,
    guestSource: () => {
      requireDevices(workspace, parts.settings.read(definition.settings).devices);
      trouble = undefined;
      warning = memory.admit(live);
      return findGuest();
    },
    disk: files.disk,
    secretFile: files.secret,
    secret,
    runtimeFolder: workspaceRuntime(paths.runtime, workspace.id),
    snapshot: snapshotOf(files.disk),
    suspendMs: capabilities[workspace.backend].suspendMs,
    memoryMiB: workspace.memoryMiB,
    sound: workspace.sound,
    network: networkOf(workspace),
    warmStart: workspace.warmStart,
    // What set-up does to the guest stays, and what the user mends where it has failed.
    get revertible() {
      return workspace.revertible && joined?.setUp.needed !== true;
    },
    writesElsewhere: hasOwnDisk(workspace),
    startDurationFile: files.startDuration,
    desktop: () => guestDesktopSize(workspace, display),
    setUpDisk: () => joined?.steps.insertedDisk,
    installation: () => joined?.steps.installation,
    attended: () => live.screen.state?.shown === true || joined?.setUp.active === true,
    onBridge: (bridge, begin) => {
      live.adopt(bridge, begin);
      loans.adopt(bridge);
      copiedFiles.adopt(bridge);
      printing?.adopt(bridge);
    },
    onTrouble: (why) => {
      trouble = why;
      live.changes.emit();
    },
    beforeEnd: async (end) => {
      await live.keepCopied();
      const all = [redirected, shares, loans, printing].map((each) => each?.settle(end));
      await Promise.all(all);
    },
    afterEnd: (how) => redirected.ended(how),
    trouble: () => trouble,
    endLeft,
    log,
  });
  const joined =
    workspace.image &&
    (await joinSetUp({
      ...{ workspace, session, files, secret, cache: paths.cache, memory, log, live: () => live },
      policyFile: parts.setUpPolicy ?? setUpPolicyFile,
    }));
  const redirected = await RedirectedFiles.open({
    ...{ workspace, log, ...redirectedFolders(paths.data, files.folder, workspace.id) },
    leavesNothing: () => workspace.revertible && joined?.setUp.needed !== true,
    rules: () => parts.settings.read(definition.settings),
    companions: () => parts.settings.read(definition.settings).companions,
  });
  const loans = await WorkspaceLoans.open({
    ...{ workspace, log, ...loanFolders(paths.data, workspace.id) },
    rules: () => parts.settings.read(definition.settings),
    desktop: hostDesktop(display),
    onNotice: (notice) => redirected.tell(notice),
  });
  const printing = await parts.printing?.join(
    files.folder,
    {
      workspaceName: workspace.name,
      setting: () => parts.settings.read(definition.settings).printing,
      tell: (notice) => redirected.tell(notice),
      leavesNothing: () => workspace.revertible && joined?.setUp.needed !== true,
      onChange: () => live.changes.emit(),
    },
    log,
  );
  const shares = new WorkspaceShares({
    ...{
      workspace,
      log,
      shares: definition.shares ?? [],
      ...sharedFolders(paths.data, files.folder, workspace.id),
    },
    leavesNothing: () => workspace.revertible && joined?.setUp.needed !== true,
    rules: () => parts.settings.read(definition.settings),
    onNotice: (notice) => redirected.tell(notice),
  });
  const onLink = (untrustedUrl: string, bridge: GuestBridge) => parts.onLink?.(live, untrustedUrl, bridge);
  const urlsFromGuest = () => parts.settings.read(definition.settings).urlsFromGuest;
  const copiedFiles = await ClipboardFiles.open({
    ...{ workspaceId: workspace.id, folder: join(files.folder, 'copied'), redirected, log },
    rules: () => parts.settings.read(definition.settings),
    keepAwake: () => live.keepAwake(),
  });
  const clipboard = () => parts.settings.read(definition.settings);
  const tells = { warning: () => trouble ?? warning, endLeft, setUp: joined?.setUp };
  const live = new LiveWorkspace({
    ...{ workspace, session, catalogue, display, log, onLink, urlsFromGuest, clipboard, copiedFiles },
    files: redirected,
    loans,
    ...(printing ? { printing } : {}),
    shares,
    ...tells,
  });
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
