import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sourceHash } from '../../../src/appliance/agent.ts';
import { guestFolder, recipeHash } from '../../../src/appliance/recipe.ts';

function copyOfRecipe(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-recipe-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(guestFolder, folder, { recursive: true });
  return folder;
}

it('is the same for equal files, whatever their dates and place', () => {
  const folder = copyOfRecipe();
  utimesSync(join(folder, 'guest-init'), 1, 1);
  expect(recipeHash(folder)).toBe(recipeHash());
  expect(recipeHash()).toMatch(/^[0-9a-f]{16}$/);
});

it('changes with any file’s content or name', () => {
  const folder = copyOfRecipe();
  writeFileSync(join(folder, 'start-menu.txt'), '# empty\n');
  const changed = recipeHash(folder);
  expect(changed).not.toBe(recipeHash());
  writeFileSync(join(folder, 'another'), '');
  expect(recipeHash(folder)).not.toBe(changed);
});

it('sees agent sources in folders below, and a file that moves', () => {
  const folder = copyOfRecipe();
  mkdirSync(join(folder, 'below'));
  writeFileSync(join(folder, 'below/a.cpp'), 'int a;');
  const before = sourceHash(folder);
  cpSync(join(folder, 'below/a.cpp'), join(folder, 'below/b.cpp'));
  rmSync(join(folder, 'below/a.cpp'));
  expect(sourceHash(folder)).not.toBe(before);
});
