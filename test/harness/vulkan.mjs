// Mesa's software Vulkan for the tests of the GPU path, unpacked into the user's cache: nothing is installed, root is not needed.
// Mesa 25 is the first that WebGPU accepts; Debian 12 has it among its backports. Needs no installed package.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'bytewise', 'vulkan');
const packages = ['mesa-vulkan-drivers', 'libvulkan1'];
const libraries = ['usr/lib', 'lib'].map((folder) => path.join(cache, 'root', folder, 'x86_64-linux-gnu'));
const driver = path.join(cache, 'root/usr/share/vulkan/icd.d/lvp_icd.json');

/** Environment of a process that is to find the software Vulkan and nothing else; undefined where it is not set up. */
export function softwareVulkan() {
  if (!fs.existsSync(driver)) return undefined;
  return {
    LD_LIBRARY_PATH: [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    VK_DRIVER_FILES: driver,
    // Compiling shaders takes most of the time: without optimising and with short vectors a third of it, and only once.
    GALLIVM_PERF: 'nopt',
    LP_NATIVE_VECTOR_WIDTH: '128',
    MESA_SHADER_CACHE_DIR: path.join(cache, 'shaders'),
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? cache,
  };
}

/** Says why where it cannot be had; there the tests that need it are skipped. */
export function setUpVulkan() {
  if (softwareVulkan()) return;
  const reason = whyNot();
  if (reason) {
    // A machine that checks contributions must not leave tests out without anybody noticing.
    if (process.env.BYTEWISE_CI) throw new Error(`The tests of the GPU path cannot run: ${reason}.`);
    console.log(`The tests of the GPU path are skipped: ${reason}.`);
    return;
  }
  console.log("Fetching Mesa's software Vulkan, once ...");
  const scratch = `${cache}.part`;
  fs.rmSync(scratch, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'archives/partial', 'root']) {
    fs.mkdirSync(path.join(scratch, folder), { recursive: true });
  }
  const sources = path.join(scratch, 'sources.list');
  const suites = [
    ['debian', 'bookworm'],
    ['debian', 'bookworm-backports'],
    ['debian-security', 'bookworm-security'],
  ];
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const line = ([folder, suite]) => `deb [signed-by=${keys}] http://deb.debian.org/${folder} ${suite} main\n`;
  fs.writeFileSync(sources, suites.map(line).join(''));
  const apt = (...args) => {
    const options = [
      `Dir::Etc::sourcelist=${sources}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${path.join(scratch, 'lists')}`,
      `Dir::Cache=${scratch}`,
      'Debug::NoLocking=1',
      // The folders belong to the user who asks; as root, apt would hand the download over to another one.
      ...(process.getuid?.() === 0 ? ['APT::Sandbox::User=root'] : []),
    ];
    execFileSync('apt-get', ['-qq', ...options.flatMap((option) => ['-o', option]), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  apt('update');
  // What of the packages and their dependencies is not installed.
  apt('install', '-y', '--download-only', '--no-install-recommends', '-t', 'bookworm-backports', ...packages);
  const archives = fs.readdirSync(path.join(scratch, 'archives')).filter((name) => name.endsWith('.deb'));
  for (const name of archives) {
    execFileSync('dpkg-deb', ['-x', path.join(scratch, 'archives', name), path.join(scratch, 'root')]);
  }
  for (const folder of ['lists', 'archives']) fs.rmSync(path.join(scratch, folder), { recursive: true });
  fs.rmSync(cache, { recursive: true, force: true });
  fs.renameSync(scratch, cache);
  if (!softwareVulkan()) throw new Error(`The packages ${packages.join(' and ')} have no software Vulkan in them.`);
}

function whyNot() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return 'ONNX Runtime has WebGPU with Vulkan on Linux x64 only';
  const release = fs.existsSync('/etc/os-release') ? fs.readFileSync('/etc/os-release', 'utf8') : '';
  if (!/^VERSION_CODENAME=bookworm$/m.test(release) || !fs.existsSync('/usr/bin/apt-get')) {
    return 'this is no Debian 12, where a software Vulkan would come from';
  }
  return undefined;
}
