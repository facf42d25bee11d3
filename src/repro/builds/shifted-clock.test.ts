import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { realHost } from '../../host/index.ts';
import { makeShiftedClock, setClock } from './shifted-clock.ts';

const SOURCE = join(import.meta.dirname, '..', 'clock.c');
const folder = mkdtempSync(join(tmpdir(), 'mobileops-clock-'));
after(() => rmSync(folder, { recursive: true }));
const host = realHost();
const make = (changes: Partial<typeof host> = {}, source = SOURCE) =>
  makeShiftedClock({ ...host, ...changes }, { source, folder, signal: new AbortController().signal });

/** Tells each clock in seconds, then how long each kind of wait took that should take a fifth of a second, in milliseconds. */
const PROGRAM = `
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
static double monotonic(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static struct timespec soon(clockid_t clock) {
  struct timespec t; clock_gettime(clock, &t);
  t.tv_nsec += 200000000; if (t.tv_nsec >= 1000000000) { t.tv_sec++; t.tv_nsec -= 1000000000; }
  return t;
}
#define WAIT(name, call) { double from = monotonic(); call; printf("%s %.0f\\n", name, (monotonic() - from) * 1000); }
int main(void) {
  struct timespec a, b; struct timeval c; alarm(30);
  clock_gettime(CLOCK_REALTIME, &a); timespec_get(&b, TIME_UTC); gettimeofday(&c, NULL);
  printf("%ld %ld %ld %ld\\n", (long)a.tv_sec, (long)b.tv_sec, (long)c.tv_sec, (long)time(NULL));
  sem_t s; sem_init(&s, 0, 0);
  pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, taken = PTHREAD_MUTEX_INITIALIZER; pthread_mutex_lock(&m); pthread_mutex_lock(&taken);
  pthread_cond_t real = PTHREAD_COND_INITIALIZER, counting; pthread_condattr_t counts;
  pthread_condattr_init(&counts); pthread_condattr_setclock(&counts, CLOCK_MONOTONIC); pthread_cond_init(&counting, &counts);
  struct timespec t = soon(CLOCK_REALTIME);
  WAIT("semaphore", sem_timedwait(&s, &t)); t = soon(CLOCK_REALTIME);
  WAIT("mutex", pthread_mutex_timedlock(&taken, &t)); t = soon(CLOCK_REALTIME);
  WAIT("condition", pthread_cond_timedwait(&real, &m, &t)); t = soon(CLOCK_MONOTONIC);
  WAIT("counting", pthread_cond_timedwait(&counting, &m, &t)); t = soon(CLOCK_REALTIME);
  WAIT("sleep", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL));
  struct itimerspec when = {{0, 0}, soon(CLOCK_REALTIME)}; unsigned long long ends; int fd = timerfd_create(CLOCK_REALTIME, 0);
  timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL);
  WAIT("timer", (void)!read(fd, &ends, sizeof ends));
}
`;

test('every way to ask for the time of day tells another one, and waits last as long as they should', async () => {
  const made = await make();
  assert.ok(made.ok, made.ok ? '' : made.failure);
  const { library, shiftMs } = made.value;
  const [source, program] = [join(folder, 'waits.c'), join(folder, 'waits')];
  writeFileSync(source, PROGRAM);
  const compiled = spawnSync('cc', ['-pthread', '-o', program, source], { encoding: 'utf8' });
  assert.equal(compiled.status, 0, compiled.stderr);
  const ran = spawnSync(program, { encoding: 'utf8', env: { LD_PRELOAD: library } });
  const now = (Date.now() + shiftMs) / 1000;
  assert.equal(ran.status, 0, `ended by ${ran.signal}: ${ran.stdout}${ran.stderr}`);
  const [clocks = '', ...waits] = ran.stdout.trim().split('\n');
  for (const seconds of clocks.split(' ')) assert.ok(Math.abs(Number(seconds) - now) < 60, clocks);
  assert.equal(waits.length, 6);
  // Later on a machine with much to do, never sooner.
  for (const wait of waits) assert.ok(Number(wait.split(' ')[1]) >= 199, wait);
});

test('why there is no other clock is told', async () => {
  const failureOf = async (...given: Parameters<typeof make>): Promise<string> => {
    const made = await make(...given);
    return made.ok ? 'made' : made.failure;
  };
  assert.match(await failureOf({ env: { ...host.env, platform: 'darwin' } }), /Linux alone/);
  assert.match(await failureOf({ env: { ...host.env, variables: { PATH: folder } } }), /no C compiler/);
  const broken = join(folder, 'broken.c');
  writeFileSync(broken, 'int clock_gettime(');
  assert.match(await failureOf({}, broken), /cc refused it: .*broken\.c/);
  const idle = join(folder, 'idle.c');
  writeFileSync(idle, 'int of_no_use;');
  assert.match(await failureOf({}, idle), /do not take it/);
});

test('a store has a clock as long as its builder has one', () => {
  const [library, place] = [join(folder, 'library'), join(folder, 'place')];
  writeFileSync(library, 'x');
  setClock(host, place, { library, shiftMs: 1 });
  assert.equal(readFileSync(place, 'utf8'), 'x');
  setClock(host, place, undefined);
  assert.equal(existsSync(place), false);
});
