import { z } from 'zod';
import { XPaneError } from '../../shared/errors.ts';
import { type FloppyImage, floppyImage } from '../floppy/fat12.ts';
import { regions } from '../host-facts/regions.ts';
import { xpTimeZones } from '../host-facts/xp-time-zones.ts';
import { Secret } from '../secret.ts';
import { installerPath } from '../setup-disk/disk-paths.ts';
import { type CodePage, codePages, encodeAnsi } from './ansi.ts';
import { answerText, computerNameText, isAnswerText, workgroupText } from './answer-text.ts';
import { checkedAnswers } from './checked.ts';
import { type InfSection, type InfValue, infText } from './inf.ts';
import { isProductKey } from './product-key.ts';

/** An administrator's password: as long as set-up takes, and not `*`, which there means none. */
const passwordSecret = z.instanceof(Secret).refine((password) => {
  const text = password.reveal();
  return text.length >= 1 && text.length <= 127 && text !== '*' && isAnswerText(text);
}, 'it takes 1 to 127 characters, no quotes, percent signs or control characters, and not * alone');

/** The answers to all that Windows XP's set-up asks. */
export const xpAnswersSchema = z
  .strictObject({
    productKey: z.instanceof(Secret).refine((key) => isProductKey(key.reveal()), 'it is no product key'),
    fullName: answerText(1, 50),
    organisation: answerText(0, 50).default(''),
    computerName: computerNameText,
    workgroup: workgroupText.default('WORKGROUP'),
    timeZoneIndex: z
      .int()
      .refine(
        (index) => xpTimeZones.some((zone) => zone.index === index),
        'Windows XP has no such time zone',
      ),
    /** By its locale ID, `00000407`. */
    localeId: z
      .string()
      .refine((id) => regions.some((region) => region.localeId === id), 'Windows XP has no such region'),
    /** Layout of the keyboard, `00000409`. */
    keyboardLayout: z.string().regex(/^[0-9A-F]{8}$/, 'it takes eight hexadecimal digits'),
    /** Of the CD's language. */
    codePage: z.literal(codePages).default(1252),
    display: z
      .strictObject({
        widthPx: z.int().min(640).max(2560),
        heightPx: z.int().min(480).max(1600),
        bitsPerPixel: z.literal([16, 24, 32]),
      })
      .default({ widthPx: 1024, heightPx: 768, bitsPerPixel: 32 }),
    /** None: the administrator's password is blank. */
    administratorPassword: passwordSecret.optional(),
    /** How often the administrator is logged on without being asked; 0 asks at once. */
    autoLogonCount: z.int().min(0).max(1000).default(1),
    /** Where the set-up disk may be: the first of these drives that has our installer runs it. */
    setupDrives: z
      .array(z.string().regex(/^[D-Z]$/))
      .max(10)
      .default(['D', 'E', 'F', 'G', 'H']),
  })
  .refine(({ computerName, workgroup }) => computerName.toUpperCase() !== workgroup.toUpperCase(), {
    path: ['computerName'],
    message: 'computer and workgroup cannot have the same name',
  });

export type XpAnswers = z.input<typeof xpAnswersSchema>;
type CheckedAnswers = z.output<typeof xpAnswersSchema>;

/**
 * The floppy that Windows XP's set-up looks for when it starts from its CD. It holds the product key and the
 * password in plain text: keep it in a private folder and wipe it after use (`wipeFloppy`).
 *
 * Throws `guest-setup.bad-answer`, which never tells a value.
 */
export function unattendedFloppy(answers: XpAnswers, date: Date): FloppyImage {
  const checked = checkedAnswers(xpAnswersSchema, answers);
  const content = encodeAnsi(sifOf(checked), checked.codePage);
  if (!content) throw notInCodePage(checked.codePage);
  return floppyImage([{ name: 'WINNT.SIF', content }], { label: 'XPANE_SIF', date });
}

/** The text of WINNT.SIF, sections as in Windows XP's deployment guide (ref.chm). Throws `guest-setup.bad-answer`. */
export function winntSif(answers: XpAnswers): Secret {
  return new Secret(sifOf(checkedAnswers(xpAnswersSchema, answers)));
}

function sifOf(answers: CheckedAnswers): string {
  return infText([...installation, ...identity(answers), ...surroundings(answers), firstLogOn(answers)]);
}

const token = (value: string | number): InfValue => ({ token: String(value) });
const text = (value: string): InfValue => ({ text: value });

/** The same for everybody: no question, the whole first disk, which is the guest's own. */
const installation: readonly InfSection[] = [
  {
    name: 'Data',
    entries: [
      ['AutoPartition', token(1)],
      ['MsDosInitiated', text('0')],
      ['UnattendedInstall', text('Yes')],
    ],
  },
  {
    name: 'Unattended',
    entries: [
      ['UnattendMode', token('FullUnattended')],
      ['UnattendSwitch', token('Yes')], // no Windows Welcome after the first start
      ['OemSkipEula', token('Yes')],
      ['OemPreinstall', token('No')],
      ['TargetPath', token('\\WINDOWS')],
      ['Repartition', token('Yes')],
      ['FileSystem', token('ConvertNTFS')],
      ['WaitForReboot', text('No')],
      ['NoWaitAfterTextMode', token(1)],
      ['NoWaitAfterGUIMode', token(1)],
      ['DriverSigningPolicy', token('Ignore')],
      ['Hibernation', token('No')],
    ],
  },
];

function identity(answers: CheckedAnswers): InfSection[] {
  const { administratorPassword: password, autoLogonCount } = answers;
  return [
    {
      name: 'GuiUnattended',
      entries: [
        ['AdminPassword', password ? text(password.reveal()) : token('*')],
        ['EncryptedAdminPassword', token('No')],
        ['AutoLogon', token(autoLogonCount > 0 ? 'Yes' : 'No')],
        ...(autoLogonCount > 0 ? ([['AutoLogonCount', token(autoLogonCount)]] as const) : []),
        ['OEMSkipRegional', token(1)],
        ['OemSkipWelcome', token(1)],
        ['TimeZone', token(String(answers.timeZoneIndex).padStart(3, '0'))],
      ],
    },
    {
      name: 'UserData',
      entries: [
        ['ProductKey', text(answers.productKey.reveal())],
        ['FullName', text(answers.fullName)],
        ['OrgName', text(answers.organisation)],
        ['ComputerName', text(answers.computerName)],
      ],
    },
  ];
}

function surroundings(answers: CheckedAnswers): InfSection[] {
  const { display, localeId, keyboardLayout } = answers;
  const region = regions.find((each) => each.localeId === localeId);
  const language = localeId.slice(4);
  return [
    {
      name: 'Display',
      entries: [
        ['BitsPerPel', token(display.bitsPerPixel)],
        ['XResolution', token(display.widthPx)],
        ['YResolution', token(display.heightPx)],
        ['VRefresh', token(60)],
      ],
    },
    {
      name: 'RegionalSettings',
      entries: [
        ['LanguageGroup', token(region?.languageGroup ?? 1)],
        ['SystemLocale', token(localeId)],
        ['UserLocale', token(localeId)],
        ['InputLocale', token(`${language}:${keyboardLayout}`)],
      ],
    },
    { name: 'Identification', entries: [['JoinWorkgroup', text(answers.workgroup)]] },
    { name: 'Networking', entries: [['InstallDefaultComponents', token('Yes')]] },
  ];
}

/**
 * Which letter the set-up disk has depends on the guest's drives, so each is tried. No loop of cmd: its `%` means
 * something else in a set-up file.
 */
function firstLogOn({ setupDrives }: CheckedAnswers): InfSection {
  return {
    name: 'GuiRunOnce',
    entries: setupDrives.map((drive, index) => {
      const installer = `${drive}:\\${installerPath.replaceAll('/', '\\')}`;
      return [`Command${index}`, text(`cmd.exe /c if exist ${installer} ${installer}`)];
    }),
  };
}

function notInCodePage(codePage: CodePage): XPaneError {
  return new XPaneError(
    'guest-setup.bad-answer',
    `A name has characters that Windows’ set-up cannot read from this CD (its code page is ${codePage}).`,
    'Use plain letters in the names, or say which code page the CD’s language has.',
  );
}
