import { expect, test } from 'vitest';
import { printMessagesToGuest } from '../../../src/guest-bridge/protocol/print-messages.ts';
import { printerOffer } from '../../../src/service/printing/printer-offer.ts';

const host = { names: ['Ink', 'Laser'], usual: 'Laser' };
const namesOf = (...args: Parameters<typeof printerOffer>) => printerOffer(...args).map(({ name }) => name);

test('the setting decides, the usual printer comes first', () => {
  expect(namesOf('off', host)).toEqual([]);
  expect(namesOf('pdf', host)).toEqual(['PDF file (XPane)']);
  expect(namesOf('default', host)).toEqual(['Laser (XPane)', 'PDF file (XPane)']);
  expect(namesOf('default', { names: ['Ink'], usual: undefined })).toEqual(['PDF file (XPane)']);
  expect(namesOf('all', host)).toEqual(['Laser (XPane)', 'Ink (XPane)', 'PDF file (XPane)']);
});

test('any list is one that the guest takes, and names are different to Windows', () => {
  const names = [
    ...['a,b', 'a!b', 'A_B', 'x'.repeat(127), '\\\\server', '😀'.repeat(60), 'PDF_file'],
    ...Array.from({ length: 20 }, (_, number) => `P${number}`),
  ];
  const offers = printerOffer('all', { names, usual: undefined });
  expect(offers).toHaveLength(16);
  expect(offers.at(-1)?.printer).toBeUndefined();
  expect(new Set(offers.map(({ name }) => name.toLowerCase())).size).toBe(16);
  expect(new Set(offers.map(({ printerId }) => printerId)).size).toBe(16);
  const printers = offers.map(({ printerId, name }) => ({ printerId, name }));
  const message = { type: 'printer-list', printers, paper: 'a4' };
  expect(printMessagesToGuest[0].safeParse(message).success).toBe(true);
});
