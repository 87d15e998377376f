import { escapeMarkup } from '../src/core/text/escape-markup.ts';
import { figuresOf, type Rounds, spreadIn } from './render-benchmarks.ts';

const rowHeight = 18;
const groupGap = 16;
const labelWidth = 170;
const barWidth = 460;
const valueWidth = 70;
const colours = ['#2e7d5b', '#8a96a3', '#b0793a', '#5b7fb0', '#9a6b9e'];

/**
 * A picture of all figures (SVG 1.1): a group per figure, a bar per peer that has it. The longest bar of a group fills the
 * width, as figures of different groups have nothing to do with each other.
 */
export function drawBars(rounds: Rounds, title: string): string {
  const names = Object.keys(rounds);
  const parts: string[] = [];
  let y = 40;
  for (const figure of figuresOf(rounds)) {
    const bars = names.flatMap((name, index) => {
      const spread = spreadIn(rounds, name, figure);
      return spread === undefined || spread.median === 0 ? [] : [{ name, index, value: spread.median }];
    });
    const most = Math.max(...bars.map(({ value }) => value));
    parts.push(`<text x="12" y="${y}" class="figure">${escapeMarkup(figure)}</text>`);
    for (const { name, index, value } of bars) {
      y += rowHeight;
      const width = Math.max(1, Math.round((value / most) * barWidth));
      parts.push(
        `<text x="${labelWidth - 8}" y="${y}" text-anchor="end">${escapeMarkup(name)}</text>`,
        `<rect x="${labelWidth}" y="${y - 11}" width="${width}" height="13" fill="${colours[index % colours.length]}"/>`,
        `<text x="${labelWidth + width + 6}" y="${y}">${value.toFixed(2)}</text>`,
      );
    }
    y += rowHeight + groupGap;
  }
  const width = labelWidth + barWidth + valueWidth;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}">`,
    `<title>${escapeMarkup(title)}</title>`,
    '<style>text{font:12px sans-serif;fill:#333}.figure{font-weight:bold}</style>',
    `<rect width="${width}" height="${y}" fill="#fff"/>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}
