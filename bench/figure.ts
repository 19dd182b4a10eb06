export type Unit =
  | 'ms'
  | 'MB'
  | '% of one core'
  | 'MB/s'
  | 'MiB/s'
  | '%'
  | 's'
  | 'frames'
  | 'frames/s'
  | 'count';

/** One line of the results, as every bench gives it. Names are stable and dotted. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** What it is held against, measured in the same run. */
  readonly against?: string;
  readonly againstValue?: number;
  readonly ratio?: number;
  /** What has to hold, in words and with its number in this run. */
  readonly bar?: string;
  readonly met?: boolean;
  readonly runs: number;
  /** Smallest and largest of the runs. */
  readonly spread: readonly [number, number];
}

export interface Measured {
  readonly name: string;
  readonly samples: readonly number[];
}

/** What has to hold for a value. `times` and `plus` are of what it is held against. */
export type Bar =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly atMostTimes: number }
  | { readonly atLeastTimes: number }
  | { readonly atMostPlus: number };

/** The value below which `share` (0 to 1) of the samples lie; nearest rank. Throws on an empty list. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new Error('no samples');
  return value;
}

/** The `share` percentile of samples, held against that of others and against a bar. */
export function figure(
  name: string,
  unit: Unit,
  samples: readonly number[],
  share: number,
  against?: Measured,
  bar?: Bar,
): Figure {
  const value = percentile(samples, share);
  const spread = [Math.min(...samples), Math.max(...samples)] as const;
  const againstValue = against && percentile(against.samples, share);
  const judged = bar && judge(value, unit, bar, againstValue, against?.name);
  return {
    name,
    value,
    unit,
    ...(against && againstValue !== undefined
      ? {
          against: against.name,
          againstValue,
          ...(againstValue === 0 ? {} : { ratio: value / againstValue }),
        }
      : {}),
    ...judged,
    runs: samples.length,
    spread,
  };
}

function judge(
  value: number,
  unit: Unit,
  bar: Bar,
  againstValue: number | undefined,
  against: string | undefined,
): { readonly bar: string; readonly met: boolean } | undefined {
  if ('atMost' in bar) return { bar: `at most ${bar.atMost} ${unit}`, met: value <= bar.atMost };
  if ('atLeast' in bar) return { bar: `at least ${bar.atLeast} ${unit}`, met: value >= bar.atLeast };
  // Without the other's figure of this run nothing can be said.
  if (againstValue === undefined) return undefined;
  if ('atLeastTimes' in bar) {
    const least = againstValue * bar.atLeastTimes;
    const words = `at least ${least.toFixed(2)} ${unit} (${bar.atLeastTimes} × ${against})`;
    return { bar: words, met: value >= least };
  }
  const [limit, words] =
    'atMostTimes' in bar
      ? [againstValue * bar.atMostTimes, `${bar.atMostTimes} × ${against}`]
      : [againstValue + bar.atMostPlus, `${against} + ${bar.atMostPlus} ${unit}`];
  return { bar: `at most ${limit.toFixed(2)} ${unit} (${words})`, met: value <= limit };
}
