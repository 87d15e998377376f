import { escapeMarkup } from '../../src/core/text/escape-markup.ts';
export interface DiagramNode {
  /** Place in the grid, from 0; fractions are allowed. */
  readonly column: number;
  readonly row: number;
  /** The first line stands out. */
  readonly lines: readonly string[];
  /** Whose it is: ours stands out. */
  readonly owner: 'agent' | 'system';
}

export interface Diagram {
  readonly title: string;
  readonly nodes: Readonly<Record<string, DiagramNode>>;
  readonly arrows: readonly (readonly [from: string, to: string, label?: string])[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const box = { width: 190, lineHeight: 16, padding: 10 };
const grid = { width: 300, height: 118 };
const margin = 20;
const top = 44;

/** Boxes and arrows as a picture (SVG 1.1). */
export function drawDiagram({ title, nodes, arrows }: Diagram): string {
  const all = Object.values(nodes);
  const width = Math.max(...all.map(({ column }) => column)) * grid.width + box.width + 2 * margin;
  const height = Math.max(...all.map((node) => centreOf(node).y + heightOf(node) / 2)) + margin;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeMarkup(title)}</title>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555555"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin}" y="24" font-size="14" font-weight="bold">${escapeMarkup(title)}</text>`,
    ...arrows.map(([from, to]) => drawLine(nodes, arrows, from, to)),
    ...all.map(drawNode),
    ...arrows.flatMap(([from, to, label]) => drawLabel(nodes, arrows, from, to, label)),
    '</svg>',
  ].join('\n')}\n`;
}

const colours = {
  agent: { fill: '#dce8f7', stroke: '#4f81bd' },
  system: { fill: '#f3f3f3', stroke: '#999999' },
} as const;

function drawNode(node: DiagramNode): string {
  const { x, y } = centreOf(node);
  const height = heightOf(node);
  const { fill, stroke } = colours[node.owner];
  const texts = node.lines.map((line, index) => {
    const weight = index === 0 ? ' font-weight="bold"' : '';
    const at = y - height / 2 + box.padding + (index + 0.75) * box.lineHeight;
    return `<text x="${x}" y="${at}" text-anchor="middle"${weight}>${escapeMarkup(line)}</text>`;
  });
  const place = `x="${x - box.width / 2}" y="${y - height / 2}" width="${box.width}" height="${height}"`;
  return `<rect ${place} rx="6" fill="${fill}" stroke="${stroke}"/>${texts.join('')}`;
}

type Nodes = Diagram['nodes'];
type Arrows = Diagram['arrows'];

function drawLine(nodes: Nodes, arrows: Arrows, from: string, to: string): string {
  const [start, end] = endsOf(nodes, arrows, from, to);
  return `<line x1="${round(start.x)}" y1="${round(start.y)}" x2="${round(end.x)}" y2="${round(end.y)}" stroke="#555555" marker-end="url(#head)"/>`;
}

/** On a ground of its own, so that the line does not run through it. */
function drawLabel(nodes: Nodes, arrows: Arrows, from: string, to: string, label: string | undefined): string[] {
  if (label === undefined) return [];
  const [start, end] = endsOf(nodes, arrows, from, to);
  const x = (start.x + end.x) / 2;
  const y = (start.y + end.y) / 2;
  const lines = label.split('\n');
  const width = Math.max(...lines.map((line) => line.length)) * 5.4 + 6;
  const height = lines.length * 13 + 2;
  return [
    `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}" fill="#ffffff"/>`,
    ...lines.map(
      (line, index) =>
        `<text x="${round(x)}" y="${round(y - height / 2 + 11 + index * 13)}" text-anchor="middle" font-size="10.5" fill="#333333">${escapeMarkup(line)}</text>`,
    ),
  ];
}

/** Where an arrow leaves one box and reaches the other; one that has a way back keeps to its right. */
function endsOf(nodes: Nodes, arrows: Arrows, from: string, to: string): [Point, Point] {
  const [a, b] = [nodeOf(nodes, from), nodeOf(nodes, to)];
  const [start, end] = [centreOf(a), centreOf(b)];
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  const hasWayBack = arrows.some(([other, back]) => other === to && back === from);
  const aside = hasWayBack ? 50 : 0;
  const shift = { x: (-(end.y - start.y) / length) * aside, y: ((end.x - start.x) / length) * (aside / 2.5) };
  const moved = (point: Point): Point => ({ x: point.x + shift.x, y: point.y + shift.y });
  return [borderTowards(a, moved(start), moved(end)), borderTowards(b, moved(end), moved(start))];
}

/** The point where the line from inside a box leaves it. */
function borderTowards(node: DiagramNode, inside: Point, outside: Point): Point {
  const centre = centreOf(node);
  const direction = { x: outside.x - inside.x, y: outside.y - inside.y };
  const reach = (half: number, from: number, step: number) =>
    step === 0 ? Number.POSITIVE_INFINITY : (Math.sign(step) * half - from) / step;
  const part = Math.min(
    reach(box.width / 2, inside.x - centre.x, direction.x),
    reach(heightOf(node) / 2, inside.y - centre.y, direction.y),
  );
  return { x: inside.x + direction.x * part, y: inside.y + direction.y * part };
}

function nodeOf(nodes: Nodes, name: string): DiagramNode {
  const node = nodes[name];
  if (node === undefined) throw new Error(`the diagram has no ${name}`);
  return node;
}

function centreOf({ column, row }: DiagramNode): Point {
  return { x: margin + box.width / 2 + column * grid.width, y: top + 34 + row * grid.height };
}

function heightOf({ lines }: DiagramNode): number {
  return lines.length * box.lineHeight + 2 * box.padding;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
