import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Appliance } from './appliance.ts';
import {
  downloadDependency,
  downloadWithDependencies,
  openPrivateApt,
  type PrivateApt,
  updateIndex,
} from './debian-packages.ts';
import { writeDiskImage } from './disk-image.ts';
import {
  compileShortcutMaker,
  flushToDisk,
  installGuestFiles,
  runInRoot,
  stripWindowsPrograms,
  unpackPackages,
} from './guest-root.ts';
import { writeInitrd } from './initrd.ts';
import { unpackKernel } from './kernel.ts';
import { unpackKernelImage } from './kernel-image.ts';
import type { Step } from './progress.ts';
import { guestFolder, guestPackages, kernelPackage } from './recipe.ts';

export interface BuildPlace {
  /** An empty folder for whatever is needed on the way. */
  readonly work: string;
  /** What is to be made. */
  readonly out: Appliance;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** How the built-in guest is made, in order. Weights are seconds as measured on two cores. */
export async function buildSteps(place: BuildPlace): Promise<Step[]> {
  const { work, out, note, signal } = place;
  const recipe = join(work, 'recipe');
  await mkdir(out.root, { recursive: true });
  await copyRecipe(recipe);
  const apt = await openPrivateApt(join(work, 'apt'));
  return [
    { description: 'Reading the lists of packages', weight: 4, run: () => updateIndex(apt, note, signal) },
    {
      description: 'Downloading the packages',
      weight: 9,
      run: (onFraction) => downloadWithDependencies(apt, guestPackages, { signal, onFraction }),
    },
    {
      description: 'Unpacking the packages',
      weight: 12,
      run: async (onFraction) => {
        await unpackPackages(apt.archives, out.root, onFraction, signal);
        await rm(apt.archives, { recursive: true });
      },
    },
    { description: 'Preparing the guest’s system', weight: 4, run: () => prepareSystem(place, recipe) },
    { description: 'Preparing Windows', weight: 11, run: () => prepareWindows(place, recipe) },
    { description: 'Preparing the kernel', weight: 9, run: () => prepareKernel(place, recipe, apt) },
    {
      description: 'Making the guest’s disk',
      weight: 4,
      run: async () => {
        await writeDiskImage(out.root, out.disk, signal);
        await flushToDisk(out.disk);
      },
    },
  ];
}

/** By reading and writing: inside the single executable the recipe is no file that the system could copy. */
async function copyRecipe(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(guestFolder)) {
    await writeFile(join(folder, name), await readFile(join(guestFolder, name)));
  }
}

async function prepareSystem({ out, signal }: BuildPlace, recipe: string): Promise<void> {
  await installGuestFiles(recipe, out.root);
  const configure = ['/usr/bin/busybox', 'sh', '/recipe/configure-root.sh'];
  await runInRoot(out.root, recipe, configure, 'preparing the guest’s system', signal);
  await stripWindowsPrograms(out.root, signal);
}

async function prepareWindows({ out, signal }: BuildPlace, recipe: string): Promise<void> {
  await compileShortcutMaker(recipe, join(recipe, 'make-shortcuts.exe'), signal);
  await runInRoot(out.root, recipe, ['/bin/sh', '/recipe/make-prefix.sh'], 'preparing Windows', signal);
}

async function prepareKernel(
  { work, out, signal }: BuildPlace,
  recipe: string,
  apt: PrivateApt,
): Promise<void> {
  const download = join(work, 'kernel-package');
  const meta = `${kernelPackage}:amd64`;
  const file = await downloadDependency(apt, meta, 'linux-image-', download, signal);
  const unpacked = join(work, 'kernel');
  const { image, ...modules } = await unpackKernel(file, unpacked, signal);
  await unpackKernelImage(image, out.kernel, signal);
  const busybox = join(out.root, 'usr/bin/busybox');
  await writeInitrd(out.initrd, { busybox, init: join(recipe, 'initrd-init'), ...modules });
  // 200 MB that must not lie beside the disk image.
  await Promise.all([unpacked, download].map((folder) => rm(folder, { recursive: true })));
}
