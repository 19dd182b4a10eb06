import { describe, expect, it } from 'vitest';
import { applicationClass, markedTitle } from '../../../src/seamless/title-mark.ts';

describe('a guest window’s title', () => {
  it('says that it is the guest’s', () => {
    expect(markedTitle('Untitled - Notepad', '[XP] ', 'C:\\windows\\notepad.exe')).toBe(
      '[XP] Untitled - Notepad',
    );
  });

  it('cannot hide its mark by control characters and bidirectional overrides', () => {
    expect(markedTitle('\u202eevil\u0007\n', '[XP] ', 'x.exe')).toBe('[XP] evil');
  });

  it('names the program where there is none', () => {
    expect(markedTitle('', '[XP] ', 'C:\\windows\\notepad.exe')).toBe('[XP] notepad');
    expect(markedTitle(' \u200b', '[XP] ', '')).toBe('[XP] application');
  });

  it('is cut, never within a character', () => {
    const title = markedTitle('\u{1f600}'.repeat(300), '', 'x.exe');
    expect(title.length).toBeLessThanOrEqual(256);
    expect(title.isWellFormed()).toBe(true);
  });
});

describe('the application class', () => {
  it('is one for each program of a workspace', () => {
    expect(applicationClass('builtin', 'C:\\windows\\system32\\Notepad.exe')).toBe('xpane-builtin-notepad');
  });

  it('holds only safe characters', () => {
    expect(applicationClass('builtin', 'D:\\My App (x86)\\Über Tool.exe')).toBe('xpane-builtin-ber-tool');
  });
});
