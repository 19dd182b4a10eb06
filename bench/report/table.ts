import type { Figure } from '../figure.ts';

/** The table people read: Markdown. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((f) => [
    f.name,
    `${digits(f.value)} ${f.unit}`,
    f.againstValue === undefined ? '' : `${f.against} ${digits(f.againstValue)}`,
    f.ratio === undefined ? '' : f.ratio.toFixed(2),
    f.bar ?? '',
    f.met === undefined ? '' : f.met ? 'met' : '**not met**',
    String(f.runs),
    `${digits(f.spread[0])} – ${digits(f.spread[1])}`,
  ]);
  const head = ['name', 'value', 'against', 'ratio', 'bar', '', 'runs', 'spread'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function digits(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 100 ? 2 : 1);
}
