import { expect, test } from 'vitest';
import type { GuestBridge } from '../../../src/guest-bridge/guest-bridge.ts';
import type { LiveWorkspace } from '../../../src/service/live-workspace.ts';
import { fulfil, type UserWish } from '../../../src/service/user-wish.ts';

test.each([
  [undefined, 1],
  [{ mayTakeFocus: true }, 1],
  [{ mayTakeFocus: false }, 0],
])('a window is given the focus unless nobody may have asked for it: %j', async (options, expected) => {
  const given: unknown[] = [];
  const bridge = { on: () => () => undefined } as unknown as GuestBridge;
  const workspace = {
    keepAwake: () => () => undefined,
    ensureReady: async () => bridge,
    expectWindow(act: unknown) {
      given.push(act);
      return () => undefined;
    },
  } as unknown as LiveWorkspace;
  const wish = { act: {}, notice: { end: () => undefined } } as unknown as UserWish;
  const failing = async () => Promise.reject(new Error('it ends what is waited for'));
  await expect(fulfil(workspace, wish, new AbortController().signal, failing, options)).rejects.toThrow();
  expect(given).toHaveLength(expected);
});
