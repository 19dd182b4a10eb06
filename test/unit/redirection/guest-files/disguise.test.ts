import { expect, test } from 'vitest';
import { isDisguisedProgram } from '../../../../src/redirection/guest-files/disguise.ts';

test.each([
  'MZ',
  'MZ\x90\x00',
  '\x7fELF\x01\x01',
  '#!/usr/bin/env python3',
  '\xef\xbb\xbf#!/bin/sh',
  '\n\n#!/bin/sh',
  '[Desktop Entry]\nExec=x',
  '# comment\n\n  [Desktop Entry]\n',
  '\xef\xbb\xbf[Desktop Entry]',
])('%j acts as a program', (text) => {
  expect(isDisguisedProgram(Buffer.from(text, 'latin1'))).toBe(true);
});

test.each(['', 'M', '%PDF-1.7', 'PK\x03\x04', 'see [Desktop Entry] in the text', '\x7fEL', 'Mz', ' # !'])(
  '%j does not',
  (text) => {
    expect(isDisguisedProgram(Buffer.from(text, 'latin1'))).toBe(false);
  },
);
