import { percentile } from '../figure.ts';

/** The samples of one who took part, for one chart. */
export interface Series {
  readonly chart: string;
  readonly unit: string;
  readonly name: string;
  readonly samples: readonly number[];
}

const width = 820;
const nameWidth = 210;
const plotWidth = width - nameWidth - 90;
const rowHeight = 24;
const headHeight = 48;
const gap = 24;

/**
 * Charts one below the other as SVG: a row for each who took part, a line from the 5th to the 95th percentile, a dot
 * at the median, a tick at the 99th. Colours that print and that colour-blind people can tell.
 */
export function plot(series: readonly Series[]): string {
  const charts = [...new Set(series.map(({ chart }) => chart))];
  let top = 0;
  const parts = charts.map((chart) => {
    const own = series.filter((each) => each.chart === chart);
    const part = `<g transform="translate(0 ${top})">${drawChart(chart, own)}</g>`;
    top += headHeight + own.length * rowHeight + gap;
    return part;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" font-family="sans-serif" font-size="13">`,
    '<title>Results of npm run bench</title>',
    `<rect width="${width}" height="${top}" fill="#fff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawChart(chart: string, series: readonly Series[]): string {
  const highest = Math.max(...series.map(({ samples }) => percentile(samples, 0.99)));
  const end = roundUp(highest);
  const at = (value: number) => nameWidth + (Math.max(0, Math.min(value, end)) / end) * plotWidth;
  const bottom = headHeight + series.length * rowHeight;
  const steps = [0, 0.25, 0.5, 0.75, 1].map((share) => share * end);
  const grid = steps.map(
    (value) =>
      `<path d="M${at(value)} ${headHeight - 6}V${bottom}" stroke="#ddd"/>` +
      `<text x="${at(value)}" y="${headHeight - 10}" text-anchor="middle" fill="#777" font-size="11">${short(value)}</text>`,
  );
  const unit = escaped(series[0]?.unit ?? '');
  return [
    `<text x="8" y="16" font-weight="bold">${escaped(chart)} (${unit})</text>`,
    ...grid,
    ...series.map((each, row) => drawRow(each, headHeight + (row + 0.5) * rowHeight, at)),
  ].join('\n');
}

function drawRow({ name, samples }: Series, y: number, at: (value: number) => number): string {
  const [p5, p50, p95, p99] = [0.05, 0.5, 0.95, 0.99].map((share) => percentile(samples, share));
  if (p5 === undefined || p50 === undefined || p95 === undefined || p99 === undefined) return '';
  const colour = name.startsWith('XPane') ? '#0072b2' : '#666';
  return [
    `<text x="8" y="${y + 4}">${escaped(name)}</text>`,
    `<path d="M${at(p5)} ${y}H${at(p95)}" stroke="${colour}" stroke-width="4" stroke-linecap="round" opacity="0.45"/>`,
    `<path d="M${at(p99)} ${y - 6}V${y + 6}" stroke="${colour}" stroke-width="1.5"/>`,
    `<circle cx="${at(p50)}" cy="${y}" r="5" fill="${colour}"/>`,
    `<text x="${nameWidth + plotWidth + 14}" y="${y + 4}" fill="${colour}">${short(p50)}</text>`,
  ].join('');
}

/** The next of 1, 2, 5 times a power of ten. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
