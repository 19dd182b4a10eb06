import { randomInt } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import type { GuestBridge, InstallStatus } from '../../guest-bridge/guest-bridge.ts';
import { answersByPolicy } from '../../guest-setup/first-time/answers-by-policy.ts';
import type { FirstTimePolicy } from '../../guest-setup/first-time/policy.ts';
import { installsWindows, type RunningSetUp } from '../../guest-setup/first-time/set-up-state.ts';
import { hostFacts } from '../../guest-setup/host-facts/host-facts.ts';
import { discardInstallationFloppy } from '../../guest-setup/installation/installation-floppy.ts';
import { checkWindowsCd } from '../../guest-setup/installation/windows-cd.ts';
import type { Secret } from '../../guest-setup/secret.ts';
import { writeSetupDisk } from '../../guest-setup/setup-disk/setup-disk.ts';
import { wipeSecret } from '../../guest-setup/setup-disk/wipe.ts';
import { unlessAborted } from '../../shared/deadline.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { InstallationMedia } from '../../vm/vm-backend.ts';
import type { WorkspaceSession } from '../workspace-session.ts';
import type { GuestLogs } from './guest-logs.ts';
import { goodCodes, installerFailed, keyMissing, notAllApplied, programsMissing } from './set-up-errors.ts';

export interface GuestStepsParts {
  readonly session: Pick<
    WorkspaceSession,
    'changes' | 'phase' | 'ensureReady' | 'stop' | 'keepsGuest' | 'bridge'
  >;
  /** Where the set-up disk is written, in a folder of this user's alone; it holds the secret while it is needed. */
  readonly setupDisk: string;
  /** Where the floppy is that Windows is installed by; whoever wants it installed has put it there. */
  readonly floppy: string;
  /** The workspace's own disk: thrown away after an attempt that failed, if it was made by attempts only. */
  readonly disk: string;
  readonly secret: Secret;
  readonly logs: GuestLogs;
  /** Nothing that the guest writes is kept once it is set up. */
  readonly revertible: boolean;
  /** Files of the host; undefined while they have not been made. */
  readonly programs: () => { readonly agent: string; readonly installer: string } | undefined;
  readonly log: Log;
}

/** What is done in each stage of an attempt. Every one can be done twice: an attempt may have been interrupted. */
export interface SetUpSteps {
  run(attempt: RunningSetUp, policy: FirstTimePolicy, signal: AbortSignal): Promise<void>;
  /** The attempt has failed: no guest runs, and no secret lies about, when this resolves. */
  giveUp(): Promise<void>;
  /** There will be no other attempt unless somebody begins anew: nothing secret is kept for one. */
  forget(): Promise<void>;
}

export class GuestSteps implements SetUpSteps {
  readonly #parts: GuestStepsParts;
  #inserted = false;
  #installation: InstallationMedia | undefined;

  constructor(parts: GuestStepsParts) {
    this.#parts = parts;
  }

  /** What is in the guest's CD drive when it starts. */
  get insertedDisk(): string | undefined {
    return this.#inserted ? this.#parts.setupDisk : undefined;
  }

  /** What Windows is installed from when the guest starts. */
  get installation(): InstallationMedia | undefined {
    return this.#installation;
  }

  async run(attempt: RunningSetUp, policy: FirstTimePolicy, signal: AbortSignal): Promise<void> {
    switch (attempt.stage) {
      case 'prepare':
        return await this.#prepare(attempt, policy, signal);
      case 'install':
        await this.#insert(policy, signal);
        this.#installation = await this.#installationMedia(attempt);
        // Windows is there when it has logged on and run the set-up disk's installer: the agent says hello.
        await this.#parts.session.ensureReady(signal);
        return;
      case 'agent':
        await this.#insert(policy, signal);
        await this.#parts.session.ensureReady(signal);
        return;
      case 'configure':
        await this.#insert(policy, signal);
        return await this.#untilInstalled(await this.#parts.session.ensureReady(signal), signal);
      case 'collect-logs':
        return await this.#collectLogs(policy, signal);
      case 'restart':
        // A guest that was suspended with the disk in goes on only with it: until here the disk is there.
        this.#inserted = existsSync(this.#parts.setupDisk);
        await this.#shutDown(signal);
        this.#takeOut();
        await this.#discardDisk();
        await this.#parts.session.ensureReady(signal);
        return;
      case 'clean-up':
        // The guest that runs now writes to the disk that is to be kept, so it ends as one whose disk is.
        if (this.#parts.revertible) await this.#shutDown(signal);
        return await this.forget();
    }
  }

  async giveUp(): Promise<void> {
    await this.#parts.logs.tryToCollect(this.#parts.session.bridge);
    this.#takeOut();
    try {
      await this.#parts.session.stop({ force: true });
    } finally {
      await this.#discardDisk();
    }
  }

  async forget(): Promise<void> {
    try {
      await discardInstallationFloppy(this.#parts.floppy);
    } finally {
      await this.#discardDisk();
    }
  }

  #takeOut(): void {
    this.#inserted = false;
    this.#installation = undefined;
  }

  /**
   * Half of what an attempt did is no beginning for the next one; what the user did himself, ever, is kept. Windows is
   * installed on a blank disk only: its set-up would meet its own remains. Unless the user says that it is there.
   */
  async #prepare(attempt: RunningSetUp, policy: FirstTimePolicy, signal: AbortSignal): Promise<void> {
    const { session, disk } = this.#parts;
    this.#takeOut();
    const installs = installsWindows(attempt);
    if (installs) await this.#installationMedia(attempt);
    const again = attempt.attempts > 1 && attempt.madeDisk === true && policy.mode !== 'attended';
    if (installs || again) {
      await session.stop({ force: true });
      rmSync(disk, { force: true });
    } else {
      await this.#shutDown(signal);
    }
    await this.#writeDisk(policy, signal);
  }

  /** Throws `setup.needs-key`, `guest-setup.…cd…`. */
  async #installationMedia({ cd }: RunningSetUp): Promise<InstallationMedia> {
    const { floppy } = this.#parts;
    if (cd === undefined || !existsSync(floppy)) throw keyMissing();
    await checkWindowsCd(cd);
    return { cd, floppy };
  }

  /** One that rests is woken: what its memory has for the disk would be lost. */
  async #shutDown(signal: AbortSignal): Promise<void> {
    const { session } = this.#parts;
    if (session.keepsGuest) await session.ensureReady(signal);
    await unlessAborted(session.stop({ force: true }), signal);
  }

  /** It is there already unless somebody removed it meanwhile. */
  async #insert(policy: FirstTimePolicy, signal: AbortSignal): Promise<void> {
    if (!existsSync(this.#parts.setupDisk)) await this.#writeDisk(policy, signal);
    this.#inserted = true;
  }

  async #writeDisk(policy: FirstTimePolicy, signal: AbortSignal): Promise<void> {
    const { setupDisk, secret, programs } = this.#parts;
    const found = programs();
    if (!found) throw programsMissing();
    const date = new Date();
    const facts = await hostFacts(process.env, date, signal);
    const answers = answersByPolicy(policy, facts, { taken: [], random: (limit) => randomInt(limit) });
    await writeSetupDisk(setupDisk, { ...found, answers, secret }, { date, signal });
  }

  /** What cannot be collected keeps nobody from setting up. */
  async #collectLogs({ logFilePaths }: FirstTimePolicy, signal: AbortSignal): Promise<void> {
    const { log, logs, session } = this.#parts;
    if (logFilePaths.length > 0) log.warn({}, 'other log files of the guest than XPane’s own stay there');
    await logs.tryToCollect(session.bridge, signal);
  }

  async #untilInstalled(bridge: GuestBridge, signal: AbortSignal): Promise<void> {
    const { code } = await unlessAborted(this.#installerEnd(bridge), signal);
    if (goodCodes.has(code)) return;
    if (code !== notAllApplied) throw installerFailed(code);
    this.#parts.log.warn({ code }, 'the agent is installed; some settings of the host could not be applied');
  }

  async #installerEnd(bridge: GuestBridge): Promise<Exclude<InstallStatus, 'at-work'>> {
    const { session } = this.#parts;
    const ended = Promise.withResolvers<Exclude<InstallStatus, 'at-work'>>();
    const look = () => {
      const { installStatus } = bridge;
      if (session.phase.name !== 'running') ended.reject(guestGone(session.phase));
      else if (installStatus !== undefined && installStatus !== 'at-work') ended.resolve(installStatus);
    };
    const listening = [bridge.on('installStatus', look), session.changes.listen(look)];
    try {
      look();
      return await ended.promise;
    } finally {
      for (const stop of listening) stop();
    }
  }

  async #discardDisk(): Promise<void> {
    const { setupDisk, log } = this.#parts;
    if (!existsSync(setupDisk)) return;
    try {
      await wipeSecret(setupDisk);
    } catch (error) {
      // What cannot be overwritten is removed all the same.
      log.warn({ error: reportOf(error) }, 'the secret on the set-up disk could not be overwritten');
    }
    rmSync(setupDisk, { force: true });
  }
}

function guestGone(phase: WorkspaceSession['phase']): XPaneError {
  if (phase.name === 'failed') {
    const { code, message, hint } = phase.failure;
    return new XPaneError(code, message, hint);
  }
  return new XPaneError(
    'setup.guest-ended',
    'The guest was shut down while it was being set up.',
    'Try again, and leave it on until set-up has ended.',
  );
}
