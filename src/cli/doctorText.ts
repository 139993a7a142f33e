/** The report of `doctor` for people. */
import type { ChalkInstance } from 'chalk';
import { bitsPerNat } from '../core/heatMap';
import type { Report, Timing } from './doctor';

const threshold = (nats: number | null) =>
  nats === null
    ? 'none, patches of a fixed length'
    : `${(nats * bitsPerNat).toFixed(3)} bits (${nats.toFixed(3)} nats)`;

export function doctorText(report: Report, chalk: ChalkInstance): string {
  const { engine, cold, warm } = report;
  const rows: [label: string, value: string][] = [
    ['bytewise', report.bytewise],
    ['node', engine && engine.node !== report.node ? `${report.node}, engine ${engine.node}` : report.node],
    ['platform', report.platform],
    ['CPU', `${report.cpu.model}, ${report.cpu.cores} ${report.cpu.cores === 1 ? 'core' : 'cores'}`],
  ];
  if (engine) {
    const { model } = engine;
    rows.push(
      ['onnxruntime', engine.onnxruntime],
      ['model', model.name],
      ['folder', model.directory],
      ['SHA-256', model.sha256],
      ['size', `${(model.bytes / 1e6).toFixed(1)} MB`],
      ['threshold', threshold(model.thresholdNats)],
      ['context', `${model.contextBytes} bytes`],
      ...engine.devices.map(({ provider, accepted, reason }): [string, string] => [
        'device',
        `${provider} ${accepted ? 'accepted' : 'refused'}${reason ? `: ${oneLine(reason)}` : ''}`,
      ]),
      ['in use', engine.device],
      ['load', ms(engine.loadMs)],
    );
  } else rows.push(['folder', report.modelDirectory]);
  if (cold) rows.push(['cold', timing(cold)]);
  if (warm) rows.push(['warm', timing(warm)]);
  rows.push(['state', report.ok ? 'the engine runs' : `the engine cannot run: ${oneLine(report.error ?? '')}`]);

  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return rows
    .map(([label, value], row) => {
      // A label that comes again, as for several devices, is written once.
      const shown = rows[row - 1]?.[0] === label ? '' : label;
      return `${chalk.bold(shown.padEnd(width))}${value}\n`;
    })
    .join('');
}

function timing({ prefixBytes, reusedBytes, bytes, firstByteMs, msPerByte }: Timing): string {
  const speed = msPerByte === null ? '' : `, then ${msPerByte.toFixed(2)} ms per byte`;
  const cached = reusedBytes > 0 ? `, ${reusedBytes} bytes cached` : '';
  return `first byte after ${ms(firstByteMs)}${speed} (prefix ${prefixBytes} bytes${cached}; ${bytes} generated)`;
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
