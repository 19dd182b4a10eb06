/** How far a long job is. `current` of `max` are parts of the expected work, not bytes; they never go back. */
export interface BuildProgress {
  readonly current: number;
  readonly max: number;
  readonly description: string;
}

export type OnProgress = (progress: BuildProgress) => void;

/** One step of a job: `weight` is the share of the time it is expected to take. */
export interface Step {
  readonly description: string;
  readonly weight: number;
  run(fraction: (done: number) => void): Promise<void>;
}

/** Runs steps one after another and tells how far all of them together are. */
export async function runSteps(steps: readonly Step[], onProgress: OnProgress): Promise<void> {
  const max = steps.reduce((sum, step) => sum + step.weight, 0);
  let before = 0;
  for (const { description, weight, run } of steps) {
    let highest = 0;
    const tell = (done: number) => {
      highest = Math.min(1, Math.max(highest, done));
      onProgress({ current: before + weight * highest, max, description });
    };
    tell(0);
    await run(tell);
    before += weight;
  }
  onProgress({ current: max, max, description: 'Ready' });
}
