import { Graph, layout } from '@dagrejs/dagre';

/**
 * @typedef {Map<string, string[]>} Imports each room with the rooms that it imports
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ name: string, from: Point, to: Point, between: readonly Point[] }} Edge
 */

const box = { width: 168, height: 58 };
const margin = { x: 24, top: 74 };

/** What a room is for, two short lines. A room without an entry is drawn with its name only. */
const purposes = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  app: ['shell, routes,', 'design tokens'],
  attack: ['attacks, evaluation,', 'robust accuracy'],
  charts: ['numbers in,', 'SVG out'],
  cli: ['npm run lab:', 'no page needed'],
  data: ['image sets,', 'readers of official files'],
  figures: ['charts with options,', 'labels and export'],
  files: ['readers and writers', 'of weights'],
  'kit/document': ['fields, checks, links,', 'forms and flags'],
  'kit/kept/page': ['lists of kept things,', 'slots for jobs'],
  'kit/kept/store': ['rows, leases,', 'undo, full storage'],
  'kit/keyed-mutex': ['work in turn,', 'by key'],
  math: ['norms, M, Lemma 1,', 'formulas, random numbers'],
  model: ['documents and messages,', 'how they are checked'],
  nn: ['nets as data,', 'forward pass, norms'],
  panels: ['Layer, Net, Train,', 'Attack, Compare'],
  state: ["the page's stores", 'and its workers'],
  storage: ['runs and evaluations', 'in IndexedDB'],
  tensor: ['tfjs, own kernels,', 'devices, gradients'],
  train: ['steps, regularizers,', 'the training loop'],
  ui: ['controls, badges,', 'number formats'],
  worker: ['jobs beside the page:', 'computing, drawing M'],
});

/**
 * The imports that no chain of other imports already shows (the transitive reduction).
 * @param {Imports} imports free of circles
 * @returns {Imports}
 */
export function directImports(imports) {
  /** @type {(from: string, to: string, seen?: Set<string>) => boolean} */
  const reaches = (from, to, seen = new Set([from])) =>
    (imports.get(from) ?? []).some((next) => {
      if (next === to) return true;
      // Rooms that import each other would be walked without end.
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  const reduced = [...imports].map(([room, targets]) => {
    const direct = targets.filter((to) => !targets.some((other) => reaches(other, to)));
    return /** @type {[string, string[]]} */ ([room, direct]);
  });
  return new Map(reduced);
}

/**
 * Places the rooms in layers, importers above what they import, with few crossings.
 * @param {Imports} imports free of circles
 * @returns {{ rooms: Map<string, Point>, edges: readonly Edge[], width: number, height: number }}
 *   rooms by their centers
 */
function placeRooms(imports) {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 30, ranksep: 56, marginx: margin.x, marginy: margin.x });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const room of imports.keys()) graph.setNode(room, { ...box });
  for (const [room, targets] of imports) targets.forEach((to) => graph.setEdge(room, to));
  layout(graph);
  const centerOf = (/** @type {string} */ name) => /** @type {Point} */ (graph.node(name));
  const rooms = new Map(graph.nodes().map((name) => [name, centerOf(name)]));
  const rows = new Set([...rooms.values()].map(({ y }) => y));
  const edges = graph.edges().map(({ v, w }) => {
    const { points } = /** @type {{ points: readonly Point[] }} */ (graph.edge(v, w));
    // dagre also gives points between the layers, which make bends that nothing needs.
    const between = points.filter(({ y }) => rows.has(y));
    return { name: `${v} imports ${w}`, from: centerOf(v), to: centerOf(w), between };
  });
  const { width, height } = /** @type {{ width: number, height: number }} */ (graph.graph());
  return { rooms, edges, width, height: height + margin.top - margin.x };
}

/** @param {Point} point */
const at = ({ x, y }) => `${x.toFixed(1)} ${(y + margin.top - margin.x).toFixed(1)}`;

/**
 * The place of an edge's end among all ends on the same side of a room, in (−1/2, 1/2): left to right
 * as the other ends lie.
 * @param {readonly Edge[]} edges all that end there
 * @param {Edge} edge
 * @param {(edge: Edge) => number} x of the next point of an edge
 */
function endOf(edges, edge, x) {
  const sorted = [...edges].sort((a, b) => x(a) - x(b));
  return (sorted.indexOf(edge) + 1) / (sorted.length + 1) - 0.5;
}

/**
 * The route of an import: from the importer's lower side to the imported room's upper side, past the
 * rooms of the layers between.
 * @param {Edge} edge
 * @param {readonly Edge[]} edges all of the picture
 */
function routeImport(edge, edges) {
  const { name, from, to, between } = edge;
  const leaving = edges.filter((other) => other.from === from);
  const arriving = edges.filter((other) => other.to === to);
  const start = endOf(leaving, edge, (other) => (other.between[0] ?? other.to).x);
  const end = endOf(arriving, edge, (other) => (other.between.at(-1) ?? other.from).x);
  const points = [
    { x: from.x + start * box.width, y: from.y + box.height / 2 },
    ...between.flatMap(({ x, y }) =>
      [-1, 1].map((side) => ({ x, y: y + (side * box.height) / 2 })),
    ),
    { x: to.x + end * box.width, y: to.y - box.height / 2 },
  ];
  return { name, points };
}

/**
 * A line through the points that is vertical in each of them.
 * @param {{ name: string, points: readonly Point[] }} route
 */
function drawRoute({ name, points }) {
  const curves = points.map((point, index) => {
    const before = points[index - 1];
    if (before === undefined) return `M${at(point)}`;
    const middle = (before.y + point.y) / 2;
    return `C${at({ x: before.x, y: middle })} ${at({ x: point.x, y: middle })} ${at(point)}`;
  });
  return `<path d="${curves.join('')}"><title>${name}</title></path>`;
}

/** @param {string} name @param {Point} center */
function drawRoom(name, center) {
  const middle = center.x;
  const [x, y] = [center.x - box.width / 2, center.y - box.height / 2 + margin.top - margin.x];
  const lines = (purposes[name] ?? []).map(
    (line, index) =>
      `<text class="purpose" x="${middle}" y="${y + 34 + index * 14}">${line}</text>`,
  );
  return [
    `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="8"/>`,
    `<text class="name" x="${middle}" y="${y + 18}">${name}</text>`,
    ...lines,
  ].join('');
}

const style = `
  svg { background: #fff; font: 11px system-ui, sans-serif; }
  rect { fill: #eef3fb; stroke: #34558b; stroke-width: 1.2; }
  text { text-anchor: middle; fill: #1b2434; }
  .title { font-size: 17px; font-weight: 600; }
  .name { font-size: 14px; font-weight: 600; }
  .purpose, .note { font-size: 11px; fill: #4a5568; }
  path { fill: none; stroke: #6b7f9e; stroke-width: 1.3; marker-end: url(#head); }
`;

/**
 * The picture of the house: one box a room, higher ones import lower ones.
 * @param {Imports} imports free of circles
 * @returns {string} an SVG document
 */
export function drawHouse(imports) {
  const direct = directImports(imports);
  const { rooms, edges, width, height } = placeRooms(direct);
  const count = [...imports.values()].flat().length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The rooms of src and what they import">`,
    `<style>${style}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#6b7f9e;stroke:none;marker-end:none"/></marker></defs>',
    `<rect width="${width}" height="${height}" style="fill:#fff;stroke:none"/>`,
    `<text class="title" x="${width / 2}" y="28">The rooms of src, and what they import</text>`,
    `<text class="note" x="${width / 2}" y="48">An arrow is an import. Of the ${count} imports between rooms, those that a chain of arrows implies are left out.</text>`,
    ...edges.map((edge) => drawRoute(routeImport(edge, edges))),
    ...[...rooms].map(([name, center]) => drawRoom(name, center)),
    '</svg>\n',
  ].join('\n');
}
