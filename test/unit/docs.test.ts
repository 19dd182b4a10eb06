import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesIn, readSource, root } from './source-tree.ts';

const pages = filesIn('docs', ['.md']);

/** Paths of the repository in a page: what stands in backticks and begins with a room, and what a link leads to. */
function pathsIn(page: string, text: string): string[] {
  const quoted = [...text.matchAll(/`((?:src|test|bench|scripts|assets|docs)\/[^`*\s]*)`/g)].map(
    ([, path = '']) => path,
  );
  const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path = '']) =>
    join(dirname(page), path),
  );
  return [...quoted, ...linked];
}

test('paths are found in backticks and in links', () => {
  const text = 'See `src/a.ts`, `a word`, `src/x/`, ![drawing](b.svg) and [that](../README.md#part).';
  expect(pathsIn('docs/c.md', text)).toEqual(['src/a.ts', 'src/x/', 'docs/b.svg', 'README.md']);
});

test.each(pages)('%s names only files that are there', (page) => {
  const paths = pathsIn(page, readSource(page));
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

/** What a page calls by name must be in the code, too. */
const names: readonly (readonly [page: string, name: string, file: string])[] = [
  ['docs/seamless.md', 'chooseCapture', 'src/guest-agent/desktop/capture.h'],
  ['docs/seamless.md', 'dependsOnOrder', 'src/guest-agent/desktop/capture.h'],
  ['docs/seamless.md', 'captureBackend', 'src/guest-bridge/protocol/from-guest.ts'],
  ['docs/seamless.md', 'windowInfo', 'src/guest-bridge/protocol/from-guest.ts'],
  ['docs/seamless.md', 'mayFocus', 'src/presenter/presenter.ts'],
  ['docs/seamless.md', 'onPlaced', 'src/presenter/presenter.ts'],
  ['docs/seamless.md', 'SeamlessPopup', 'src/seamless/seamless-popup.ts'],
  ['docs/seamless.md', 'toHost', 'src/seamless/host-window.ts'],
];

test.each(names)('%s: %s is in %s', (page, name, file) => {
  expect(readSource(page)).toContain(name);
  expect(readSource(file)).toContain(name);
});
