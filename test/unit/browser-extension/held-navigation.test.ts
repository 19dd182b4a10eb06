/// <reference path="../../../src/browser-extension/chrome.d.ts" />
import { afterEach, expect, test, vi } from 'vitest';
import { HeldNavigations } from '../../../src/browser-extension/held-navigation.ts';
import type { HostPort } from '../../../src/browser-extension/host-port.ts';
import type { Answer } from '../../../src/browser-extension/messages.ts';

afterEach(() => vi.unstubAllGlobals());

/** Chromium whose storage takes `storageMs`; resolves to where a tab was led. */
function browser({ storageMs = 0 } = {}) {
  const wentTo: string[] = [];
  const kept: Record<string, unknown> = {};
  const storage = {
    get: async (key: string | null) => (key === null ? { ...kept } : { [key]: kept[key] }),
    async set(values: object) {
      await new Promise((later) => setTimeout(later, storageMs));
      Object.assign(kept, values);
    },
    async remove() {},
  };
  vi.stubGlobal('chrome', {
    runtime: { getURL: (path: string) => `chrome-extension://xpane/${path}` },
    tabs: { update: async (_: number, { url }: { url: string }) => wentTo.push(url) },
    storage: { session: storage },
    declarativeNetRequest: { getSessionRules: async () => [], updateSessionRules: async () => undefined },
  });
  return wentTo;
}

test('an answer that comes while the waiting page is about to be shown is the last word', async () => {
  const wentTo = browser({ storageMs: 50 });
  const tested = Promise.withResolvers<Answer>();
  const host = { ask: () => tested.promise } as unknown as HostPort;
  const held = new HeldNavigations(host).held(7, 'http://a.test/');
  // The page is about to be shown after 250 ms, and its storage is slow.
  setTimeout(() => tested.resolve({ kind: 'tested', id: 1, test: { to: 'host', here: 'host' } }), 270);
  await held;
  // Whatever is still under way would come now.
  await new Promise((later) => setTimeout(later, 100));
  expect(wentTo).toEqual([expect.stringMatching(/^chrome-extension:.*a\.test/), 'http://a.test/']);
});
