import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { methods, request } from '../../../src/launcher/api/methods.ts';
import { apiMark, apiVersion } from '../../../src/launcher/other-version.ts';

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });

test('the mark is that of the schemas: where they change, it is to be the one that is named here', () => {
  const all = Object.entries(methods).map(([name, { params, result }]) => [
    name,
    schemaOf(params),
    schemaOf(result),
  ]);
  const text = JSON.stringify([schemaOf(request), ...all.sort()]);
  expect(apiMark).toBe(createHash('sha256').update(text).digest('hex').slice(0, 16));
});

test('it has room in a request', () => {
  expect(apiVersion.length).toBeLessThanOrEqual(64);
});
