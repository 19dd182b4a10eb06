import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pinsFor, withPins } from '../../../src/integration/applications/default-pins.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-pins-'));
  env = {
    ...{ HOME: folder, XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') },
    ...{ XDG_DATA_DIRS: join(folder, 'shared'), XDG_CONFIG_DIRS: join(folder, 'etc') },
    XDG_CURRENT_DESKTOP: 'Test',
  };
  for (const id of ['editor', 'viewer', 'other'])
    write(`shared/applications/${id}.desktop`, '[Desktop Entry]\n');
  write('shared/applications/mimeinfo.cache', '[MIME Cache]\ntext/plain=editor.desktop;viewer.desktop;\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}
const types = { byExtension: new Map(), parents: new Map() };
const pins = async (own: Record<string, string> = {}, by = env) =>
  Object.fromEntries(await pinsFor(['text/plain'], types, by, new Map(Object.entries(own))));
const pinned = (id: string) => ({ 'text/plain': `${id}.desktop` });

test('what the user has taken away from a kind of files is not pinned to it', async () => {
  expect(await pins()).toEqual(pinned('editor'));
  write('config/mimeapps.list', '[Removed Associations]\ntext/plain=editor.desktop;\n');
  expect(await pins()).toEqual(pinned('viewer'));
  // Less important than what it would remove.
  write('config/mimeapps.list', '[Added Associations]\ntext/plain=other.desktop;\n');
  write('shared/applications/mimeapps.list', '[Removed Associations]\ntext/plain=other.desktop;\n');
  expect(await pins()).toEqual(pinned('other'));
});

test('a line whose programs are gone keeps no pin away, and comes back as it was', async () => {
  const dead = '[Default Applications]\ntext/plain=gone.desktop;gone2.desktop\na/b=x.desktop\n';
  write('data/applications/mimeapps.list', dead);
  expect(await pins()).toEqual(pinned('editor'));
  const pin = new Map(Object.entries(pinned('editor')));
  const text = withPins(dead, new Map(), pin);
  expect(text).toBe(dead.replace('gone.', 'editor.desktop;gone.'));
  // It is seen as XPane's own, and stays one.
  write('data/applications/mimeapps.list', text);
  expect(await pins(pinned('editor'))).toEqual(pinned('editor'));
  expect(withPins(text, pin, pin)).toBe(text);
  expect(withPins(text, pin, new Map())).toBe(dead);
});

test('outside of the desktop, which may know more, pins stay as they are while their programs do', async () => {
  write('shared/applications/test-mimeapps.list', '[Added Associations]\ntext/plain=viewer.desktop;\n');
  expect(await pins()).toEqual(pinned('viewer'));
  const { XDG_CURRENT_DESKTOP: _, ...outside } = env;
  expect(await pins(pinned('viewer'), outside)).toEqual(pinned('viewer'));
  expect(await pins(pinned('gone'), outside)).toEqual(pinned('editor'));
  expect(await pins(pinned('editor'))).toEqual(pinned('viewer'));
});
