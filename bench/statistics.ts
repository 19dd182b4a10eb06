/** One line of the results, as every bench gives it. Names are stable and dotted. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | '% of one core' | 'MB/s';
  /** What it is held against, measured in the same run. */
  readonly against?: string;
  readonly againstValue?: number;
  readonly ratio?: number;
  readonly runs: number;
  /** Smallest and largest of the runs. */
  readonly spread: readonly [number, number];
}

/** The value below which `share` (0 to 1) of the samples lie; nearest rank. Throws on an empty list. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new Error('no samples');
  return value;
}

export function figure(
  name: string,
  unit: Figure['unit'],
  samples: readonly number[],
  share: number,
  against?: { readonly name: string; readonly samples: readonly number[] },
): Figure {
  const value = percentile(samples, share);
  const spread = [Math.min(...samples), Math.max(...samples)] as const;
  const base = { name, value, unit, runs: samples.length, spread };
  if (!against) return base;
  const againstValue = percentile(against.samples, share);
  return { ...base, against: against.name, againstValue, ratio: value / againstValue };
}

/** The table people read. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.name,
    `${f.value.toFixed(f.value < 10 ? 2 : 1)} ${f.unit}`,
    f.against === undefined ? '' : `${f.against} ${f.againstValue?.toFixed(2)}`,
    f.ratio === undefined ? '' : f.ratio.toFixed(2),
    String(f.runs),
    `${f.spread[0].toFixed(2)} – ${f.spread[1].toFixed(2)}`,
  ]);
  const head = ['name', 'value', 'against', 'ratio', 'runs', 'spread'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
