/**
 * What is done in one attempt, in this order:
 *
 * - `prepare`: the guest's disk and the media it is set up from are made; what an earlier attempt left is removed.
 * - `install`: Windows is installed from its CD; only where that is the source.
 * - `agent`: the guest starts, the agent installs itself from the set-up disk and says hello.
 * - `configure`: names, region and the user's groups.
 * - `collect-logs`: the guest's log files are copied to the host.
 * - `restart`: the guest starts anew, as it will from now on.
 * - `clean-up`: the secret is wiped from the set-up disk, media are taken out.
 */
export const setUpStages = [
  'prepare',
  'install',
  'agent',
  'configure',
  'collect-logs',
  'restart',
  'clean-up',
] as const;

export type SetUpStage = (typeof setUpStages)[number];

/** `image`: a disk with Windows on it. `cd`: Windows' own CD. */
export type SetUpSource = 'image' | 'cd';

/** The stage after `stage`; undefined after the last. Pure. */
export function nextStage(stage: SetUpStage, source: SetUpSource): SetUpStage | undefined {
  const stages = setUpStages.filter((each) => source === 'cd' || each !== 'install');
  return stages[stages.indexOf(stage) + 1];
}

/** Where an attempt goes on that was interrupted in `stage`. Every stage can be done twice but one. */
export function stageAfterInterruption(stage: SetUpStage): SetUpStage {
  // Half an installation is no beginning: Windows' set-up would meet its own remains.
  return stage === 'install' ? 'prepare' : stage;
}
