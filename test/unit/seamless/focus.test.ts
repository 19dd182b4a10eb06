import { expect, test, vi } from 'vitest';
import { Focus } from '../../../src/seamless/focus.ts';
import type { SeamlessGuest } from '../../../src/seamless/guest.ts';
import { KeyRouter } from '../../../src/seamless/key-router.ts';
import type { Popups } from '../../../src/seamless/popups.ts';
import type { SeamlessWindow } from '../../../src/seamless/seamless-window.ts';

test('a window focused before the guest said that none is active is activated all the same', () => {
  vi.useFakeTimers();
  const sent: string[] = [];
  const guest = {
    model: { desktop: { activeId: 7 }, windows: new Map() },
    send: ({ type }: { type: string }) => sent.push(type) > 0,
  } as unknown as SeamlessGuest;
  const popups = { focusCame: () => {}, focusLeft: () => {} } as unknown as Popups;
  const window = { windowId: 7 } as SeamlessWindow;
  const focus = new Focus(
    guest,
    new KeyRouter(),
    popups,
    () => {},
    () => false,
  );
  focus.hostFocused(window);
  expect(sent).toEqual([]); // active already
  focus.hostBlurred(window);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual(['release-all', 'deactivate']);
  focus.hostFocused(window); // the model still names it as active
  expect(sent.at(-1)).toBe('window-activate');
  vi.useRealTimers();
});
