import { z } from 'zod';
import { regions } from '../host-facts/regions.ts';
import { xpTimeZones } from '../host-facts/xp-time-zones.ts';
import { answerText, computerNameText, workgroupText } from './answer-text.ts';
import { checkedAnswers } from './checked.ts';
import { type InfSection, type InfValue, infText } from './inf.ts';

/** What a guest that runs already is told to become. What is left out stays as the guest has it. */
export const guestAnswersSchema = z.strictObject({
  fullName: answerText(1, 50).optional(),
  organisation: answerText(0, 50).optional(),
  computerName: computerNameText.optional(),
  workgroup: workgroupText.optional(),
  /** The name of the registry key, `W. Europe Standard Time`. */
  timeZoneKey: z
    .string()
    .refine((key) => xpTimeZones.some((zone) => zone.key === key), 'Windows XP has no such time zone')
    .optional(),
  localeId: z
    .string()
    .refine((id) => regions.some((region) => region.localeId === id), 'Windows XP has no such region')
    .optional(),
  keyboardLayout: z
    .string()
    .regex(/^[0-9A-F]{8}$/, 'it takes eight hexadecimal digits')
    .optional(),
  addUserToAdministrators: z.boolean().default(false),
  /** Files of the guest that the host collects after set-up, full paths. */
  logFilePaths: z
    .array(answerText(4, 259).regex(/^[A-Za-z]:\\/, 'it takes full paths'))
    .max(50)
    .default([]),
});

export type GuestAnswers = z.input<typeof guestAnswersSchema>;

/** Raised when a reader of today would misunderstand the file. */
const format = 1;

/**
 * The answers as an INI file that `GetPrivateProfileStringW` reads: UTF-16 with a byte order mark, values in quotes,
 * which that function takes off. Pure. Throws `guest-setup.bad-answer`.
 */
export function answersIni(answers: GuestAnswers): Buffer {
  const checked = checkedAnswers(guestAnswersSchema, answers);
  const sections: InfSection[] = [
    section('XPane', { Format: String(format) }),
    section('User', {
      FullName: checked.fullName,
      Organisation: checked.organisation,
      AddToAdministrators: checked.addUserToAdministrators ? '1' : '0',
    }),
    section('Computer', { Name: checked.computerName, Workgroup: checked.workgroup }),
    section('TimeZone', { Key: checked.timeZoneKey }),
    section('Region', { LocaleId: checked.localeId, KeyboardLayout: checked.keyboardLayout }),
    section('Logs', Object.fromEntries(checked.logFilePaths.map((path, index) => [`Path${index}`, path]))),
  ];
  const said = sections.filter(({ entries }) => entries.length > 0);
  return Buffer.from(`\ufeff${infText(said)}`, 'utf16le');
}

function section(name: string, values: Readonly<Record<string, string | undefined>>): InfSection {
  const entries = Object.entries(values).flatMap(([key, value]): [string, InfValue][] =>
    value === undefined ? [] : [[key, { text: value }]],
  );
  return { name, entries };
}
