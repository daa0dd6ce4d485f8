const { app } = require('@azure/functions');

/** Registers a function that answers GET (or the methods given) on a route. */
function route(name, path, handler, options = {}) {
  app.http(name, { route: path, methods: ['GET'], authLevel: 'anonymous', handler, ...options });
}

const paramsOf = (name) => (request) => ({ jsonBody: { function: name, params: request.params } });
const answer = (value) => () => value;

route('home', '/', answer({ body: 'home' }));
route('noop', 'noop', answer({ body: 'ok' }));
route('Aany', 'order/{x}', paramsOf('Aany'));
route('afterZ', 'order/fixed', paramsOf('afterZ'));
route('byGuid', 'byguid/{id:guid}', paramsOf('byGuid'));
route('byInt', 'byint/{n:int}', paramsOf('byInt'));
route('byAlpha', 'byalpha/{word:alpha}', paramsOf('byAlpha'));
route('byLength', 'bylength/{word:length(2,3)}', paramsOf('byLength'));
route('byRegex', 'byregex/{code:regex(^\\d{{3}}$)}', paramsOf('byRegex'));
route('maybe', 'maybe/{id?}', paramsOf('maybe'));
route('rest', 'rest/{*path}', paramsOf('rest'));
route('mixed', 'MiXed/{SomeId}/end', paramsOf('mixed'));
route('reservedAdmin', 'administer/x', paramsOf('reservedAdmin'));
route('reservedRuntime', 'runtimes', paramsOf('reservedRuntime'));
route('guarded', 'guarded', answer({ body: 'secret' }), { authLevel: 'function' });

async function echo(request) {
  return {
    jsonBody: {
      method: request.method,
      url: request.url,
      query: Object.fromEntries(request.query),
      headers: Object.fromEntries(request.headers),
      params: request.params,
      body: await request.text(),
    },
  };
}
route('echo', 'echo/{value?}', echo, { methods: ['GET', 'POST', 'PUT'] });
route('withHead', 'withhead', answer({ body: 'shown' }), { methods: ['GET', 'HEAD'] });

const cookie = (more) => ({ name: 'c', value: 'a=b/c+d e', ...more });
const responses = {
  nothing: undefined,
  nil: null,
  object: {},
  text: { body: 'hello' },
  bytes: { body: Buffer.from([1, 2, 3]) },
  json: { jsonBody: { a: 1 } },
  created: { status: 201, headers: { 'X-Custom-Name': 'v' }, body: 'made' },
  string: 'just text',
  badstatus: { status: 99 },
  nonascii: { headers: { 'x-name': 'é' }, body: 'x' },
  rightlength: { headers: { 'content-length': '5' }, body: 'hello' },
  wronglength: { headers: { 'content-length': '9' }, body: 'hello' },
  cookie: { cookies: [cookie({})] },
  cookies: {
    cookies: [
      cookie({ path: '/x', secure: true, httpOnly: true, sameSite: 'Lax' }),
      { name: 'd', value: '2' },
    ],
  },
  maxage: { cookies: [cookie({ maxAge: 5.5 }), cookie({ maxAge: 0 })] },
  expires: { cookies: [cookie({ expires: new Date(0) }), cookie({ expires: new Date(86400_000) })] },
  ownencoding: { headers: { 'transfer-encoding': 'chunked' }, body: 'x' },
  twosetcookie: {
    headers: [
      ['set-cookie', 'one=1'],
      ['set-cookie', 'two=2'],
    ],
    body: 'x',
  },
};
for (const [name, value] of Object.entries(responses))
  route(`answer_${name}`, `answer/${name}`, answer(value));

route('throws', 'throws', () => {
  throw new Error('the reason');
});
route('rejectsLater', 'rejectslater', () => {
  setTimeout(() => void Promise.reject(new Error('floating')), 20);
  return { body: 'answered' };
});
route('slow', 'slow', async () => {
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return { body: 'late' };
});
route('logs', 'logs', (_request, context) => {
  context.log('plain %s', 'words');
  context.warn('two\nlines');
  context.debug('hidden');
  console.log('from console');
  return { body: context.invocationId };
});
route('time', 'time', () => {
  class Later extends Date {}
  return {
    jsonBody: {
      now: Date.now(),
      constructed: new Date().toISOString(),
      called: typeof Date(),
      instance: new Date() instanceof Date,
      subclass: new Later(0) instanceof Later && new Later(0).getTime() === 0,
      fixed: new Date(2026, 0, 1).getFullYear(),
      environment: process.env.PROBE ?? null,
    },
  };
});
route('exit', 'exit', () => process.exit(3));

let runs = 0;
app.timer('tick', {
  schedule: process.env.PROBE_SCHEDULE ?? '0 */5 * * * *',
  handler: (timer) => {
    runs += 1;
    return { runs, last: timer.scheduleStatus?.last ?? null, isPastDue: timer.isPastDue };
  },
});
app.timer('failing', {
  schedule: '0 0 3 1 JAN *',
  handler: () => {
    throw new Error('timer failed');
  },
});
