import { expect, test } from 'vitest';
import { readSource, staticImportsOf } from '../source-tree.ts';

/** Modules, and packages, that are loaded with these. */
function loadedWith(...entries: readonly string[]): Set<string> {
  const loaded = new Set<string>();
  const load = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    if (!file.startsWith('src/')) return;
    for (const { to } of staticImportsOf(file, readSource(file))) load(to);
  };
  for (const entry of entries) load(entry);
  return loaded;
}

/**
 * Each module costs `xpane open` a millisecond or two, and all of the schemas a third of what it may take, see
 * bench/files.bench.ts.
 */
test('what "xpane open" loads is little, and no schema is among it', () => {
  const loaded = loadedWith('src/xpane.ts', 'src/launcher/commands/open.ts');
  expect([...loaded].filter((each) => ['zod', 'pino', 'conf', 'ws', 'koffi'].includes(each))).toEqual([]);
  const own = [...loaded].filter((each) => each.startsWith('src/'));
  expect(own).toContain('src/launcher/client.ts');
  expect(own.length).toBeLessThanOrEqual(26);
});
