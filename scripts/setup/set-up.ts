import { Listr } from 'listr2';
import type { Appliance } from '../../src/appliance/appliance.ts';
import { ensureAgent, ensureAppliance, findAgent, findAppliance } from '../../src/appliance/build.ts';
import { privateFolder, xpanePaths } from '../../src/shared/paths.ts';
import { readDurations, rememberDuration } from './durations.ts';
import { spokenTime, timeLeftMs } from './time-left.mjs';

/** What the set-up has made, all in the cache. */
export interface SetUp {
  readonly cache: string;
  readonly appliance: Appliance;
  readonly agentFile: string;
}

type Tell = (fraction: number, description: string) => void;

interface Job {
  readonly name: 'agent' | 'guest';
  readonly title: string;
  /** Nothing to do: not shown at all. */
  readonly done: () => boolean;
  readonly run: (tell: Tell, note: (text: string) => void) => Promise<unknown>;
}

/**
 * The second half of the set-up: builds the agent and the built-in guest where they are missing, with the time
 * left on a terminal and one line a step elsewhere. Throws their errors, or `signal.reason`.
 */
export async function setUp(signal?: AbortSignal): Promise<SetUp> {
  const { cache } = xpanePaths();
  privateFolder(cache);
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const jobs: Job[] = [
    {
      name: 'guest',
      title: 'Built-in guest',
      done: () => findAppliance(cache) !== undefined,
      run: (tell, note) => {
        const progress = (at: { current: number; max: number; description: string }) =>
          tell(at.current / at.max, at.description);
        return ensureAppliance({ cache, progress, note, signal: either });
      },
    },
    {
      name: 'agent',
      title: 'Guest agent',
      done: () => findAgent(cache) !== undefined,
      run: (tell) => {
        tell(0, 'Compiling');
        return ensureAgent({ cache, signal: either });
      },
    },
  ];
  const due = jobs.filter((job) => !job.done());
  if (due.length > 0) await runJobs(cache, due, stop);
  // What is there returns at once.
  return { cache, appliance: await ensureAppliance({ cache }), agentFile: await ensureAgent({ cache }) };
}

/** Runs the jobs side by side; the first failure stops the others. */
async function runJobs(cache: string, jobs: readonly Job[], stop: AbortController): Promise<void> {
  const durations = await readDurations(cache);
  const notes: string[] = [];
  const tasks = jobs.map((job) => ({
    title: job.title,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const clock = new JobClock(durations[job.name] ?? 0, (line) => {
        task.output = line;
      });
      try {
        await job.run(clock.tell, (text) => notes.push(text));
        await rememberDuration(cache, job.name, clock.elapsedMs());
      } catch (error) {
        stop.abort(error);
        throw error;
      } finally {
        clock.stop();
      }
    },
  }));
  await new Listr(tasks, { concurrent: true, exitOnError: true, fallbackRenderer: 'simple' }).run();
  for (const note of notes) console.log(`Note: ${note}.`);
}

/** Says how far a job is: each second on a terminal, else only when it comes to something new. */
class JobClock {
  readonly #begun = performance.now();
  readonly #expectedMs: number;
  readonly #show: (line: string) => void;
  readonly #timer: NodeJS.Timeout | undefined;
  #fraction = 0;
  #description = '';

  constructor(expectedMs: number, show: (line: string) => void) {
    this.#expectedMs = expectedMs;
    this.#show = show;
    this.#timer = process.stdout.isTTY ? setInterval(() => this.#tick(), 1000) : undefined;
  }

  elapsedMs(): number {
    return performance.now() - this.#begun;
  }

  readonly tell: Tell = (fraction, description) => {
    const isNew = description !== this.#description;
    this.#fraction = fraction;
    this.#description = description;
    if (isNew || this.#timer !== undefined) this.#tick();
  };

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const elapsedMs = this.elapsedMs();
    const left = timeLeftMs({ expectedMs: this.#expectedMs, elapsedMs, fraction: this.#fraction });
    this.#show(`${this.#description}, ${spokenTime(left)} left`);
  }
}
