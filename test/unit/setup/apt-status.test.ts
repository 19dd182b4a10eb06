import { expect, it } from 'vitest';
import { aptPercent } from '../../../scripts/setup/apt-status.mjs';

it.each([
  ['dlstatus:1:50.0:Retrieving file 1 of 2', 25],
  ['pmstatus:make:50.0:Unpacking make (amd64)', 75],
  ['pmstatus:libgtk-3-0:amd64:100:Installed libgtk-3-0:amd64', 100],
  ['pmerror:libayatana-ido3-0.4-0:amd64:80:dependency problems - leaving unconfigured', 90],
])('reads %s', (line, percent) => {
  expect(aptPercent(line)).toBe(percent);
});

it.each(['', 'E: Unable to locate package x', 'Setting up make (4.3-4.1) ...', 'pmstatus:make'])(
  'takes "%s" for no status',
  (line) => {
    expect(aptPercent(line)).toBeUndefined();
  },
);
