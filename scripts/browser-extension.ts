import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBrowserExtension, packBrowserExtension } from './browser-extension/build.ts';

/** `node scripts/browser-extension.ts [--out FOLDER]`: the extension for "Load unpacked", and beside it as FOLDER.zip. */

const standard = join(import.meta.dirname, '../out/browser-extension');
const { values } = parseArgs({ options: { out: { type: 'string', default: standard } } });
await buildBrowserExtension(values.out);
await packBrowserExtension(values.out, `${values.out}.zip`);
console.log(values.out);
