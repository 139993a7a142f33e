/**
 * A word that changes when the machine gets another graphics driver or adapter. ONNX Runtime tells nothing of either, so it
 * is made of the files that come with them.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Folders whose entries come and go with drivers, with the times of the entries. */
const driverFolders: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    '/usr/share/vulkan/icd.d',
    '/etc/vulkan/icd.d',
    '/usr/local/share/vulkan/icd.d',
    path.join(os.homedir(), '.local/share/vulkan/icd.d'),
    '/dev/dri',
  ],
};

/** What says a version or an adapter in its text. */
const driverFiles: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    '/proc/driver/nvidia/version',
    '/sys/module/nvidia/version',
    ...[0, 1, 2, 3].flatMap((card) => ['vendor', 'device'].map((what) => `/sys/class/drm/card${card}/device/${what}`)),
  ],
};

/** Each driver that Windows has installed is a folder in here. */
const windowsDrivers = 'C:\\Windows\\System32\\DriverStore\\FileRepository';

export async function fingerprint(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { VK_DRIVER_FILES: files, VK_ICD_FILENAMES: olderFiles, VK_ADD_DRIVER_FILES: more } = environment;
  const named = [files, olderFiles, more].flatMap((list) => list?.split(path.delimiter) ?? []);
  const parts = await Promise.all([
    ...(driverFolders[process.platform] ?? []).map(entries),
    ...named.map(timeOf),
    ...(driverFiles[process.platform] ?? []).map((file) => readFile(file, 'utf8').catch(() => '')),
    ...(process.platform === 'win32' ? [timeOf(windowsDrivers)] : []),
  ]);
  // Apple's drivers come with the system.
  const all = [process.platform, process.arch, os.release(), ...parts].join('\n');
  return createHash('sha256').update(all).digest('hex').slice(0, 16);
}

async function entries(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  // Devices are only named: their times change with every start of the machine.
  if (folder.startsWith('/dev/')) return names.join(' ');
  return (await Promise.all(names.sort().map((name) => timeOf(path.join(folder, name))))).join(' ');
}

async function timeOf(file: string): Promise<string> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
  return `${file} ${mtimeMs}`;
}
