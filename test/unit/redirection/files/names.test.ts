import { describe, expect, test } from 'vitest';
import { guestNameOf } from '../../../../src/redirection/files/guest-name.ts';
import { hostNameOf, nameBeside, numberedHostName } from '../../../../src/redirection/files/host-name.ts';

/** What Win32 asks of a name, written down apart from the code that makes one. */
function isWindowsName(name: string): boolean {
  const stem = (name.split('.')[0] ?? '').trimEnd().toUpperCase();
  const devices = ['CON', 'PRN', 'AUX', 'NUL', 'CLOCK$', 'CONIN$', 'CONOUT$'];
  for (const digit of '0123456789¹²³') devices.push(`COM${digit}`, `LPT${digit}`);
  return (
    name.length >= 1 &&
    name.length <= 120 &&
    ![...name].some((each) => '<>:"/\\|?*'.includes(each) || (each.codePointAt(0) ?? 0) < 32) &&
    !/[. ]$/.test(name) &&
    !devices.includes(stem) &&
    name.isWellFormed()
  );
}

describe('a name for the guest', () => {
  test.each([
    ['Letter.txt', 'Letter.txt'],
    ['Größe – Übersicht 2006.doc', 'Größe – Übersicht 2006.doc'],
    ["100% & more;(a)'s^.txt", "100% & more;(a)'s^.txt"],
    ['a<b>c:d"e\\f|g?h*i.txt', 'a_b_c_d_e_f_g_h_i.txt'],
    ['report.txt.', 'report.txt'],
    ['report.txt . .', 'report.txt'],
    [' leading', ' leading'],
    ['.hidden', '.hidden'],
    ['.', '_'],
    ['..', '_'],
    ['   ', '_'],
    ['line\nbreak\u0007.txt', 'line_break_.txt'],
    ['\u202etxt.exe', '_txt.exe'],
    ['con', '_con'],
    ['CON.txt', '_CON.txt'],
    ['con .txt', '_con .txt'],
    ['nul.tar.gz', '_nul.tar.gz'],
    ['Com1', '_Com1'],
    ['lpt¹.txt', '_lpt¹.txt'],
    ['aux:', 'aux_'],
    ['com10.txt', 'com10.txt'],
    ['console.txt', 'console.txt'],
    ['conin$', '_conin$'],
    ['e\u0301.txt', 'é.txt'],
    ['half \ud83d.txt', 'half _.txt'],
  ])('%j becomes %j', (host, guest) => {
    expect(guestNameOf(host)).toBe(guest);
  });

  test('300 characters are cut before the extension, not within a character', () => {
    expect(guestNameOf(`${'x'.repeat(296)}.doc`)).toBe(`${'x'.repeat(115)}.doc`);
    expect(guestNameOf(`a${'😀'.repeat(150)}.doc`)).toBe(`a${'😀'.repeat(57)}.doc`);
    expect(guestNameOf(`a.${'x'.repeat(298)}`)).toBe(`a.${'x'.repeat(117)}`);
    expect(guestNameOf(`${'x'.repeat(110)}${' .'.repeat(95)}`)).toBe('x'.repeat(110));
    expect(guestNameOf(`${'x'.repeat(110)}${' '.repeat(30)}y`)).toBe('x'.repeat(110));
    expect(guestNameOf(`con.${'x'.repeat(296)}`)).toHaveLength(120);
  });

  test('whatever it is called here, Windows takes it, also from every plane', () => {
    for (let plane = 0; plane <= 16; plane++) {
      for (const at of [0, 1, 0x20, 0x2e, 0x41, 0xfe, 0xd800, 0xdfff, 0xfffd, 0xfffe, 0xffff]) {
        const character = String.fromCodePoint(plane * 0x10000 + at);
        for (const name of [character, `a${character}`, `${character}.txt`, `${character.repeat(150)}.txt`]) {
          expect(isWindowsName(guestNameOf(name)), JSON.stringify(name)).toBe(true);
        }
      }
    }
  });

  test('one that it has got already stays', () => {
    for (const name of ['con', 'a.', `${'x'.repeat(300)}.txt`, 'e\u0301']) {
      expect(guestNameOf(guestNameOf(name))).toBe(guestNameOf(name));
    }
  });
});

describe('a name for this computer', () => {
  test.each([
    ['Letter.txt', 'Letter.txt'],
    ['..', '_..'],
    ['.', '_.'],
    ['', '_'],
    ['../../etc/passwd', '_.._.._etc_passwd'],
    ['.bashrc', '_.bashrc'],
    ['-rf', '_-rf'],
    ['~', '_~'],
    ['\u0000\u001b[31m', '[31m'],
    ['\u202etxt.cod', 'txt.cod'],
    ['\u200b.profile', '_.profile'],
    [' .profile', '_.profile'],
  ])('%j becomes %j', (guest, host) => {
    expect(hostNameOf(guest)).toBe(host);
  });

  test('it has 255 bytes at most and keeps its extension', () => {
    const name = hostNameOf(`${'あ'.repeat(200)}.xls`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toBe(`${'あ'.repeat(83)}.xls`);
  });

  test('gets a number for which there is room', () => {
    expect(numberedHostName('Letter.txt', 2)).toBe('Letter (2).txt');
    expect(numberedHostName(`${'ö'.repeat(125)}x.txt`, 12)).toBe(`${'ö'.repeat(123)} (12).txt`);
  });

  test('what cannot take a place gets one beside it, with where it is from', () => {
    const date = new Date(2026, 10, 23, 14, 3);
    expect(nameBeside('Letter.txt', 'Office', date)).toBe('Letter (from Office, 2026-11-23 14.03).txt');
    expect(nameBeside('Letter.txt', 'A/B', date, 2)).toBe('Letter (from A_B, 2026-11-23 14.03, 2).txt');
    expect(nameBeside('.profile', 'W', date)).toBe('.profile (from W, 2026-11-23 14.03)');
    const long = nameBeside(`${'ä'.repeat(125)}.txt`, 'Office', date);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^ä+ \(from Office, 2026-11-23 14\.03\)\.txt$/);
  });
});
