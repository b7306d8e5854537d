/** Which way imports run (docs/architecture.md). A room may import only the rooms listed beside it. */
const rooms = {
  math: [],
  'kit/document': [],
  model: ['math', 'kit/document'],
  files: ['math', 'model'],
  tensor: ['math', 'model'],
  nn: ['math', 'model', 'files', 'tensor'],
  data: ['math', 'model', 'files'],
  'kit/keyed-mutex': [],
  'kit/kept/store': ['math', 'kit/keyed-mutex'],
  'kit/kept/page': ['model', 'kit/keyed-mutex'],
  storage: ['math', 'model', 'files', 'data', 'kit/kept/store'],
  attack: ['math', 'model', 'files', 'nn', 'tensor', 'data'],
  train: ['math', 'model', 'files', 'nn', 'tensor', 'data', 'attack'],
  worker: [
    'math',
    'model',
    'files',
    'tensor',
    'nn',
    'data',
    'kit/document',
    'kit/keyed-mutex',
    'kit/kept/store',
    'storage',
    'attack',
    'train',
  ],
  cli: ['math', 'kit/document', 'model', 'files', 'tensor', 'nn', 'data', 'attack', 'train'],
  state: ['math', 'kit/document', 'model', 'kit/kept/page'],
  charts: ['math', 'model'],
  ui: ['math', 'kit/document', 'model'],
  figures: ['math', 'model', 'charts', 'ui'],
  panels: ['math', 'kit/document', 'model', 'kit/kept/page', 'state', 'charts', 'ui', 'figures'],
  app: ['math', 'model', 'state', 'charts', 'ui', 'figures', 'panels'],
};

const walls = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${room}(/|\\.)`, pathNot: '\\.test\\.tsx?$|/testing/' },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})(/|\\.)` },
}));

module.exports = {
  forbidden: [
    ...walls,
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'panels-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/panels/([^/]+)/', pathNot: '/testing/' },
      to: { path: '^src/panels/([^/]+)/', pathNot: '^src/panels/$1/' },
    },
    {
      name: 'only-tensor-imports-tfjs',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/tensor/' },
      to: { path: 'node_modules/@tensorflow/' },
    },
    {
      name: 'pure-rooms-import-no-react',
      severity: 'error',
      from: { path: '^src/(math|model|files|tensor|nn|data|kit|storage|attack|train|worker|cli)/' },
      to: { path: 'node_modules/react' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js'] },
  },
};
