import { expect, it } from 'vitest';
import {
  installCommand,
  missingPackages,
  packagesFor,
  systemPackages,
} from '../../../scripts/setup/system-packages.mjs';

it('joins the lists of several purposes, each package once', () => {
  const both = packagesFor(['run', 'build']);
  expect(both).toEqual([...new Set(both)].sort());
  expect(both).toEqual(expect.arrayContaining(['bubblewrap', 'g++-mingw-w64-i686-win32']));
  expect(both).not.toContain('xdotool');
  expect(Object.keys(systemPackages)).toEqual(
    expect.arrayContaining(['run', 'build', 'demo', 'test', 'bench']),
  );
});

it('counts only what dpkg calls installed', () => {
  const output = 'make installed\nxvfb config-files\ng++ half-installed\n';
  expect(missingPackages(['make', 'xvfb', 'g++', 'qemu-utils'], output)).toEqual([
    'xvfb',
    'g++',
    'qemu-utils',
  ]);
  expect(missingPackages(['make'], '')).toEqual(['make']);
});

it('names one exact command', () => {
  expect(installCommand(['make', 'xvfb'], true)).toBe(
    "sudo sh -c 'apt-get update; apt-get install --no-install-recommends make xvfb'",
  );
  expect(installCommand(['make'], false)).toBe(
    "su -c 'apt-get update; apt-get install --no-install-recommends make'",
  );
});
