import { existsSync } from 'node:fs';
import { findAgent, findAgentInstaller } from '../../appliance/build.ts';
import { Secret } from '../../guest-setup/secret.ts';
import type { Log } from '../../shared/log.ts';
import { capabilities } from '../../vm/capabilities.ts';
import type { Workspace, workspaceFiles } from '../../workspace/workspace.ts';
import type { LiveWorkspace } from '../live-workspace.ts';
import type { MemoryGate } from '../memory-gate.ts';
import type { WorkspaceSession } from '../workspace-session.ts';
import { FirstTimeSetUp } from './first-time-set-up.ts';
import { GuestLogs } from './guest-logs.ts';
import { GuestSteps } from './guest-steps.ts';
import { readSetUpPolicy } from './set-up-policy.ts';

export interface SetUpGround {
  readonly workspace: Workspace;
  readonly session: WorkspaceSession;
  readonly files: ReturnType<typeof workspaceFiles>;
  /** As in the workspace's secret file. */
  readonly secret: string;
  /** XPane's, where agent and installer are. */
  readonly cache: string;
  readonly memory: MemoryGate;
  readonly policyFile: string;
  /** Not there yet when this is joined. */
  readonly live: () => LiveWorkspace;
  readonly log: Log;
}

/**
 * Joins first-time set-up with the guest of one workspace. Begins nothing. Throws `guest-setup.state-…`, `policy.broken`,
 * or the system's error.
 */
export async function joinSetUp({ workspace, session, files, secret, cache, ...ground }: SetUpGround) {
  const { log, live } = ground;
  const logs = new GuestLogs(files.guestLogs, log);
  const steps = new GuestSteps({
    ...{ session, disk: files.disk, secret: new Secret(secret), logs, log },
    ...{ setupDisk: files.setUpDisk, floppy: files.setUpFloppy },
    revertible: workspace.revertible,
    programs: () => programsIn(cache),
  });
  const setUp = await FirstTimeSetUp.open({
    ...{ stateFile: files.setUpState, firstStateFile: files.firstSetUpState },
    ...{ logs, bridge: () => session.bridge },
    ...{ steps, log, hasDisk: () => existsSync(files.disk) },
    hostHasRoom: () => ground.memory.hasRoom(live()),
    isHeld: () => live().isHeld,
    hasScreen: capabilities[workspace.backend].screen,
    policy: (wished) => readSetUpPolicy(ground.policyFile, wished),
    showScreen: (signal) => live().showForSetUp(signal),
  });
  return { steps, setUp };
}

function programsIn(cache: string) {
  const [agent, installer] = [findAgent(cache), findAgentInstaller(cache)];
  return agent === undefined || installer === undefined ? undefined : { agent, installer };
}
