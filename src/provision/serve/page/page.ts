import { attentionOf, byAttention, titleOf } from '../hosts/attention.ts';
import { type Host, type HostState, hostStates } from '../hosts/host.ts';
import { stepWords } from '../hosts/step-words.ts';
import type { Run } from '../queue/run.ts';
import { elapsed } from './elapsed.ts';
import { escapeMarkup } from '../../../core/text/escape-markup.ts';

/** Seconds between two looks of a browser that shows the page. */
const refreshSeconds = 10;

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 76rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 .8rem; }
ul.counts { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; margin: 0 0 1rem; padding: 0; }
ul.counts li { border: 1px solid #8886; border-radius: .4rem; padding: .2rem .7rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid #8884; }
th { font-weight: 600; }
td.since { white-space: nowrap; }
td.known { font: 13px/1.6 ui-monospace, monospace; }
small { display: block; opacity: .75; overflow-wrap: anywhere; }
b.state { border-radius: .3rem; padding: .05rem .5rem; font-weight: 600; background: #8883; }
b.done { background: #1a7f37; color: #fff; }
b.failed { background: #c62828; color: #fff; }
b.installing, b.preos { background: #0b57d0; color: #fff; }
b.booted { background: #6a3fb5; color: #fff; }
tr.failed td:first-child { box-shadow: inset 4px 0 #c62828; }
tr.stands-still td:first-child { box-shadow: inset 4px 0 #e08600; }
tr td:first-child, tr th:first-child { padding-left: .7rem; }
em { font-style: normal; color: #b35900; font-weight: 600; }
pre { overflow: auto; padding: .7rem; background: #8882; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dd { margin: 0; }
`;

/** All machines, those that need a look first; plain HTML that works without a script. */
export function renderHostsPage(hosts: readonly Host[], now: Date): string {
  const rows = byAttention(hosts, now).map((host) => hostRow(host, now));
  const table =
    rows.length === 0
      ? '<p>No machine has been seen yet. One appears here with its first request.</p>'
      : `<table><thead><tr><th>Machine</th><th>State</th><th>Step</th><th>For</th><th>Known by</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return document('Machines', `<h1>Machines</h1>${counts(hosts, now)}${table}`, refreshSeconds);
}

/** One machine with its runs and the end of its log. */
export function renderHostPage(host: Host, runs: readonly Run[], log: readonly string[], now: Date): string {
  const title = titleOf(host);
  const entries: readonly (readonly [string, string])[] = [
    ['State', stateBadge(host.state)],
    ['Step', `${stepText(host, now)}, for ${elapsed(host.since, now)}`],
    ['Known by', known(host)],
    ['First seen', time(host.firstSeen)],
    ['Last seen', `${elapsed(host.lastSeen, now)} ago`],
  ];
  const list = entries.map(([term, value]) => `<dt>${term}</dt><dd>${value}</dd>`).join('');
  const runRows = runs.map((run) => {
    const cells = [run.id, run.action, run.state, run.attempt].map((cell) => `<td>${escapeMarkup(String(cell))}</td>`);
    return `<tr>${cells.join('')}<td>${time(run.askedAt)}</td><td>${escapeMarkup(run.reason ?? '')}</td></tr>`;
  });
  const runTable =
    runs.length === 0
      ? '<p>It has asked for nothing yet.</p>'
      : `<table><thead><tr><th>Run</th><th>Action</th><th>State</th><th>Attempt</th><th>Asked</th><th>Reason</th></tr></thead><tbody>${runRows.join('')}</tbody></table>`;
  const end = log.length === 0 ? '' : `<h2>End of the log</h2><pre>${escapeMarkup(log.join('\n'))}</pre>`;
  const heading = `<p><a href="/">All machines</a></p><h1>${escapeMarkup(title)}</h1>`;
  return document(title, `${heading}<dl>${list}</dl><h2>Runs</h2>${runTable}${end}`, refreshSeconds);
}

function hostRow(host: Host, now: Date): string {
  const cells = [
    `<a href="/hosts/${host.id}">${escapeMarkup(titleOf(host))}</a>`,
    stateBadge(host.state),
    `${stepText(host, now)}${host.detail === null ? '' : `<small>${escapeMarkup(host.detail)}</small>`}`,
  ];
  const since = `<td class="since"><time datetime="${host.since}">${elapsed(host.since, now)}</time></td>`;
  const attention = attentionOf(host, now);
  return `<tr class="${attention}">${cells.map((cell) => `<td>${cell}</td>`).join('')}${since}<td class="known">${known(host)}</td></tr>`;
}

function stepText(host: Host, now: Date): string {
  const still = attentionOf(host, now) === 'stands-still' ? '<em>stands still:</em> ' : '';
  return `${still}${escapeMarkup(stepWords[host.step])}`;
}

function counts(hosts: readonly Host[], now: Date): string {
  const items = hostStates.flatMap((state) => {
    const count = hosts.filter((host) => host.state === state).length;
    return count === 0 ? [] : [`<li>${stateBadge(state)} ${count}</li>`];
  });
  const still = hosts.filter((host) => attentionOf(host, now) === 'stands-still').length;
  if (still > 0) items.push(`<li><em>stands still</em> ${still}</li>`);
  return items.length === 0 ? '' : `<ul class="counts">${items.join('')}</ul>`;
}

function known({ address, mac }: Host): string {
  return [address, mac].flatMap((each) => (each === null ? [] : [escapeMarkup(each)])).join('<br>');
}

function stateBadge(state: HostState): string {
  return `<b class="state ${state}">${state}</b>`;
}

function time(iso: string): string {
  return `<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

function document(title: string, body: string, refresh: number): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width">',
    `<meta http-equiv="refresh" content="${refresh}">`,
    `<title>${escapeMarkup(title)} – gandi-provision</title>`,
    `<style>${style}</style>`,
    '</head>',
    `<body>${body}</body>`,
    '</html>',
    '',
  ].join('\n');
}
