import { expect, test } from 'vitest';
import { plot } from '../../../bench/report/plot.ts';

test('a chart has a row for each who took part, and titles cannot break the picture', () => {
  const svg = plot([
    { chart: 'Key <to> pixel', unit: 'ms', name: 'XPane & co', samples: [5, 6, 7] },
    { chart: 'Key <to> pixel', unit: 'ms', name: 'floor', samples: [1] },
    { chart: 'Frames', unit: '%', name: 'floor', samples: [0] },
  ]);
  expect(svg).toContain('Key &lt;to&gt; pixel (ms)');
  expect(svg).toContain('XPane &amp; co');
  expect(svg.match(/<circle/g)).toHaveLength(3);
  expect(svg).not.toContain('NaN');
});

test('no samples at all still make a picture', () => {
  expect(plot([])).toContain('<svg');
});
