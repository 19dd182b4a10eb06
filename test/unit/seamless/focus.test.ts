import { expect, test, vi } from 'vitest';
import type { UserAct } from '../../../src/presenter/presenter.ts';
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
  const user = { userAct: () => ({}) as UserAct, userWentOn: () => false };
  const focus = new Focus(guest, new KeyRouter(), popups, () => {}, user);
  focus.hostFocused(window);
  expect(sent).toEqual([]); // active already
  focus.hostBlurred(window);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual(['release-all', 'deactivate']);
  focus.hostFocused(window); // the model still names it as active
  expect(sent.at(-1)).toBe('window-activate');
  vi.useRealTimers();
});

test('the owner of a dialog that ended with the focus inherits it once it is enabled, not from a user who went on', () => {
  vi.useFakeTimers();
  for (const wentOn of [false, true]) {
    const owner = { windowId: 1, enabled: false };
    const guest = {
      model: { desktop: { activeId: 2 }, windows: new Map([[1, owner]]) },
      send: () => true,
    } as unknown as SeamlessGuest;
    const popups = { focusCame: () => {}, focusLeft: () => {} } as unknown as Popups;
    const user = { userAct: () => ({}) as UserAct, userWentOn: () => wentOn };
    const focus = new Focus(guest, new KeyRouter(), popups, () => {}, user);
    const dialog = { windowId: 2, ownerId: 1 } as SeamlessWindow;
    focus.hostFocused(dialog);
    focus.windowGone(dialog);
    expect(focus.inherits({ activeId: 0 })).toBeUndefined(); // blocked still
    owner.enabled = true;
    expect(focus.inherits({ activeId: 5 })).toBeUndefined(); // the guest goes on elsewhere
    expect(focus.inherits({ activeId: 0 })).toBe(wentOn ? undefined : 1);
    expect(focus.inherits({ activeId: 0 })).toBeUndefined(); // once
    focus.hostFocused(dialog);
    focus.windowGone(dialog);
    vi.advanceTimersByTime(600);
    expect(focus.inherits({ activeId: 1 })).toBeUndefined(); // too late
  }
  vi.useRealTimers();
});
